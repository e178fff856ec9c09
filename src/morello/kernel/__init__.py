"""The words everyone speaks. Imports nothing of ours and, of others, pydantic only."""
