"""Datasets: bring them in, look at them, ask them, remove them."""
