"""Differential privacy as a callback."""
