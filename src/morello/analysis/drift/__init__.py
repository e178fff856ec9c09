"""What changed between two versions, told from their summaries."""
