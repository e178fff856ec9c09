"""The parts of the report under one heading each."""
