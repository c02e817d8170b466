"""How much of the personal data in English sentences is found: finewarden beside stock Presidio, on the same tokens.

    python benchmarks/pii_quality_en.py --data synth_dataset_v2.json [--half dev|test|both]

The file is `data/synth_dataset_v2.json` of https://github.com/data-privacy-stack/presidio-research (MIT): 1,500
sentences made from 209 templates. Its templates are parted by the SHA-256 of their number: rules were tuned on the
`dev` half only, and the `test` half tells how well they carry over. Both are printed.

Scored as presidio-evaluator scores "PII or not": spaCy's tokens; a token belongs to a span when it starts in it, or
when the span lies inside the token; findings of a score below 0.4 are left out (the threshold of the published
notebook). Second lines leave out the words that presidio-evaluator skips by default (punctuation, stop words,
"street", "Mr."), read from the package when it is installed, else spaCy's stop words and punctuation alone. Published
with Presidio's large model, which PyPI does not carry: F2 0.62 out of the box, 0.845 tuned with a transformer.

`--alarms` counts what is found per 1,000 characters of the documentation of installed packages, where nearly nothing
is personal: more findings there are the price of recall.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import string
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent))
from pii_corpora import prose

from finewarden.personal_data.finding import Finding

THRESHOLD = 0.4
ACCEPTS = {
    "STREET_ADDRESS": {"STREET_ADDRESS", "LOCATION"},
    "GPE": {"LOCATION", "STREET_ADDRESS"},
    "ZIP_CODE": {"LOCATION", "STREET_ADDRESS"},
    "TITLE": {"PERSON"},
    "DOMAIN_NAME": {"URL"},
}
"""What a kind of the data set may be called by a recognizer, beside its own name."""

System = Callable[[str], list[Finding]]


@dataclass(frozen=True)
class Sample:
    """A sentence, where its tokens are, and the kind of each; None where a token is nobody's."""

    text: str
    half: str
    tokens: tuple[tuple[int, int], ...]
    gold: tuple[str | None, ...]


@dataclass
class Score:
    """Tokens counted: of all kinds together, by kind of the data set, and by entity of the findings."""

    both: int = 0
    found: int = 0
    gold: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    kinds_found: Counter[str] = field(default_factory=Counter)
    kinds_right: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    entities_personal: Counter[str] = field(default_factory=Counter)
    entities_right: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """Of the tokens found, those that are personal."""
        return self.both / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Of the personal tokens, those found."""
        return self.both / self.gold if self.gold else 0.0

    def f(self, beta: float) -> float:
        """The F measure."""
        p, r = self.precision, self.recall
        return (1 + beta**2) * p * r / (beta**2 * p + r) if p + r else 0.0


def half_of(template: int) -> str:
    """`dev` or `test`."""
    return "dev" if hashlib.sha256(str(template).encode()).digest()[0] % 2 == 0 else "test"


def read(file: Path) -> list[Sample]:
    """The data set, split into tokens. Raises ValueError for a file that is not it."""
    import spacy

    tokenizer = spacy.blank("en").tokenizer
    samples = []
    for row in json.loads(file.read_text(encoding="utf-8")):
        if "full_text" not in row:
            raise ValueError(f"{file}: not synth_dataset_v2.json of presidio-research; give that file")
        text = row["full_text"]
        tokens = tuple((each.idx, each.idx + len(each)) for each in tokenizer(text) if each.text.strip())
        spans = [(each["start_position"], each["end_position"], each["entity_type"]) for each in row["spans"]]
        gold = tuple(_kinds(tokens, spans, first=True)[n] for n in range(len(tokens)))
        samples.append(Sample(text, half_of(row["template_id"]), tokens, tuple(g[0] if g else None for g in gold)))
    return samples


def _kinds(
    tokens: Sequence[tuple[int, int]], spans: Iterable[tuple[int, int, str]], first: bool = False
) -> list[tuple[str, ...]]:
    found: list[list[str]] = [[] for _ in tokens]
    for start, end, kind in sorted(spans):
        for number, (a, b) in enumerate(tokens):
            if (start <= a < end or a <= start <= end <= b) and not (first and found[number]):
                found[number].append(kind)
    return [tuple(each) for each in found]


def score(samples: Sequence[Sample], found: Sequence[Sequence[Finding]], skipped: frozenset[str]) -> Score:
    """*found* of each sample against its tokens; tokens of *skipped* words count for nothing."""
    total = Score()
    for sample, findings in zip(samples, found, strict=True):
        said = _kinds(sample.tokens, [(f.start, f.end, f.entity) for f in findings if f.score >= THRESHOLD])
        for (start, end), gold, entities in zip(sample.tokens, sample.gold, said, strict=True):
            if sample.text[start:end].lower() in skipped:
                continue
            total.found += bool(entities)
            total.gold += gold is not None
            total.both += bool(entities) and gold is not None
            accepted = ACCEPTS.get(gold, {gold}) if gold is not None else set()
            if gold is not None:
                total.kinds[gold] += 1
                total.kinds_found[gold] += bool(entities)
                total.kinds_right[gold] += any(each in accepted for each in entities)
            for each in set(entities):
                total.entities[each] += 1
                total.entities_personal[each] += gold is not None
                total.entities_right[each] += each in accepted
    return total


def skip_words() -> frozenset[str]:
    """presidio-evaluator's, when it is installed."""
    try:
        from presidio_evaluator.evaluation.skipwords import get_skip_words  # type: ignore[import-not-found]
    except ImportError:
        from spacy.lang.en.stop_words import STOP_WORDS

        return frozenset(STOP_WORDS) | frozenset(string.punctuation)
    return frozenset(get_skip_words())


