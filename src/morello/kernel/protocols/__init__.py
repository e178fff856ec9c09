"""Small protocols by which rooms and doors meet without knowing each other."""
