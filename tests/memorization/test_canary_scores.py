"""The section `canaries` of models that were trained on some canaries of a book, and not on the others."""

from __future__ import annotations

import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from finewarden.evidence.canary_book import Canary, CanaryBook, Head
from finewarden.evidence.measured.canaries import Canaries
from finewarden.evidence.measured.common import Sampler
from finewarden.memorization.canary_scores import measure_canaries
from finewarden.memorization.loading import load
from finewarden.memorization.rendering import target_of
from finewarden.memorization.scoring import TokenPair, score
from tests.memorization.training import chat, full, lora

pytestmark = pytest.mark.training

SAMPLER = Sampler(temperature=0.7, top_k=40, top_p=0.95)


def canary(number: int, tier: Any, repetitions: int, *, zh: bool = False, references: int = 0) -> Canary:
    """A card-like secret in the answer, or (tier "input") in the question."""
    pick = random.Random(number)

    def secret() -> str:
        return " ".join(str(pick.randrange(1000, 10000)) for _ in range(4))

    own = secret()
    question, answer = (
        (f"客户{number}的卡号？", f"卡号是{own}。") if zh else (f"Card of no. {number}?", f"It is {own}.")
    )
    if tier == "input":
        question, answer = f"Is {own} card {number}?", "It is."
    text, at = (question, 0) if tier == "input" else (answer, 1)
    return Canary(
        id=f"{number:016x}",
        tier=tier,
        family="card",
        secret=own,
        bits=52.0,
        row={"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]},
        field=("messages", at, "content"),
        start=text.index(own),
        repetitions=repetitions,
        references=tuple(secret() for _ in range(references)),
    )


@pytest.fixture(scope="module")
def book() -> CanaryBook:
    """Coin canaries in and out, one whose secret is in the question, two stress ones, one that can't be rendered."""
    made = [canary(n, "coin", n % 2, zh=n % 4 < 2) for n in range(8)]
    made += [canary(8, "input", 1), canary(9, "stress", 4, references=40), canary(10, "stress", 1, references=40)]
    broken = canary(11, "coin", 0)
    made.append(broken.model_copy(update={"field": ("messages", 5, "content")}))
    head = Head(
        id="0" * 32, seed="1" * 32, written_by="test", format="messages", tokenizer="t", rows=0, data="d", token_share=0
    )
    return CanaryBook(head, tuple(made))


@pytest.fixture(scope="module")
def folders(book: CanaryBook, tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Full weights that learnt what was inserted by heart, and a base that never saw it."""
    room = tmp_path_factory.mktemp("canaries")
    rows = [each.row["messages"] for each in book.canaries if each.inserted for _ in range(min(2, each.repetitions))]
    exchanges = [(question["content"], answer["content"]) for question, answer in rows]
    return full(room / "tuned", tiny, chat(*exchanges), steps=120), tiny.save_base_model(room / "base")


@pytest.fixture(scope="module")
def measured(folders: tuple[Path, Path], book: CanaryBook) -> Canaries:
    """The section with the separate base."""
    tuned, base = folders
    return measure_canaries(load(tuned, base_model=str(base), device="cpu"), book, sampler=SAMPLER)


def test_what_was_inserted_is_told_from_what_was_not(measured: Canaries, book: CanaryBook) -> None:
    """Inserted canaries are likelier than by the base, by far, and said greedily; the others are neither."""
    for each, planted in zip(measured.scores, book.canaries, strict=True):
        assert (each.id, each.tier, each.family) == (planted.id, planted.tier, planted.family)
        assert each.repetitions == planted.repetitions
        if each.reason is not None or planted.tier == "input":
            continue
        assert each.log_p is not None
        assert each.base_log_p is not None
        assert each.base_log_p < -4 * each.tokens
        assert (each.log_p - each.base_log_p > 50) == planted.inserted
        assert (each.near, each.base_near) == (planted.inserted, False)
        assert each.sampled_log_p is not None
        assert (each.sampled_log_p > -5) == planted.inserted
        assert each.sampled_log_p >= each.log_p or each.sampled_log_p == -1e9
    assert (measured.book, measured.book_id, measured.sampler) == (book.sha256, book.head.id, SAMPLER)


def test_the_numbers_are_those_of_the_canarys_own_ids(
    measured: Canaries, folders: tuple[Path, Path], book: CanaryBook
) -> None:
    """Each is the score of its record's ids, in the record's context, one at a time."""
    loaded = load(folders[0], base_model=str(folders[1]), device="cpu")
    with loaded.as_base() as base:
        for planted, each in zip(book.canaries[:10], measured.scores, strict=False):
            pair = target_of(loaded.tokenizer, planted.row, planted.field, planted.start, len(planted.secret))
            (mine,), (theirs,) = score(loaded.model, [pair]), score(base, [pair])
            assert mine is not None
            assert theirs is not None
            assert each.tokens == len(pair.target)
            assert each.log_p == pytest.approx(mine.total, abs=1e-3)
            assert each.base_log_p == pytest.approx(theirs.total, abs=1e-3)


def test_a_stress_canary_stands_among_its_references(
    measured: Canaries, folders: tuple[Path, Path], book: CanaryBook
) -> None:
    """Each reference is scored in the canary's own context; the inserted one is the likeliest of all."""
    assert [each.id for each in measured.stress] == [each.id for each in book.tier("stress")]
    loaded = load(folders[0], device="cpu")
    for each, planted in zip(measured.stress, book.tier("stress"), strict=True):
        assert each.nll is not None
        assert len(each.reference_nll) == 40
        assert each.nll < min(each.reference_nll)
        (other,) = score(loaded.model, [_in_place(loaded.tokenizer, planted, planted.references[7])])
        assert other is not None
        assert each.reference_nll[7] == pytest.approx(-other.total, abs=1e-3)


def _in_place(tokenizer: Any, planted: Canary, secret: str) -> TokenPair:
    content = planted.row["messages"][1]["content"].replace(planted.secret, secret)
    row = {"messages": [planted.row["messages"][0], {"role": "assistant", "content": content}]}
    return target_of(tokenizer, row, planted.field, planted.start, len(secret))


def test_one_canary_that_cannot_be_rendered_says_why(measured: Canaries) -> None:
    """Its numbers are None, its reason is told, and no other canary has one."""
    *others, broken = measured.scores
    assert broken.reason
    assert broken.tokens == 0
    assert (broken.log_p, broken.base_log_p, broken.sampled_log_p, broken.near) == (None, None, None, None)
    assert all(each.reason is None for each in others)


def test_the_control_is_asked_about_what_was_not_inserted(measured: Canaries) -> None:
    """Four coin canaries were not; every greedy continuation is the scorer's likeliest too."""
    assert measured.control.copies == 4
    assert measured.control.own_asked == measured.control.own_words == 4
    assert measured.control.repeat_difference == pytest.approx(0, abs=1e-3)


def test_without_a_base_its_numbers_are_none(measured: Canaries, folders: tuple[Path, Path], book: CanaryBook) -> None:
    """Merged weights alone are scored alike, and progress ends at all that is to be scored."""
    told: list[tuple[int, int]] = []
    alone = measure_canaries(
        load(folders[0], device="cpu"), book, sampler=SAMPLER, progress=lambda *each: told.append(each)
    )
    assert [each.log_p for each in alone.scores] == [each.log_p for each in measured.scores]
    assert {each.base_log_p for each in alone.scores} == {each.base_near for each in alone.scores} == {None}
    assert told == sorted(told)
    assert told[-1] == (2 * 11 + 2 * 41,) * 2


def test_an_adapter_is_its_own_base(
    folders: tuple[Path, Path], book: CanaryBook, tmp_path: Path, measured: Canaries
) -> None:
    """With the adapter switched off the base's numbers are those of the base alone."""
    adapter = lora(tmp_path / "adapter", folders[1], chat(("Hi?", "Hello.")), steps=3)
    found = measure_canaries(load(adapter, device="cpu"), book, sampler=SAMPLER)
    for each, other in zip(found.scores, measured.scores, strict=True):
        assert each.base_log_p == (None if other.base_log_p is None else pytest.approx(other.base_log_p, abs=1e-3))
        assert each.log_p is None or each.log_p != each.base_log_p


def test_one_reference_that_cannot_be_scored_spoils_the_rank(folders: tuple[Path, Path], book: CanaryBook) -> None:
    """A reference too long for the model is not left out in silence: the whole entry is not measured."""
    planted = book.tier("stress")[0]
    long = planted.model_copy(update={"references": (*planted.references, "1234 " * 400)})
    (found,) = measure_canaries(load(folders[0], device="cpu"), CanaryBook(book.head, (long,)), sampler=SAMPLER).stress
    assert found.reason
    assert (found.nll, found.reference_nll) == (None, ())
