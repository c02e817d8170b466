"""License texts, known by their words' hashes: which text a file is, and what is missing, altered or added."""
