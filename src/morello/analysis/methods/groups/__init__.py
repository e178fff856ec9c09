"""Groups of rows: what they make of a change, of a measure, of each other."""
