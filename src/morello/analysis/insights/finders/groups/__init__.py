"""Finders of groups of rows: those that differ, weigh much, or turn a story around."""
