"""Jobs: what was queued, how far it is, and what came of it."""
