"""Presidio's e-mail recognizer asks tldextract, which would fetch the list of public suffixes: here it never does."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

__all__ = ["keep_offline"]


def keep_offline(recognizers: Iterable[EntityRecognizer]) -> None:
    """Have each of *recognizers* that validates by tldextract use the list that comes with the package.

    Presidio's own method runs, and sees another `tldextract`: on these instances alone, so that recognizers of other
    engines in the process, and tldextract itself, stay as they were.
    """
    for each in recognizers:
        method = getattr(type(each), "validate_result", None)
        if isinstance(method, types.FunctionType) and isinstance(
            method.__globals__.get("tldextract"), types.ModuleType
        ):
            own: Any = types.FunctionType(
                method.__code__,
                {**method.__globals__, "tldextract": types.SimpleNamespace(extract=_extract)},
                method.__name__,
                method.__defaults__,
                method.__closure__,
            )
            setattr(each, "validate_result", types.MethodType(own, each))  # noqa: B010  # not every recognizer has one


def _extract(url: str) -> Any:
    return _extractor()(url)


@lru_cache(maxsize=1)
def _extractor() -> Callable[[str], Any]:
    import tldextract

    # No address to fetch from and no folder to keep a fetched list in: what is left is the packaged snapshot.
    extractor: Callable[[str], Any] = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    return extractor
