"""What licenses oblige a release to: records, the texts they are known by, and which base model a folder is made of.

Facts alone; `finewarden.audits.test_license_*` judge, `finewarden.release` writes what is due.
"""
