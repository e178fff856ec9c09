"""Jobs that outlive the process that runs them: queued, watched, resumed, and never run twice."""
