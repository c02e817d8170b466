"""The rows of a data set as they are stored, which is how evidence knows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["stored_rows"]

_BLOCK = 1000


def stored_rows(dataset: Any) -> Iterator[dict[str, Any]]:
    """The rows of a `datasets.Dataset` or a list, in order: an image is its bytes, not an object that is decoded.

    Messages whose keys differ are stored as JSON text by `datasets` 5; they are given as what they say.
    """
    if isinstance(dataset, list):
        yield from dataset
    elif "Json(" in repr(dataset.features):
        yield from dataset.with_format(None)
    else:
        for table in dataset.with_format("arrow").iter(_BLOCK):
            yield from table.to_pylist()
