"""What is seen of calls: figures, traces, log lines, and errors in groups."""
