"""Finders that look at one column's shape."""
