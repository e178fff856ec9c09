"""From a request to a tool's input: paths, queries, JSON, files."""
