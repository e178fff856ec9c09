"""Morello: the AI analyst that can prove its answers."""
