"""Where tools come from: our own folders, installed packages, and what an organization brought."""
