"""The processes of a server: what begins them, what they do, and how they end."""
