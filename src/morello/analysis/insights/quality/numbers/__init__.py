"""Numbers that cannot be meant: placeholders, bounds, units."""
