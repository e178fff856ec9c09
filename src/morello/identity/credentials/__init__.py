"""What lets somebody in: passwords, sessions, API keys, links, signed tokens."""
