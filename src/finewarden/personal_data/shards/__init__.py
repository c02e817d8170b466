"""One scan in many parts: what each part found is a file with a hash, so that a killed run goes on where it was."""
