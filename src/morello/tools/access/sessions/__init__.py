"""Sessions: who is in."""
