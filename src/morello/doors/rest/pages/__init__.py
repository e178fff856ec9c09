"""The pages people see until the application comes: a start page and a reference."""