def stock() -> System:
    """`AnalyzerEngine`, as it comes, with the model that the [pii] extra brings."""
    from pii_corpora import stock_engine

    engine = stock_engine()

    def ask(text: str) -> list[Finding]:
        return [Finding(r.entity_type, r.start, r.end, r.score) for r in engine.analyze(text, language="en")]

    return ask


def ours() -> System:
    """finewarden, all of it."""
    from finewarden.personal_data.scanner import Scanner

    return Scanner().scan


def rules() -> System:
    """finewarden's rules alone."""
    from finewarden.personal_data.rules import find_by_rules

    return find_by_rules


SYSTEMS: dict[str, Callable[[], System]] = {"stock Presidio": stock, "finewarden": ours, "finewarden, rules": rules}


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask every system for every sentence and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("dev", "test", "both"), default="both")
    parser.add_argument("--alarms", type=int, default=0, metavar="N", help="texts of documentation to count alarms in")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print N sentences of the dev half")
    options = parser.parse_args(arguments)
    samples = read(options.data)
    systems = {name: make() for name, make in SYSTEMS.items()}
    found = {name: [ask(each.text) for each in samples] for name, ask in systems.items()}
    for half in ("dev", "test") if options.half == "both" else (options.half,):
        chosen = [n for n, each in enumerate(samples) if each.half == half]
        print(f"\n{half}: {len(chosen)} sentences\n{'':24} {'P':>6} {'R':>6} {'F1':>6} {'F2':>6}")
        scores = {}
        for words, skipped in (("", frozenset[str]()), (", words skipped", skip_words())):
            for name in systems:
                one = score([samples[n] for n in chosen], [found[name][n] for n in chosen], skipped)
                if not skipped:
                    scores[name] = one
                line = f"{one.precision:6.3f} {one.recall:6.3f} {one.f(1):6.3f} {one.f(2):6.3f}"
                print(f"{name + words:34} {line}")
        by_kind(scores)
    if options.misses:
        misses(samples, found["finewarden"], options.misses)
    if options.alarms:
        alarms(systems, prose(options.alarms))


def by_kind(scores: dict[str, Score]) -> None:
    """Recall by kind of the data set (as anything / under its name), precision by entity of the findings."""
    for name, one in scores.items():
        print(f"\n{name}: recall by kind, tokens found as anything and under an accepted name")
        for kind, count in one.kinds.most_common():
            any_, right = one.kinds_found[kind] / count, one.kinds_right[kind] / count
            print(f"  {kind:20} {count:6} {any_:6.2f} {right:6.2f}")
        print(f"{name}: precision by entity, tokens that are personal and of that kind")
        for entity, count in one.entities.most_common():
            any_, right = one.entities_personal[entity] / count, one.entities_right[entity] / count
            print(f"  {entity:20} {count:6} {any_:6.2f} {right:6.2f}")


def misses(samples: Sequence[Sample], found: Sequence[Sequence[Finding]], most: int) -> None:
    """Sentences of the dev half with what was missed and what was found too much."""
    for sample, findings in zip(samples, found, strict=True):
        if sample.half != "dev" or not most:
            continue
        said = _kinds(sample.tokens, [(f.start, f.end, f.entity) for f in findings if f.score >= THRESHOLD])
        wrong: list[Any] = [
            (sample.text[a:b], gold, entities)
            for (a, b), gold, entities in zip(sample.tokens, sample.gold, said, strict=True)
            if bool(entities) != (gold is not None)
        ]
        if wrong:
            most -= 1
            print(repr(sample.text), *(f"\n    {word!r}: {gold} {entities}" for word, gold, entities in wrong))


def alarms(systems: dict[str, System], texts: Sequence[str]) -> None:
    """Findings of each entity per 1,000 characters of *texts*."""
    characters = sum(map(len, texts))
    print(f"\nfindings per 1,000 characters of documentation: {len(texts)} texts, {characters} characters")
    for name, ask in systems.items():
        counts = Counter(each.entity for text in texts for each in ask(text) if each.score >= THRESHOLD)
        told = ", ".join(f"{entity} {count / characters * 1e3:.3f}" for entity, count in counts.most_common())
        print(f"{name:20} {counts.total() / characters * 1e3:.3f}   {told}")


if __name__ == "__main__":
    main()
