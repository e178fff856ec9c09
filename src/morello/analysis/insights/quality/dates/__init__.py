"""Dates that cannot be meant, or that several readers would read differently."""
