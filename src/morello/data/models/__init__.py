"""Models that are kept: versions by name, sealed with their organization's key."""
