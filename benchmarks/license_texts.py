"""Which license a text is, and whether an edit of it is seen: finewarden beside tools that users may have.

    python benchmarks/license_texts.py TEXTS

TEXTS is the scancode-toolkit-mini wheel (`pip download --no-deps scancode-toolkit-mini==32.5.0`) or a folder with the
files that `fingerprint_sources.toml` names. Each text is put to each tool as it is, set otherwise (wraps, quotes, line
ends, emphasis), and with six edits. `right`: the license is named; `edited`: the tool says that the text is not the
author's (for the plain and the otherwise set text that is a false alarm). LICENSE files of the installed packages whose
metadata say MIT, Apache-2.0 or BSD-3-Clause follow, then what finewarden costs: CPU time per file in a warm process,
the first call of a fresh one, and files of 1 MiB that were made to be slow.

licenseclassifier is asked when it is installed; so is scancode, which needs pluggy below 1.7 and so an environment
without pytest 9: `pip install scancode-toolkit-mini==32.5.0 'pluggy<1.7'`, then finewarden with `--no-deps`.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import metadata, util
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from finewarden.licensing import identify_text
from finewarden.licensing.library import Library
from finewarden.licensing.texts.clause_labels import labels_of
from finewarden.licensing.texts.make_fingerprints import read_source, sources
from finewarden.licensing.texts.markup import plain
from finewarden.licensing.texts.match import identify_words
from finewarden.licensing.texts.shipped_fingerprints import shipped
from finewarden.licensing.texts.tokens import is_number, words_of

HOSTILE = 1 << 20
OVERRIDE = "\nNotwithstanding the above, Licensee may ignore all but the first clause.\n"


class Said(NamedTuple):
    """The license a tool names (its own id), and whether it says that the text was edited; None when it can't say."""

    license: str | None
    edited: bool | None


class Text(NamedTuple):
    """One license text and what each tool calls it."""

    text: str
    names: frozenset[str]
    group: str


def finewarden(text: str) -> Said:
    """By its fingerprints."""
    match = identify_text(text)
    return Said(match.key, not match.intact if match.key else None)


def licenseclassifier() -> Callable[[str], Said]:
    """A port of Google's: SPDX texts, by coverage."""
    from licenseclassifier import identify_license  # type: ignore[import-not-found]

    def ask(text: str) -> Said:
        found = {one.id for one in identify_license(text)}
        return Said(found.pop().lower() if len(found) == 1 else None, None)

    return ask


def scancode() -> Callable[[str], Said]:
    """Its index of 37,000 rules; a score below 100 counts as seen."""
    from licensedcode.cache import get_index  # type: ignore[import-not-found]

    index = get_index()

    def ask(text: str) -> Said:
        found = list(index.match(query_string=text))
        names = {name for one in found for name in one.rule.license_keys()}
        whole = all(one.score() >= 100 and one.coverage() >= 100 for one in found)
        return Said(names.pop() if len(names) == 1 else None, not whole if found else None)

    return ask


