"""What is looked for, one kind of finding per file."""
