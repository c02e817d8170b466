"""The verdict as people and programs read it: terminal, failure text, JSON, CI step summary."""
