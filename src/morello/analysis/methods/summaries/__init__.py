"""Mergeable summaries: a table seen once, batch by batch, in bounded memory."""
