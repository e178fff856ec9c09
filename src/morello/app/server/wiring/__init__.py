"""The wiring of a process: every part opened, chosen, and given to the corridor."""
