"""Why a total, an average, a count or a ratio changed: asked of the whole table, in SQL."""
