"""Personal data taken out of rows, each kind in its own way, and a report of what can still be told."""
