"""The records of a CSV or TSV file as they stand in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Literal

from finewarden.personal_data.deidentify.records import Record
from finewarden.personal_data.reading.lines import decoded, lines
from finewarden.personal_data.reading.rows import LONGEST, Broken

__all__ = ["changing", "records"]


def records(
    stream: BinaryIO, mark: str, names: tuple[str, ...], left_out: Callable[[Broken], None]
) -> Iterator[Record]:
    """The records of *stream*, which stands behind the header, under *names*; *left_out* is told what is none."""
    csv.field_size_limit(LONGEST)  # of the process; the library's own limit is 128 KiB
    taken: list[str] = []
    wrong = ""

    def source() -> Iterator[str]:
        nonlocal wrong
        for line in lines(stream):
            if isinstance(line, Broken):
                wrong = line.why
                continue
            text = decoded(line[1], line[0])
            if isinstance(text, Broken):
                wrong = "is not UTF-8; save it as UTF-8"
                text = line[1].decode("utf-8", "replace")
            taken.append(text)
            yield text

    reader = csv.reader(source(), delimiter=mark)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            cells, wrong = [], wrong or "is not CSV; put texts with quotes, commas or line ends in quotes"
        raw = "".join(taken)
        taken.clear()
        if wrong:
            left_out(Broken(number, wrong))
            wrong = ""
        elif not cells:
            number -= 1
            yield Record(raw, None)
        elif len(cells) > len(names):
            left_out(Broken(number, f"has {len(cells)} cells under {len(names)} names; put commas in quotes"))
        else:
            yield Record(raw, dict(zip(names, cells, strict=False)), number=number)
    if wrong:
        left_out(Broken(number, wrong))


def changing(mark: str) -> Callable[[str, Mapping[str, Any], Mapping[str, Any]], str]:
    """What makes a record's text anew: all cells quoted where all were, else those that need it; its own line end."""

    def changed(raw: str, _: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        end = raw[len(raw.rstrip("\r\n")) :]
        text = io.StringIO()
        cells = list(after.values())
        all_quoted = raw.startswith('"') and raw.count(f'"{mark}"') == len(cells) - 1
        quoting: Literal[0, 1] = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
        csv.writer(text, delimiter=mark, lineterminator="", quoting=quoting).writerow(cells)
        return text.getvalue() + end

    return changed
