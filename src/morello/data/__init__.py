"""Datasets: how rows come in, where they are kept, and how they are asked."""
