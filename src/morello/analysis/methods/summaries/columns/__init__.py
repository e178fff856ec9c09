"""One summary per kind of column, each with `update`, `merge` and `profile`."""
