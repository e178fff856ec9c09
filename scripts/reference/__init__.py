"""Pages of docs/reference, drawn from the declarations."""
