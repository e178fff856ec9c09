"""What happened, and the proof of it."""
