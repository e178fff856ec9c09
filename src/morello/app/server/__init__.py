"""The server: one supervisor, PostgreSQL, an API process and workers, wired like local mode."""
