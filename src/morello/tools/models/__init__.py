"""Models: what could be predicted."""
