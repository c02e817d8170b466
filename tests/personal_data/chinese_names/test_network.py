"""The network against the same formulas written out one sentence and one step at a time, in double precision."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from finewarden.personal_data.chinese_names.lanes import Lanes
from finewarden.personal_data.chinese_names.network import Network

Tensors = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def tensors() -> Tensors:
    """Random weights of a network of 8 units, 20 characters and 5 tags; one unit died in training."""
    random = np.random.default_rng(0)
    size, characters, tags = 8, 20, 5
    shapes: dict[str, tuple[int, ...]] = {
        "word_emb": (characters, size),
        "fc_4.w_0": (2 * size, tags),
        "fc_4.b_0": (tags,),
    }
    for k in range(4):
        shapes |= {f"fc_{k}.w_0": (size if k < 2 else 2 * size, 3 * size), f"fc_{k}.b_0": (3 * size,)}
        shapes |= {f"gru_{k}.w_0": (size, 3 * size), f"gru_{k}.b_0": (1, 3 * size)}
    made = {name: random.normal(0, 0.7, shape).astype(np.float32) for name, shape in shapes.items()}
    made["fc_0.w_0"][:, 5] = 1e-40
    return made


def _emissions(network: Network, sentences: list[NDArray[np.int64]]) -> list[NDArray[np.float32]]:
    ordered = sorted(range(len(sentences)), key=lambda i: -len(sentences[i]))
    lanes = Lanes.of([len(sentences[i]) for i in ordered])
    scores = network.emissions(lanes.laid([sentences[i] for i in ordered]), lanes)
    found = {
        i: scores[at : at + len(sentences[i]), lane]
        for i, at, lane in zip(ordered, lanes.start, lanes.lane, strict=True)
    }
    return [found[i] for i in range(len(sentences))]


def _sentences(count: int) -> list[NDArray[np.int64]]:
    random = np.random.default_rng(1)
    return [random.integers(0, 20, random.integers(1, 30)) for _ in range(count)]


def test_scores_are_the_formulas(tensors: Tensors) -> None:
    """Paddle's `dynamic_gru` (update, reset, candidate; h' = (1 - u) h + u c), both ways, twice, and a linear layer."""
    sentences = _sentences(50)
    for scores, sentence in zip(_emissions(Network(tensors), sentences), sentences, strict=True):
        np.testing.assert_allclose(scores, _reference(tensors, sentence), atol=2e-5)


def test_scores_do_not_depend_on_the_neighbours(tensors: Tensors) -> None:
    """Alone, among others and in another order a sentence has the same scores to the last bit."""
    sentences = _sentences(70)
    network = Network(tensors)
    together = _emissions(network, sentences)
    for some in (sentences[:1], sentences[:20], sentences):
        for alone, scores in zip(_emissions(network, some), together, strict=False):
            assert np.array_equal(alone, scores)
    assert all(map(np.array_equal, _emissions(network, sentences[::-1])[::-1], together))


def _reference(tensors: Tensors, sentence: NDArray[np.int64]) -> NDArray[np.float64]:
    rows = tensors["word_emb"][sentence].astype(np.float64)
    for layer in (0, 1):
        forward = _gru(tensors, 2 * layer, rows)
        rows = np.concatenate([forward, _gru(tensors, 2 * layer + 1, rows[::-1])[::-1]], axis=1)
    return rows @ tensors["fc_4.w_0"] + tensors["fc_4.b_0"]


def _gru(tensors: Tensors, k: int, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = tensors[f"gru_{k}.w_0"].astype(np.float64).ravel()
    size = tensors[f"gru_{k}.w_0"].shape[0]
    gates, candidate = (
        weights[: 2 * size * size].reshape(size, 2 * size),
        weights[2 * size * size :].reshape(size, size),
    )
    hidden, states = np.zeros(size), []
    for row in rows:
        given = row @ tensors[f"fc_{k}.w_0"] + tensors[f"fc_{k}.b_0"] + tensors[f"gru_{k}.b_0"][0]
        update, reset = np.split(1 / (1 + np.exp(-(given[: 2 * size] + hidden @ gates))), 2)
        new = np.tanh(given[2 * size :] + (reset * hidden) @ candidate)
        hidden = (1 - update) * hidden + update * new
        states.append(hidden)
    return np.array(states)
