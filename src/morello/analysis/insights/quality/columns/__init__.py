"""Columns that give another one away, wholly or but for a few rows."""
