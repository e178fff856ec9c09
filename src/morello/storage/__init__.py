"""Where bytes and secrets are kept."""
