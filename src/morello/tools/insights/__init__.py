"""What matters in a dataset, and the report of it."""
