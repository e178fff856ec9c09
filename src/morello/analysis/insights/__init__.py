"""What is worth saying about a table, ranked."""
