"""Pictures: a small specification, drawn as SVG."""
