"""Who can be told apart by what stands beside them: quasi-identifiers, and rows that say nearly the same."""
