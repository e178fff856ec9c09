"""Everything the product can do: one room per subject, one tool per file."""
