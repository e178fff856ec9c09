"""Values that are absent: together, because of something, or since some day."""
