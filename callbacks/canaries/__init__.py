"""Canaries: planted before training, proven to be trained on when it begins, and left to the audits afterwards.

    dataset, book = plant_canaries(dataset, tokenizer=tokenizer, evidence_dir="out.evidence")
    SFTTrainer(..., train_dataset=dataset, callbacks=[CanaryCallback(book)])

Secrets lie in the private evidence alone; a release carries the hash of their book. One file answers one question:

==================  ==================================================================================================
`families`          which secrets are there, with how much entropy, and why do they harm nobody?
`sentences`         which words stand around them?
`carriers`          what is a record in this data set's form and language?
`survival`          does a secret come out of the tokenizer as it went in?
`making`            all secrets first, all coins last
`randomness`        where does each draw come from?
`insertion`         where in the data set does each copy stand, and whose unit is it?
`same_book`         is the book that lies there the one that would be made?
`budget`            how much of the training do they take?
`token_search`      where in millions of tokens do some thousand short sequences stand?
`loss_proof`        would each inserted canary receive loss if it were drawn, and is no other one there?
`rank_statistic`    do the weights of this step tell inserted canaries from the others?
==================  ==================================================================================================
"""

from __future__ import annotations

from finewarden.callbacks.canaries.callback import CanaryCallback
from finewarden.callbacks.canaries.planting import plant_canaries

__all__ = ["CanaryCallback", "plant_canaries"]
