"""Benchmarks that a test can run: those that no other machine of the project runs."""
