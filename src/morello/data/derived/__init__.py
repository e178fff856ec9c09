"""What was computed of a version's rows, and is kept beside them."""
