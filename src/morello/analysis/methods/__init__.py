"""Pure mathematics over arrays and tables: no I/O, no tenancy."""
