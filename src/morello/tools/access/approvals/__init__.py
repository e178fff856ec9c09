"""Requests that wait for somebody to decide."""
