"""What `finewarden measure` found, one module a question: the sections of measurements.json.

Numbers only: a record, a canary or a value is named by an id or a salted keyed hash and shown masked, never in clear.
Log-probabilities are natural logarithms (nats); those of a fine-tuned model and of its base are for the same token ids.
"""
