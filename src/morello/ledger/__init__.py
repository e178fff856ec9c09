"""The append-only, tamper-evident log, and its readings."""
