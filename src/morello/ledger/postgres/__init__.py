"""The durable log: the same port in PostgreSQL, shared by any number of processes."""
