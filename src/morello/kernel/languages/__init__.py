"""The languages that people are spoken to in, and how each writes numbers, dates and plurals."""
