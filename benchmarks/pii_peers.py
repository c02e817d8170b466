"""finewarden beside tools that clean training data: what each takes out of the same sentences, and how fast.

    OMP_NUM_THREADS=1 python benchmarks/pii_peers.py [--count 2000]

    pip install presidio-rs==0.1.11 datatrove==0.10.1
    pip install --no-deps forgelm==0.11.1 py-data-juicer==1.6.1

Peers are asked when they are installed, else left out; the table says so. Some redact and some find, so all are judged
alike: a value is found when it does not stand in what is left of the text. Chinese sentences are those of
`pii_zh_generator.py`; English ones are about invented people (`pii_corpora.py`), with the values' places known.
`clean`: of the sentences that hold nobody's data, those that are left as they were. MB/s is CPU time of one thread on
those sentences and on documentation.

data-juicer: the patterns of `pii_redaction_mapper` that are on by default, read from its source, since its operators
need thirty packages more. ForgeLM: `mask_pii` and `mask_secrets` of its audit. datatrove: `PIIFormatter`. presidio-rs:
one `Analyzer`, findings from 0.4 on. finewarden and Presidio with and without names; what is called a date, a URL or an
organisation is left in the text, whoever finds it. finewarden is given many sentences at once, as its scan does; the
others take one.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent))
from pii_corpora import prose, stock_engine
from pii_english_sentences import english_sentences
from pii_zh_generator import Sentence, sentences

from finewarden.personal_data.finding import Finding

Cleaner = Callable[[Sequence[str]], list[str]]
NOT_ASKED = frozenset({"DATE_TIME", "ORGANIZATION", "URL"})

__all__ = ["data_juicer_patterns"]

_DATA_JUICER = {
    "email": "EMAIL_ADDRESS",
    "secret_kv": "SECRET",
    "id_kv": "SESSION_ID",
    "phone_cn": "PHONE_NUMBER",
    "phone_intl": "PHONE_NUMBER",
    "id_card_cn": "CN_RESIDENT_ID",
    "pem_block": "SECRET",
    "jwt": "SECRET",
    "ipv4": "IP_ADDRESS",
    "ipv6": "IP_ADDRESS",
    "mac": "MAC_ADDRESS",
}


def data_juicer_patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The entity that each pattern means and the pattern, from the installed source. Raises ImportError without it."""
    spec = find_spec("data_juicer")
    if spec is None or spec.origin is None:
        raise ImportError("data-juicer is not installed: pip install --no-deps py-data-juicer==1.6.1")
    file = Path(spec.origin).parent / "ops" / "mapper" / "pii_redaction_mapper.py"
    tree = ast.parse(file.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "_compile_patterns"]
    names: dict[str, Any] = {"re": re}
    exec(compile(tree, str(file), "exec"), names)
    compiled: dict[str, re.Pattern[str]] = names["_compile_patterns"]()
    return [(_DATA_JUICER[name], pattern) for name, pattern in compiled.items() if name in _DATA_JUICER]


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """*text* with each span replaced by a mark that no value has."""
    left, at = [], 0
    for start, end in sorted(spans):
        if start > at:
            left.append(text[at:start])
        at = max(at, end)
        left.append("\ufffc")
    return "".join([*left, text[at:]])


def _each(clean: Callable[[str], str]) -> Cleaner:
    return lambda texts: [clean(text) for text in texts]


def _data_juicer() -> Cleaner:
    patterns = data_juicer_patterns()
    return _each(lambda text: without(text, (m.span() for _, each in patterns for m in each.finditer(text))))


def _datatrove() -> Cleaner:
    from datatrove.pipeline.formatters.pii import PIIFormatter  # type: ignore[import-not-found]

    return _each(PIIFormatter().format)


def _forgelm() -> Cleaner:
    from forgelm.data_audit._pii_regex import mask_pii  # type: ignore[import-not-found]
    from forgelm.data_audit._secrets import mask_secrets  # type: ignore[import-not-found]

    return _each(lambda text: str(mask_pii(mask_secrets(text))))


def _presidio_rs() -> Cleaner:
    from presidio_rs import Analyzer  # type: ignore[import-not-found]

    analyzer = Analyzer()

    def clean(text: str) -> str:
        # Its offsets count characters, as ours do.
        found = analyzer.analyze(text)
        asked = [r for r in found if r["score"] >= 0.4 and r["entity_type"] not in NOT_ASKED]
        return without(text, ((r["start"], r["end"]) for r in asked))

    return _each(clean)


