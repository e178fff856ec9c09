"""What columns are: their names and, judged by every value of a file, their types."""
