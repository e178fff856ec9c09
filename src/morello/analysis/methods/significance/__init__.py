"""How sure one may be: tail probabilities, and correcting for many tests."""
