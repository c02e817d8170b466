"""The shipped audits: plain pytest modules, one family a file. README.md has the table."""
