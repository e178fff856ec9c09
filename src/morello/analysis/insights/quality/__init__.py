"""What is wrong with the data itself, one kind of trouble per file."""
