"""One file per format, behind one `Source`."""
