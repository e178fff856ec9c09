"""The REST door: every tool over HTTP, drawn from the registry. It translates and never decides."""
