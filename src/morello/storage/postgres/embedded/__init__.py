"""What the embedded PostgreSQL is made of: programs, an account to run as, a data folder."""
