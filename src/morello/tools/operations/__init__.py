"""How the installation is doing: what went wrong, and which part is not well."""
