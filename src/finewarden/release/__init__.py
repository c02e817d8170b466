"""What a release says of itself: record, README, statement, license files, and how a folder is made ready.

`finalize` is the door for people; the callbacks and the command line call it. Nothing here imports torch.
"""
