"""Short-lived signed tokens."""
