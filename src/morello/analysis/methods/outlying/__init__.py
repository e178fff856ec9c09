"""Rows that stand apart in several columns together."""
