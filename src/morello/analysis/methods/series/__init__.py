"""Series of numbers in order of time: dependence, trend, change, seasons."""
