"""What a summary is made of: small mergeable sketches over arrays, each with its error stated."""