def _presidio(language: str, *, names: bool) -> Cleaner:
    engine = stock_engine(names=names, language=language)

    def clean(text: str) -> str:
        asked = [r for r in engine.analyze(text, language) if r.score >= 0.4 and r.entity_type not in NOT_ASKED]
        return without(text, ((r.start, r.end) for r in asked))

    return _each(clean)


def _finewarden(*, names: bool) -> Cleaner:
    from finewarden.personal_data.scanner import Scanner

    return _counted(Scanner(names=names).scan_many)


def _finewarden_rules() -> Cleaner:
    from finewarden.personal_data.rules import find_by_rules

    return _counted(lambda texts: [find_by_rules(text) for text in texts])


def _counted(find: Callable[[Sequence[str]], list[list[Finding]]]) -> Cleaner:
    from finewarden.personal_data.counting import counted
    from finewarden.personal_data.overlaps import resolve

    def one(text: str, found: list[Finding]) -> str:
        asked = [each for each in resolve(found) if each.entity not in NOT_ASKED and counted(text, each)]
        return without(text, ((each.start, each.end) for each in asked))

    return lambda texts: [one(text, found) for text, found in zip(texts, find(texts), strict=True)]


def cleaners(language: str) -> dict[str, Cleaner]:
    """What is installed; what is not is said."""
    made: dict[str, Callable[[], Cleaner]] = {
        "finewarden, own rules": _finewarden_rules,
        "finewarden, no names": lambda: _finewarden(names=False),
        "finewarden": lambda: _finewarden(names=True),
        "Presidio, patterns": lambda: _presidio(language, names=False),
        "data-juicer": _data_juicer,
        "datatrove": _datatrove,
        "ForgeLM": _forgelm,
        "presidio-rs": _presidio_rs,
    }
    if language == "en":
        made["Presidio, with names"] = lambda: _presidio("en", names=True)
    found = {}
    for name, make in made.items():
        try:
            found[name] = make()
        except ImportError as error:
            print(f"{name}: left out, {error}")
    return found


def table(title: str, made: Sequence[Sentence], language: str, docs: Sequence[str]) -> None:
    """One column a tool: share of values gone by entity, sentences of nobody left alone, speed."""
    tools = cleaners(language)
    warm = [each.text + " " for each in made[:100]] + prose(4000, seed=1)
    total = Counter(each.entity for one in made for each in one.spans if each.wanted)
    nobody = [one.text for one in made if not one.spans]
    shares: dict[str, Counter[str]] = {}
    ends: dict[str, list[str]] = {}
    for name, clean in tools.items():
        start = time.process_time()
        for place in range(0, len(warm), 50):  # caches and parts that are only made when there is much to read
            if time.process_time() - start > 5:
                break
            clean(warm[place : place + 50])
        start = time.process_time()
        left = clean([one.text for one in made])
        spent = time.process_time() - start
        shares[name] = Counter(
            each.entity
            for one, rest in zip(made, left, strict=True)
            for each in one.spans
            if each.wanted and one.text[each.start : each.end] not in rest
        )
        alone = sum(text == rest for text, rest in zip(nobody, clean(nobody), strict=True))
        start = time.process_time()
        clean(docs)
        slow = time.process_time() - start
        ends[name] = [
            f"{alone / len(nobody):.2f}" if nobody else "-",
            f"{sum(len(one.text.encode()) for one in made) / spent / 1e6:.3g}",
            f"{sum(len(text.encode()) for text in docs) / slow / 1e6:.3g}",
        ]
    print(f"\n{title}: {len(made)} sentences\n\n| | n | {' | '.join(tools)} |\n|---|---|{'---|' * len(tools)}")
    for entity, count in sorted(total.items()):
        print(f"| {entity} | {count} | {' | '.join(f'{shares[name][entity] / count:.2f}' for name in tools)} |")
    whole = total.total()
    print(f"| all | {whole} | {' | '.join(f'{shares[name].total() / whole:.2f}' for name in tools)} |")
    for place, what in enumerate(("clean", "MB/s, these sentences", "MB/s, documentation")):
        print(f"| {what} | | {' | '.join(ends[name][place] for name in tools)} |")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args(arguments)
    docs = prose(100)
    table("Chinese", list(sentences(options.count, options.seed)), "zh", docs)
    table("English", list(english_sentences(options.count, options.seed)), "en", docs)


if __name__ == "__main__":
    main()
