"""Training data as files, a kind a module: rows one after another, and what is broken told instead of raised."""
