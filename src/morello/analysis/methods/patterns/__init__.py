"""Patterns within columns, between two, in baskets and among customers who return."""
