"""How events get their places: one loop per process, one transaction per batch."""
