"""The command-line door: translates words typed in a shell into calls, and replies into words."""
