"""The release gate inside pytest: which folder, which audits, what each concluded, and whether the build fails."""
