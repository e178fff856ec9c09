"""Mathematics over tables, and what it finds worth saying."""