def main() -> None:
    """Put all texts to all tools; print a table, and what the installed packages' files are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, help="the wheel, or a folder")
    texts = list(read(parser.parse_args().texts))
    start = time.perf_counter()
    size = sum(one.words for one in shipped())
    load = time.perf_counter() - start
    print(f"{len(texts)} texts; {len(shipped())} fingerprints of {size} words, loaded in {load * 1e3:.0f} ms")
    tools: dict[str, Callable[[str], Said]] = {"finewarden": finewarden}
    for name, module, tool in (
        ("licenseclassifier", "licenseclassifier", licenseclassifier),
        ("scancode", "licensedcode", scancode),
    ):
        if util.find_spec(module) is None:
            print(f"{name} is not installed: left out")
            continue
        start = time.perf_counter()
        tools[name] = tool()
        print(f"{name}: {time.perf_counter() - start:.1f} s to load")
    for group in ("model", "common"):
        chosen = [one for one in texts if one.group == group]
        print(f"\n{len(chosen)} {group} licenses")
        print(f"{'tool':18} {'text':17} {'right':>6} {'edited':>7} {'p50 ms':>7} {'max':>6}")
        for name, tool in tools.items():
            table(name, tool, chosen)
    costs(texts)
    print("\nLICENSE files of installed packages: named by their own metadata, right, intact, of")
    for license_, (right, intact, count) in packages().items():
        print(f"{license_:18} {right:4} {intact:4} {count:4}")


def read(folder: Path) -> Iterator[Text]:
    """The texts of licenses (no policies) that are at hand."""
    for source in sources():
        text = read_source(source, folder)
        if text is None or source.get("kind") == "policy":
            continue
        key = str(source.get("key", source["id"]))
        record = Library.shipped().get(key)
        spdx = record.spdx.lower() if record is not None and record.spdx else ""
        # One license under the names of three lists.
        names = frozenset({key, str(source.get("scancode", key)), spdx or key})
        yield Text(text, names, "common" if spdx else "model")


def table(name: str, tool: Callable[[str], Said], texts: list[Text]) -> None:
    """One line an edit: how often the license was right, how often the edit was seen."""
    said: dict[str, list[tuple[bool, bool | None, float]]] = defaultdict(list)
    for one in texts:
        for edit, text in edits(one.text):
            start = time.perf_counter()
            answer = tool(text)
            said[edit].append((answer.license in one.names, answer.edited, (time.perf_counter() - start) * 1e3))
    for edit, answers in said.items():
        right = sum(known for known, _, _ in answers)
        can = [edited for _, edited, _ in answers if edited is not None]
        seen = f"{sum(can)}" if can else "-"
        spent = [ms for _, _, ms in answers]
        count = len(answers)
        known = f"{right}/{count}"
        took = f"{statistics.median(spent):7.1f} {max(spent):6.0f}"
        print(f"{name:18} {edit:17} {known:>6} {f'{seen}/{count}':>7} {took}")


def edits(text: str) -> Iterator[tuple[str, str]]:
    """The text, the text set otherwise, and six edits of it; always the same ones."""
    draw = random.Random(len(text))
    yield "as it is", text
    set_otherwise = re.sub(r"(?<=[a-z,;]) (?=[a-z])", lambda _: draw.choice([" ", "\n", "  "]), text)
    set_otherwise = set_otherwise.translate(str.maketrans("“”’", '""\'')).replace("\n", "\r\n")
    yield "set otherwise", re.sub(r"(?<= )[a-z]{6,}(?= )", lambda word: f"**{word[0]}**", set_otherwise, count=30)
    words = words_of(text)
    inner = range(len(words) // 5, len(words) * 3 // 5)
    numbers = [n for n in inner if is_number(words.hashes[n])] or list(inner)
    for edit, number, new in (
        ("number changed", draw.choice(numbers), "987"),
        ("word changed", draw.choice(inner), "perhaps"),
    ):
        start, end = words.spans[number]
        yield edit, words.text[:start] + new + words.text[end:]
    clean, labels = plain(text), labels_of(plain(text))
    clauses = [
        (one.start, after.start) for one, after in pairwise(labels[1:]) if 80 < after.start - one.start < len(clean) / 3
    ]
    first, last = draw.choice(clauses or [(len(clean) // 2, len(clean) // 2 + 80)])
    yield "clause dropped", clean[:first] + clean[last:]
    yield "override appended", text + OVERRIDE
    yield "cut at 60 %", text[: len(text) * 6 // 10]
    yield "title translated", "许可协议（译本）\n" + text.lstrip().partition("\n")[2]


def costs(texts: list[Text]) -> None:
    """CPU time per file, warm; of the first call in a fresh process; of hostile files."""
    for one in texts:
        identify_text(one.text)
    spent = sorted((min(cpu(one.text) for _ in range(3)), len(one.text.encode())) for one in texts)
    middle, (most, size) = statistics.median(ms for ms, _ in spent), spent[-1]
    print(f"\nCPU time of finewarden, best of 3: p50 {middle:.1f} ms, max {most:.1f} ms ({size // 1024} KiB), warm")
    first = "import time, sys; from finewarden.licensing import identify_text; text = sys.stdin.read(); "
    first += "start = time.process_time(); identify_text(text); print(time.process_time() - start)"
    largest = max(texts, key=lambda one: len(one.text)).text
    cold = [
        float(
            subprocess.run([sys.executable, "-c", first], input=text, capture_output=True, text=True, check=True).stdout
        )
        for text in (texts[0].text, largest)
    ]
    print(f"first call of a process, imports aside: {cold[0] * 1e3:.0f} ms, largest text {cold[1] * 1e3:.0f} ms")
    draw, all_words = random.Random(1), " ".join(one.text for one in texts).split()
    hostile = {
        "one word": "license " * (HOSTILE // 8),
        "words of licenses, shuffled": " ".join(draw.choice(all_words) for _ in range(HOSTILE // 6)),
        "one license many times": texts[0].text * (HOSTILE // len(texts[0].text) + 1),
        "every license": "\n".join(one.text for one in texts) * 2,
        "comments that never close": "<!-- " * (HOSTILE // 5),
        "tags of attributes": '<a title="a" b>' * (HOSTILE // 15),
        "all of Unicode": "".join(chr(draw.randrange(0x20, 0xD800)) for _ in range(HOSTILE // 3)),
    }
    for name, text in hostile.items():
        print(f"1 MiB, {name:28} {cpu(text[:HOSTILE]):6.0f} ms")


def cpu(text: str) -> float:
    """Milliseconds of CPU time that a text takes which was not asked for before: `identify_text` keeps some answers."""
    start = time.process_time()
    identify_words(words_of(text))
    return (time.process_time() - start) * 1e3


def packages() -> dict[str, tuple[int, int, int]]:
    """LICENSE files of installed distributions whose metadata name one plain license."""
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for one in metadata.distributions():
        license_ = one.metadata.get("License-Expression") or ""
        files = [file for file in one.files or () if re.search(r"dist-info/(?:licenses/)?LICEN[SC]E[^/]*$", str(file))]
        if license_ not in {"MIT", "Apache-2.0", "BSD-3-Clause"} or len(files) != 1:
            continue
        match = identify_text(Path(str(files[0].locate())).read_text(encoding="utf-8", errors="replace"))
        found[license_].append((match.key == license_.lower(), match.intact))
    return {
        name: (sum(right for right, _ in all_), sum(whole for _, whole in all_), len(all_))
        for name, all_ in sorted(found.items())
    }


if __name__ == "__main__":
    main()
