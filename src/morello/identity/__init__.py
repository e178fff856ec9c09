"""Organizations, people, keys and approvals."""
