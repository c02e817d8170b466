"""Rows of training data from files, folders and streams, one at a time, broken lines told and passed over."""
