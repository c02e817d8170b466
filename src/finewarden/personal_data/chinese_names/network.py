"""The network of LAC: embedding, two layers of bidirectional GRU, one linear layer. Float32, numpy alone.

What a sentence gets does not depend, to the last bit, on the sentences beside it: every matrix product has the shape of
one tile of `TILE` sentences, however many tiles there are, so BLAS takes the same path for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["TILE", "Network"]

TILE: Final = 16
_GATES = 3  # update, reset, candidate
_WAYS = 2  # left to right, right to left


class Network:
    """*tensors*: ``word_emb`` (V, E); ``fc_k.w_0``, ``fc_k.b_0``, ``gru_k.w_0`` (D, 3D) and ``gru_k.b_0`` for k = 0 to
    3, even k from left to right, k // 2 the layer; ``fc_4.w_0`` (2D, K) and ``fc_4.b_0``: Paddle's own names.

    A step of Paddle's `dynamic_gru`: u, r = σ(x_ur + h U), c = tanh(x_c + (r h) C), h' = h + u (c - h), with U and C
    one after the other in the memory of ``gru_k.w_0``. Here σ(x) = (1 + tanh(x/2)) / 2, the halves put into U and C.
    """

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        import numpy as np

        size = tensors["gru_0.w_0"].shape[0]
        half = np.array([0.5, 0.5, 1.0], np.float32)[:, None]
        self._size = size
        self._into: list[NDArray[np.float32]] = []  # (gate, way, 1, inputs, D), per layer
        self._bias: list[NDArray[np.float32]] = []  # (gate, way, 1, 1, D)
        self._gates: list[NDArray[np.float32]] = []  # (u or r, way, 1, D, D)
        self._candidate: list[NDArray[np.float32]] = []  # (way, 1, D, D)
        for layer in (0, 1):
            ways = [str(2 * layer), str(2 * layer + 1)]
            into = np.stack([tensors[f"fc_{k}.w_0"].reshape(-1, _GATES, size) * half for k in ways], 0)
            bias = np.stack([(tensors[f"fc_{k}.b_0"] + tensors[f"gru_{k}.b_0"].ravel()).reshape(3, size) for k in ways])
            flat = [tensors[f"gru_{k}.w_0"].ravel() for k in ways]
            gates = np.stack([each[: 2 * size * size].reshape(size, 2, size) for each in flat]) * np.float32(0.5)
            candidate = np.stack([each[2 * size * size :].reshape(size, size) for each in flat]) * np.float32(0.5)
            self._into.append(np.ascontiguousarray(into.transpose(2, 0, 1, 3)[:, :, None]))
            self._bias.append(np.ascontiguousarray((bias * half).transpose(1, 0, 2)[:, :, None, None]))
            self._gates.append(np.ascontiguousarray(gates.transpose(2, 0, 1, 3)[:, :, None]))
            self._candidate.append(np.ascontiguousarray(candidate[:, None]))
        # What every character puts into the first layer, once for all: (gate x way x character, D).
        self._characters = len(tensors["word_emb"])
        self._first = (tensors["word_emb"] @ self._into[0][:, :, 0] + self._bias[0][:, :, 0]).reshape(-1, size)
        self._out, self._out_bias = tensors["fc_4.w_0"], tensors["fc_4.b_0"].ravel()

    def emissions(self, sentences: Sequence[NDArray[np.int64]]) -> NDArray[np.float32]:
        """Scores of the tags, (longest, sentences, K), of *sentences* of character numbers, longest first; none empty.

        Rows past a sentence's end hold nothing of meaning.
        """
        import numpy as np

        count = len(sentences)
        width = -(-count // TILE) * TILE
        lengths = np.zeros(width, np.int64)
        lengths[:count] = [len(each) for each in sentences]
        longest = int(lengths[0])
        characters = np.zeros((longest, width), np.int64)
        for column, sentence in enumerate(sentences):
            characters[: len(sentence), column] = sentence
        # Both ways run from step 0 on: right to left means that step t reads character length - 1 - t.
        steps = np.arange(longest)[:, None]
        backward = np.maximum(lengths - 1 - steps, 0)
        columns = np.arange(width)
        both = np.stack([characters, characters[backward, columns]], 1)
        read = np.stack([np.broadcast_to(steps, backward.shape), backward], 1) * width + columns
        hidden = self._layer(0, self._first, both, self._characters, lengths)
        rows = self._merged(hidden, read)
        table = np.matmul(rows, self._into[1])
        table += self._bias[1]
        hidden = self._layer(1, table.reshape(-1, self._size), read, longest * width, lengths)
        scores = np.matmul(self._merged(hidden, read), self._out)
        scores += self._out_bias
        return scores.reshape(longest, width, -1)[:, :count]

    def _merged(self, hidden: NDArray[np.float32], read: NDArray[np.int64]) -> NDArray[np.float32]:
        """Both ways beside each other at the character they belong to: (tiles of all steps, TILE, 2D)."""
        import numpy as np

        longest, _, width, size = hidden.shape
        rows = np.empty((longest * width, _WAYS, size), np.float32)
        rows[:, 0] = hidden[:, 0].reshape(-1, size)
        # The place of a character in the other way's order is its own inverse: length - 1 - t.
        at = read[:, 1] // width * (_WAYS * width) + width + np.arange(width)
        np.take(hidden.reshape(-1, size), at.ravel(), axis=0, out=rows[:, 1], mode="clip")
        return rows.reshape(-1, TILE, _WAYS * size)

    def _layer(
        self,
        layer: int,
        table: NDArray[np.float32],
        rows: NDArray[np.int64],
        stride: int,
        lengths: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """The hidden states (step, way, sentence, D); *rows* (step, way, sentence) says where in *table* (gate x way x
        stride, D) a step's input stands.
        """
        import numpy as np

        longest, _, width = rows.shape
        size, tiles = self._size, width // TILE
        blocks = np.arange(_GATES * _WAYS).reshape(_GATES, _WAYS, 1) * stride
        running = -(-np.count_nonzero(lengths[None] > np.arange(longest)[:, None], axis=1) // TILE)
        states = np.zeros((longest, _WAYS, tiles, TILE, size), np.float32)
        hidden = np.zeros((_WAYS, tiles, TILE, size), np.float32)
        live = 0
        for step in range(longest):
            if running[step] != live:
                live = int(running[step])
                hidden = np.ascontiguousarray(hidden[:, :live])
                given = np.empty((_GATES, _WAYS, live, TILE, size), np.float32)
                gates = np.empty((2, _WAYS, live, TILE, size), np.float32)
                new = np.empty((_WAYS, live, TILE, size), np.float32)
            at = rows[step, :, : live * TILE] + blocks
            np.take(table, at, axis=0, out=given.reshape(_GATES, _WAYS, -1, size), mode="clip")
            np.matmul(hidden, self._gates[layer], out=gates)
            gates += given[:2]
            np.tanh(gates, out=gates)
            gates += 1
            gates[1] *= hidden
            np.matmul(gates[1], self._candidate[layer], out=new)
            new += given[2]
            np.tanh(new, out=new)
            new -= hidden
            new *= gates[0]
            new *= 0.5
            hidden += new
            states[step, :, :live] = hidden
        return states.reshape(longest, _WAYS, width, size)
