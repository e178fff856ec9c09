"""Profiles of versions: chunk by chunk in worker processes, and from what is kept of before."""
