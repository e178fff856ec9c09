"""The table under analysis: its rows in memory, its columns' parts, its calendar, its queries."""
