"""Finders of patterns: shapes, curves, odd rows, baskets, cohorts."""
