"""What training leaves for the audit.

Public evidence goes with the release, in the model folder. Private evidence (what each guard saw, secrets, coins) lies
in a sibling folder, `<model-dir>.evidence/`, that is never published.
"""
