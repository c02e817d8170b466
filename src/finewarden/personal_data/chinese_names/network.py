"""The network of LAC: embedding, two layers of bidirectional GRU, one linear layer. Float32, numpy alone.

What a sentence gets does not depend, to the last bit, on the sentences beside it: every matrix product has the shape of
one tile of `TILE` lanes, however many tiles there are, so BLAS takes the same path for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from finewarden.personal_data.chinese_names.lanes import TILE, Lanes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Network"]

_GATES: Final = 3  # update, reset, candidate
_WAYS: Final = 2  # left to right, right to left


class Network:
    """*tensors*: ``word_emb`` (V, E); ``fc_k.w_0``, ``fc_k.b_0``, ``gru_k.w_0`` (D, 3D) and ``gru_k.b_0`` for k = 0 to
    3, even k from left to right, k // 2 the layer; ``fc_4.w_0`` (2D, K) and ``fc_4.b_0``: Paddle's own names.
    """

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        import numpy as np

        tensors = {name: _normal(tensor) for name, tensor in tensors.items()}
        self._layers = [_Layer(tensors, layer) for layer in (0, 1)]
        # What every character puts into the first layer, once for all: (gate x way x V, D).
        self._characters = len(tensors["word_emb"])
        table = np.matmul(tensors["word_emb"], self._layers[0].into[:, :, 0])
        table += self._layers[0].bias[:, :, 0]
        self._table = table.reshape(-1, table.shape[-1])
        self._out, self._out_bias = tensors["fc_4.w_0"], tensors["fc_4.b_0"].ravel()

    def emissions(self, characters: NDArray[np.int64], lanes: Lanes) -> NDArray[np.float32]:
        """Scores of the tags, (steps, lanes, K), for the numbers of *characters* (steps, lanes).

        Cells of no sentence hold nothing of meaning.
        """
        import numpy as np

        steps, width = characters.shape
        columns = np.arange(width)
        # Both ways run from step 0 on: from right to left means that a step reads the character at its mirror.
        both = np.stack([characters, characters[lanes.mirror, columns]], 1)
        read = np.stack([np.broadcast_to(np.arange(steps)[:, None], lanes.mirror.shape), lanes.mirror], 1)
        rows = read * width + columns
        blocks = np.arange(_GATES * _WAYS).reshape(_GATES, _WAYS, 1) * self._characters

        def first(step: int, given: NDArray[np.float32]) -> None:
            flat = given.reshape(_GATES, _WAYS, width, -1)
            np.take(self._table, both[step] + blocks, axis=0, out=flat, mode="clip")

        below = _merged(self._layers[0].states(first, lanes.begins), lanes.mirror)
        into, bias = self._layers[1].into, self._layers[1].bias

        def second(step: int, given: NDArray[np.float32]) -> None:
            taken = np.take(below, rows[step], axis=0)
            np.matmul(taken.reshape(_WAYS, -1, TILE, taken.shape[-1]), into, out=given)
            given += bias

        above = _merged(self._layers[1].states(second, lanes.begins), lanes.mirror)
        scores: NDArray[np.float32] = np.matmul(above.reshape(-1, TILE, above.shape[-1]), self._out)
        scores += self._out_bias
        return scores.reshape(steps, width, -1)


class _Layer:
    """Both ways of one layer. A step of Paddle's `dynamic_gru`: u, r = σ(x_ur + h U), c = tanh(x_c + (r h) C),
    h' = h + u (c - h), with U and C one after the other in the memory of ``gru_k.w_0``.

    Here σ(x) = (1 + tanh(x/2)) / 2, with the halves put into the weights: a power of two changes no digit of a float.
    """

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]], layer: int) -> None:
        import numpy as np

        ways = [str(_WAYS * layer + way) for way in range(_WAYS)]
        size = self._size = tensors[f"gru_{ways[0]}.w_0"].shape[0]
        half = np.array([0.5, 0.5, 1.0], np.float32)[:, None]
        into = np.stack([tensors[f"fc_{k}.w_0"].reshape(-1, _GATES, size) * half for k in ways])
        bias = np.stack([tensors[f"fc_{k}.b_0"].ravel() + tensors[f"gru_{k}.b_0"].ravel() for k in ways])
        flat = np.stack([tensors[f"gru_{k}.w_0"].ravel() for k in ways]) * np.float32(0.5)
        gates = flat[:, : 2 * size * size].reshape(_WAYS, size, 2, size)
        # (gate, way, 1, inputs, D), (gate, way, 1, 1, D), (u or r, way, 1, D, D) and (way, 1, D, D)
        self.into = np.ascontiguousarray(into.transpose(2, 0, 1, 3)[:, :, None])
        self.bias = (bias.reshape(_WAYS, _GATES, size) * half).transpose(1, 0, 2)[:, :, None, None]
        self._gates = np.ascontiguousarray(gates.transpose(2, 0, 1, 3)[:, :, None])
        self._candidate = np.ascontiguousarray(flat[:, 2 * size * size :]).reshape(_WAYS, 1, size, size)

    def states(
        self, give: Callable[[int, NDArray[np.float32]], None], begins: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """The hidden states (step, way, lane, D), forgotten where a sentence *begins* (step, lane).

        *give* writes a step's inputs: (gate, way, tile, `TILE`, D).
        """
        import numpy as np

        steps, width = begins.shape
        shape = (_WAYS, width // TILE, TILE, self._size)
        states = np.empty((steps, _WAYS, width, self._size), np.float32)
        hidden, new = np.zeros(shape, np.float32), np.empty(shape, np.float32)
        given, gates = np.empty((_GATES, *shape), np.float32), np.empty((2, *shape), np.float32)
        lanes = hidden.reshape(_WAYS, width, -1)
        fresh = [np.flatnonzero(each) for each in begins]
        for step in range(steps):
            if fresh[step].size:
                lanes[:, fresh[step]] = 0
            give(step, given)
            np.matmul(hidden, self._gates, out=gates)
            gates += given[:2]
            np.tanh(gates, out=gates)
            gates += 1
            gates[1] *= hidden
            np.matmul(gates[1], self._candidate, out=new)
            new += given[2]
            np.tanh(new, out=new)
            new -= hidden
            gates[0] *= 0.5
            new *= gates[0]
            hidden += new
            states[step] = lanes
        return states


def _merged(states: NDArray[np.float32], mirror: NDArray[np.int64]) -> NDArray[np.float32]:
    """Both ways beside each other at the character they belong to: (steps x lanes, 2D)."""
    import numpy as np

    steps, _, width, size = states.shape
    rows = np.empty((steps, width, _WAYS, size), np.float32)
    rows[:, :, 0] = states[:, 0]
    rows[:, :, 1] = states[mirror, 1, np.arange(width)]
    return rows.reshape(-1, _WAYS * size)


def _normal(tensor: NDArray[np.float32]) -> NDArray[np.float32]:
    """*tensor* with 0 for subnormal numbers, which cost a processor a hundred times a normal one.

    One unit of LAC's first layer died in training, and weight decay left 1e-40 for its 256 weights: with them a product
    takes five times as long. Its bias alone decides, to the last bit, what it says.
    """
    import numpy as np

    return np.where(np.abs(tensor) < np.finfo(np.float32).tiny, np.float32(0), tensor)
