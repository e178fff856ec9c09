"""The report that can be sent to a director."""
