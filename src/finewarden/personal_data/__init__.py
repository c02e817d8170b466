"""Personal data in training data: found, taken out, admitted, and every row's source known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from finewarden.personal_data.finding import Finding, RowFindings

if TYPE_CHECKING:
    from finewarden.personal_data.scanner import Scanner

__all__ = ["Finding", "RowFindings", "scan_rows", "scan_text"]


def scan_text(text: str, languages: Sequence[Literal["zh", "en"]] = ("zh", "en")) -> list[Finding]:
    """The personal data of *text*, sorted; spans count its characters.

    Raises ImportError, naming the package, where a part that *languages* need is not installed: use `Scanner` to go on
    with what there is.
    """
    return _whole(tuple(languages)).scan(text)


def scan_rows(
    rows: Iterable[Mapping[str, Any]], languages: Sequence[Literal["zh", "en"]] = ("zh", "en")
) -> Iterator[RowFindings]:
    """The findings of each row, in order: every string of every column, per message. Raises as `scan_text`."""
    return _whole(tuple(languages)).scan_rows(rows)


@lru_cache(maxsize=4)
def _whole(languages: tuple[Literal["zh", "en"], ...]) -> Scanner:
    from finewarden.personal_data.scanner import Scanner

    scanner = Scanner(languages)
    if scanner.missing:
        raise ImportError("; ".join(f"{each.what}: {each.mend}" for each in scanner.missing))
    return scanner
