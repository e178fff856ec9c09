"""One-time links."""
