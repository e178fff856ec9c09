"""The live door: what a call tells, as it happens, in server-sent events."""
