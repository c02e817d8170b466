"""Personal data taken out of rows."""
