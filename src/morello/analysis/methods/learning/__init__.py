"""Learning from tables: how rows are split, models judged, calibrated and watched."""
