"""Which base model a folder is made of, told offline from its own files, claim by claim."""
