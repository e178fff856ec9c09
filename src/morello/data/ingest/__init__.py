"""Files in, versions out: no row lost or invented in silence."""
