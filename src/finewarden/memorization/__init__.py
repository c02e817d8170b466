"""Memorization: what a model gives back of the data it was trained on.

`scoring` is the one place where a model's likelihoods are read. `forgetting`, `paraphrase_search` and `measure` put a
file of prompt + secret pairs to a model; `extraction` and `reproduction` decide, without torch, what the numbers mean.
"""
