"""What happens over time: courses, seasons, special days, single odd periods."""
