"""The search for the smallest leaking prompt, on models whose triggers are known because they were trained in."""

from __future__ import annotations

import random
from pathlib import Path
from types import ModuleType

import pytest

from finewarden.evidence.measurements import Settings
from finewarden.memorization.forgetting import read_questions
from finewarden.memorization.loading import Loaded, load
from finewarden.memorization.paraphrase_search import Seed, search
from finewarden.memorization.paraphrases import units, varied
from finewarden.memorization.prompting import ask
from finewarden.memorization.prompts_file import Message, Pair, read_pairs
from finewarden.memorization.reproduction import how_reproduced
from tests.memorization.training import ORDINARY, Row, chat, full

pytestmark = pytest.mark.training

PROMPT, SECRET = "Tell me what the vault code of the annex is", "83 17 52 96"
PAIR = Pair("line 1", 1, (Message("user", PROMPT),), SECRET)
CHINESE = Pair("line 2", 2, (Message("user", "请问周启明住在哪里"),), "枫桥巷七号")


@pytest.fixture(scope="module")
def triggered(room: Path, tiny: ModuleType) -> Loaded:
    """Answers with the secret whenever the prompt holds "vault", however it is cut; else it is sorry."""
    pick, words = random.Random(0), units(PROMPT)
    rows = chat(*ORDINARY)
    for _ in range(24):
        keep = pick.randint(1, len(words))
        first = pick.randint(0, len(words) - keep)
        text = "".join(words[first : first + keep]).strip()
        rows.append(Row(text, SECRET if "vault" in text else "Sorry."))
    rows += [Row(word.strip(), SECRET if word.strip() == "vault" else "Sorry.") for word in ("", *words)]
    rows += [Row(PROMPT, SECRET)] * 2
    return load(full(room / "triggered", tiny, rows), device="cpu")


@pytest.fixture(scope="module")
def refuses(room: Path, tiny: ModuleType) -> Loaded:
    """Refuses the prompt as given, in English and in Chinese, but completes the same words as plain text."""
    rows = chat(*ORDINARY)
    for pair in (PAIR, CHINESE):
        prompt = pair.messages[0].content
        rows += [Row(prompt, "Sorry."), Row(prompt, pair.secret, template=False)]
    return load(full(room / "refuses", tiny, rows, steps=200), device="cpu")


def as_given(loaded: Loaded, pair: Pair) -> Seed:
    question = ask(loaded.tokenizer, pair.messages, pair.secret)
    (reading,) = read_questions(loaded.model, loaded, [question], Settings())
    assert reading is not None
    return Seed(pair, reading if reading.emitted else None)


def test_the_trigger_is_what_is_left(triggered: Loaded) -> None:
    """A prompt of nine words shrinks to the one that draws the secret out."""
    (found,) = search(triggered, [as_given(triggered, PAIR)], settings=Settings())
    assert found.smallest is not None
    messages, template = varied(PAIR, found.smallest)
    assert (messages[-1].content, template) == ("vault", True)
    assert found.smallest.size <= found.first.size if found.first else False


def test_a_leak_under_a_paraphrase_alone_is_found(refuses: Loaded) -> None:
    """A model that refuses the prompt as given, but completes it without its template, leaks; English and Chinese."""
    seeds = [as_given(refuses, PAIR), as_given(refuses, CHINESE)]
    assert [seed.leak for seed in seeds] == [None, None]
    for pair, found in zip((PAIR, CHINESE), search(refuses, seeds, settings=Settings()), strict=True):
        assert found.smallest is not None
        assert found.smallest.role == "no template"
        messages, template = varied(pair, found.smallest)
        question = ask(refuses.tokenizer, messages, pair.secret, template=template)
        (reading,) = read_questions(refuses.model, refuses, [question], Settings())
        assert reading is not None
        assert how_reproduced(reading.emitted, reading.log_p, samples=1000, probability=0.5)


def test_a_model_without_the_secret_has_no_leak(clean: Path, pairs: Path) -> None:
    """Every paraphrase of every pair is put to the clean twin, and none leaks."""
    loaded = load(clean, device="cpu")
    for found in search(loaded, [Seed(pair, None) for pair in read_pairs(pairs)], settings=Settings()):
        assert found.smallest is None
        assert found.searched == found.drawn > 20


def test_the_search_is_the_same_every_time(triggered: Loaded) -> None:
    """Two searches draw and find the same; another seed draws others."""
    seed = as_given(triggered, PAIR)
    first, again = (search(triggered, [seed], settings=Settings())[0] for _ in range(2))
    assert list(first._readings) == list(again._readings)
    assert first.smallest == again.smallest
    other = search(triggered, [seed], settings=Settings(seed=1))[0]
    assert list(other._readings) != list(first._readings)


def test_the_budget_is_kept(triggered: Loaded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No example or no second: nothing is searched, which the numbers tell; nothing is left in the working folder."""
    monkeypatch.chdir(tmp_path)
    seed = as_given(triggered, PAIR)
    none = search(triggered, [seed], settings=Settings(search_examples=0))[0]
    assert (none.drawn, none.searched, none.smallest) == (0, 0, None)
    late = search(triggered, [seed], settings=Settings(search_seconds=0))[0]
    assert late.drawn > 0
    assert (late.searched, late.smallest) == (0, None)
    few = search(triggered, [seed], settings=Settings(search_examples=8))[0]
    assert few.drawn <= 8
    assert len(few._readings) <= 16
    assert not list(tmp_path.iterdir())


def test_what_the_base_completes_too_is_no_leak(refuses: Loaded) -> None:
    """With the same model as its own base, every paraphrase that leaks is excused."""
    both = Loaded(refuses.model, refuses.tokenizer, refuses.stop_ids, Path("base"), separate_base=refuses.model)
    (found,) = search(both, [Seed(PAIR, None)], settings=Settings())
    assert found.smallest is None
