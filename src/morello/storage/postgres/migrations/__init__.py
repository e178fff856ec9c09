"""Migrations: forward only, run by the owner, one step per file in `versions/`."""
