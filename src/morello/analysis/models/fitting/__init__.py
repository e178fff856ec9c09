"""Fitting a model: what is predicted, from which columns, by which of several candidates."""
