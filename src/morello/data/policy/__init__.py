"""Row and column rules: what a caller may see of a dataset."""
