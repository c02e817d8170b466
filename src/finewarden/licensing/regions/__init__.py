"""What a region asks of a release beside its licenses: compute and summary (EU), labels (China)."""
