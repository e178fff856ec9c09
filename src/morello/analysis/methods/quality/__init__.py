"""Trouble in data as arithmetic: gaps, copies, units, dates, keys, and shifts between samples."""
