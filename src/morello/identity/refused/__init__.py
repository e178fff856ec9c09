"""What is refused before anybody is known, and how much of it is written down."""
