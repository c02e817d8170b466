"""The factor from an example's share of the micro-batch's mean to its own mean."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.training


def test_the_factor_is_all_tokens_over_ones_own() -> None:
    """N / n_i over predicted tokens: the first column predicts nothing, -100 is not trained, none gives 0."""
    import torch

    from finewarden.callbacks.differential_privacy.engines.token_means import own_mean

    labels = torch.tensor([[5, 5, 5, 5], [-100, -100, 7, -100], [9, -100, -100, -100], [-100, 1, 2, 3]])
    assert own_mean(labels).tolist() == pytest.approx([7 / 3, 7.0, 0.0, 7 / 3])
    assert own_mean(labels[2:3]).tolist() == [0.0]


def test_what_padding_would_predict_is_not_trained() -> None:
    """The first token after padding on the left is as untrained as it is in a row without padding."""
    import torch

    from finewarden.callbacks.differential_privacy.engines.token_means import within_example

    labels = torch.tensor([[-100, -100, 3, 4], [1, 2, 3, 4], [1, 2, -100, -100]])
    mask = torch.tensor([[0, 0, 1, 1], [1, 1, 1, 1], [1, 1, 0, 0]])
    assert within_example(labels, mask).tolist() == [[-100, -100, -100, 4], [1, 2, 3, 4], [1, 2, -100, -100]]
    assert within_example(labels, None) is labels
