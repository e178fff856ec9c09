"""Ways in. A door translates; it never decides."""
