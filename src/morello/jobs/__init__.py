"""Work that outlives a call, and the processes that do it."""
