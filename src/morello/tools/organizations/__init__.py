"""The organizations of an installation."""
