"""Replay: states folded from events, to any version or time, and compared with what is kept."""
