"""What licenses ask a release to say, found as a reader sees it: sentences, names, change statements, restrictions."""
