"""Models: trained, judged, explained, kept, and used on other rows."""
