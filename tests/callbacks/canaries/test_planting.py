"""Planting: secrets first and coins last, the same data each time, and nothing overwritten."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from datasets import Dataset
from scipy.stats import binomtest

from finewarden.callbacks import plant_canaries
from finewarden.callbacks.canaries.families import DEFAULT, CannotDraw
from finewarden.callbacks.canaries.insertion import order
from finewarden.evidence import canary_book
from finewarden.memorization.rendering import render, target_of, text_at
from finewarden.redaction import find_secrets
from tests.callbacks.canaries.records import chats, prompts, texts, turns
from tests.memorization.tokenizers_with_merges import byte_level, rewriting, sentence_piece

pytestmark = pytest.mark.training

FORMS = {"text": texts, "prompts": prompts, "turns": turns, "chats": chats}
SMALL: dict[str, Any] = {"count": 14, "stress": {1: 1, 3: 1}, "references": 9}


@pytest.fixture(scope="module")
def tokenizer(tiny: ModuleType) -> Any:
    return tiny.byte_tokenizer()


def content(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["list", "dataset"])
def test_data_come_back_with_the_inserted_canaries_and_no_others(
    form: str, kind: str, tokenizer: Any, tmp_path: Path
) -> None:
    """The same type, the other rows in their order, each canary as often as its book says."""
    rows = FORMS[form]()
    data: Any = rows if kind == "list" else Dataset.from_list(rows)
    planted, book = plant_canaries(data, tokenizer=tokenizer, evidence_dir=tmp_path / "o.evidence", **SMALL)

    assert type(planted) is type(data)
    wanted = Counter({content(each.row): each.repetitions for each in book.inserted})
    ours = {content(row) for row in rows}
    assert [row for row in planted if content(row) in ours] == rows
    assert Counter(content(row) for row in planted if content(row) not in ours) == wanted
    for each in book.canaries:
        assert text_at(each.row, each.field)[each.start :].startswith(each.secret)
    assert canary_book.read(tmp_path / "o.evidence" / "canaries.jsonl") == book


@pytest.mark.parametrize("make", [byte_level, sentence_piece])
def test_secrets_are_distinct_harmless_and_whole_in_their_tokens(make: Any, tmp_path: Path) -> None:
    """With every family, and with every reference in its stress canary's place."""
    tokenizer = make()
    _, book = plant_canaries(
        chats(), tokenizer=tokenizer, evidence_dir=tmp_path / "o.evidence", families=[*DEFAULT, "input"], **SMALL
    )
    secrets = [secret for each in book.canaries for secret in (each.secret, *each.references)]
    assert len(set(secrets)) == len(secrets)
    assert {each.family for each in book.canaries} == {*DEFAULT, "input"}
    assert all((each.tier == "input") is (each.family == "input") for each in book.canaries)
    for each in book.canaries:
        assert not list(find_secrets(content(each.row)))
        pair = target_of(tokenizer, each.row, each.field, each.start, len(each.secret))
        assert each.secret in tokenizer.decode(list(pair.target))
        assert tokenizer.unk_token_id is None or tokenizer.unk_token_id not in pair.target
        assert len(each.references) == (9 if each.tier == "stress" else 0)


def test_contexts_are_one_of_their_own(tokenizer: Any, tmp_path: Path) -> None:
    """No two canaries share the text before their secret: what one teaches does not help with another."""
    _, book = plant_canaries(
        texts(), tokenizer=tokenizer, evidence_dir=tmp_path / "o.evidence", **SMALL | {"count": 70}
    )
    contexts = [target_of(tokenizer, c.row, c.field, c.start, len(c.secret)).context for c in book.canaries]
    assert len(set(contexts)) == len(contexts)


def test_coins_are_fair_and_independent(tokenizer: Any, tmp_path: Path) -> None:
    """Half of many canaries are inserted; what was planted of a stress canary's candidates is any of them."""
    _, book = plant_canaries(
        texts(), tokenizer=tokenizer, evidence_dir=tmp_path / "o.evidence", count=600, families=["email"], stress={}
    )
    heads = [each.repetitions for each in book.canaries]
    assert set(heads) == {0, 1}
    assert binomtest(sum(heads), 600).pvalue > 1e-6
    # Neither by their order nor by their secret.
    assert binomtest(sum(heads[::2]), 300).pvalue > 1e-6
    low = [each.repetitions for each in sorted(book.canaries, key=lambda each: each.secret)[:300]]
    assert binomtest(sum(low), 300).pvalue > 1e-6


def test_coins_hang_on_nothing_that_was_drawn(tokenizer: Any, tmp_path: Path) -> None:
    """With one seed, other secrets get the same coins: they come from a stream of their own."""
    books = [
        plant_canaries(
            texts(),
            tokenizer=tokenizer,
            evidence_dir=tmp_path / f"{family}.evidence",
            seed=5,
            families=[family],
            **SMALL,
        )[1]
        for family in ("email", "api-key")
    ]
    coins = [[each.repetitions for each in book.tier("coin")] for book in books]
    assert coins[0] == coins[1]


def test_places_are_uniform(tokenizer: Any, tmp_path: Path) -> None:
    """A copy stands anywhere, ends included, with equal chance; the other rows keep their order."""
    first_half = []
    for seed in range(60):
        planted, book = plant_canaries(
            texts(10), tokenizer=tokenizer, evidence_dir=tmp_path / f"{seed}.evidence", count=1, families=["email"],
            stress={1: 4}, references=1, seed=seed,
        )  # fmt: skip
        merged = order(book)
        assert [row for row, copy in merged if copy < 0] == list(range(10))
        assert len(merged) == len(planted)
        first_half += [at < len(merged) / 2 for at, (_, copy) in enumerate(merged) if copy >= 0]
    assert binomtest(sum(first_half), len(first_half)).pvalue > 1e-6


@pytest.mark.parametrize("kind", ["list", "dataset"])
def test_planting_again_gives_the_same_bytes(kind: str, tokenizer: Any, tmp_path: Path, tiny: ModuleType) -> None:
    """A script that resumes trains on the very same rows, also with a tokenizer that is loaded anew and has padded."""
    data: Any = chats() if kind == "list" else Dataset.from_list(chats())
    again: Any = chats() if kind == "list" else Dataset.from_list(chats())
    folder = tmp_path / "o.evidence"
    first, book = plant_canaries(data, tokenizer=tokenizer, evidence_dir=folder, **SMALL)
    written = (folder / "canaries.jsonl").read_bytes()
    other = tiny.byte_tokenizer()
    other(["a", "bcd"], padding=True, truncation=True, max_length=2)
    second, taken = plant_canaries(again, tokenizer=other, evidence_dir=str(folder), **SMALL)

    assert taken == book
    assert list(first) == list(second)
    assert (folder / "canaries.jsonl").read_bytes() == written


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dataset": texts(41)}, "40 rows then, 41 now"),
        ({"dataset": [*texts(39), {"text": "other"}]}, "the data set changed"),
        ({"count": 15}, "count (14 then, 15 now)"),
        ({"seed": 3}, "seed (null then, 3 now)"),
        ({"carriers": ["{handle} {secret}"]}, "carriers"),
        ({"tokenizer": "other"}, "tokenizer or its chat template"),
    ],
)
def test_another_book_is_never_overwritten(
    changed: dict[str, Any], words: str, tokenizer: Any, tmp_path: Path, tiny: ModuleType
) -> None:
    """Other data, arguments or tokenizer: the error says which, and the book stays."""
    given = {"dataset": texts(), "tokenizer": tokenizer, "evidence_dir": tmp_path / "o.evidence", **SMALL}
    plant_canaries(**given)
    before = (tmp_path / "o.evidence" / "canaries.jsonl").read_bytes()
    if changed.get("tokenizer"):
        changed = {"tokenizer": byte_level()}

    with pytest.raises(ValueError, match="nothing was overwritten") as caught:
        plant_canaries(**{**given, **changed})
    assert words in str(caught.value)
    assert (tmp_path / "o.evidence" / "canaries.jsonl").read_bytes() == before


def test_units_are_new_and_one_for_each_copy(tokenizer: Any, tmp_path: Path) -> None:
    """Under privacy a canary is a unit of its own, and so is each of its copies; other columns are empty."""
    rows = [{**row, "who": f"user{i % 5}", "note": "n"} for i, row in enumerate(texts())]
    planted, book = plant_canaries(
        Dataset.from_list(rows), tokenizer=tokenizer, evidence_dir=tmp_path / "o.evidence", unit_column="who", **SMALL
    )
    copies = [row for row in planted if row["who"].startswith("canary-")]
    assert len({row["who"] for row in copies}) == len(copies) == sum(each.repetitions for each in book.canaries)
    assert {row["note"] for row in copies} == {None}
    # 40 rows, 14 coins whichever way they fell, one copy and three copies under stress.
    assert book.dataset_size == 40 + 14 + 1 + 3


def test_numbered_units_stay_numbers(tokenizer: Any, tmp_path: Path) -> None:
    """A column of int64 gets numbers that nobody has."""
    rows = [{**row, "who": i} for i, row in enumerate(texts())]
    planted, _ = plant_canaries(
        Dataset.from_list(rows), tokenizer=tokenizer, evidence_dir=tmp_path / "o.evidence", unit_column="who", **SMALL
    )
    units = planted["who"]
    assert len(set(units)) == len(units)


def test_what_can_not_be_planted_is_refused_with_an_action(tokenizer: Any, tmp_path: Path) -> None:
    """Each error names the argument, what it got and what to write, and leaves no book behind."""
    folder = tmp_path / "o.evidence"
    stream = Dataset.from_list(texts()).to_iterable_dataset()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"dataset": []}, "dataset: got no rows"),
        ({"dataset": stream}, "dataset: got"),
        ({"dataset": [{"question": "x"}]}, "columns: got question"),
        ({"count": 0}, "count: got 0"),
        ({"families": ["cards"]}, "families: got"),
        ({"families": ["input"], "stress": {}}, "'input' needs a part of the record"),
        ({"families": ["input"]}, "stress: a canary under stress"),
        ({"stress": {0: 1}}, "stress: got"),
        ({"stress": [1]}, "stress: got [1]"),
        ({"references": 0}, "references: got 0"),
        ({"dataset": ["a", "b"]}, "row 0: got str"),
        ({"dataset": [*chats(2), {"messages": []}]}, "row 2: messages"),
        ({"dataset": [{"messages": ["hello", "you"]}]}, "row 0: messages"),
        ({"dataset": [{"messages": {"role": "user", "content": "a"}}]}, "row 0: messages"),
        ({"dataset": [{"messages": "hello"}]}, "row 0: messages is no list of messages"),
        ({"dataset": [*turns(1), {**turns(1)[0], "prompt": []}]}, "row 1: prompt is no list of messages"),
        ({"dataset": chats(1, system=[{"type": "text", "text": "a"}])}, "row 0: the content of the system message"),
        ({"dataset": [*prompts(1), *turns(1)]}, "prompt-completion of messages, prompt-completion of strings"),
        ({"seed": -1}, "seed: got -1"),
        ({"evidence_dir": tmp_path / "out"}, "ends in .evidence"),
        ({"unit_column": "who"}, "unit_column: got 'who'"),
        ({"dataset": [{"text": "a", "who": 1.5}], "unit_column": "who"}, "holds float"),
        ({"carriers": ["{secret}"]}, "no {handle}"),
        ({"carriers": ["{handle} {secret}"], "families": ["input"], "stress": {}}, "needs one with {secret} in the"),
    ]
    for changed, words in cases:
        given = {"dataset": texts(), "tokenizer": tokenizer, "evidence_dir": folder, **SMALL, **changed}
        with pytest.raises(ValueError, match=r".") as caught:
            plant_canaries(**given)
        assert words in str(caught.value)
    assert not (folder / "canaries.jsonl").exists()


def test_default_families_are_of_the_data_s_languages(tokenizer: Any, tmp_path: Path) -> None:
    """English data get no Chinese records unless they are asked for by name."""

    def drawn(name: str, rows: Any, families: Any = None) -> set[str]:
        folder = tmp_path / f"{name}.evidence"
        _, book = plant_canaries(rows, tokenizer=tokenizer, evidence_dir=folder, families=families, **SMALL)
        return {each.family for each in book.canaries}

    assert drawn("english", texts()) == set(DEFAULT) - {"resident-id", "wechat-id"}
    assert drawn("both", [*texts(), {"text": "客户的订单已经送达。"}]) == set(DEFAULT)
    assert drawn("named", texts(), DEFAULT) == set(DEFAULT)


def test_references_suffice_to_fail(tokenizer: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """556 for each stress canary that is inserted once, at least 1,000; a smaller number is kept, and said to be so."""

    def references(name: str, **given: Any) -> int:
        given = {"families": ["api-key"], "count": 1, "evidence_dir": tmp_path / f"{name}.evidence", **given}
        _, book = plant_canaries(texts(), tokenizer=tokenizer, **given)
        return len(book.tier("stress")[0].references)

    assert references("a", stress={16: 1}) == 1000
    assert references("d", stress={1: 2}) == 1112
    assert 2 / 1113 <= 0.9 * 0.01 / 5 < 2 / 1001  # two canaries, five tests
    assert references("b", stress={1: 3}) == 1668
    assert "can fail by itself" not in caplog.text
    assert references("c", stress={1: 3}, references=40) == 40
    assert "among 40 references none of 3 stress canaries" in caplog.text
    assert "write references=1668" in caplog.text


def test_family_that_the_tokenizer_spoils_is_refused(tmp_path: Path) -> None:
    """An address does not come out of a tokenizer that rewrites its sign; a card number does."""
    data, folder, tokenizer = texts(), tmp_path / "o.evidence", rewriting()
    with pytest.raises(CannotDraw, match=r"'email' can't be drawn.*families="):
        plant_canaries(data, tokenizer=tokenizer, evidence_dir=folder, families=["email"], **SMALL)
    assert not (folder / "canaries.jsonl").exists()
    plant_canaries(data, tokenizer=tokenizer, evidence_dir=folder, families=["card"], **SMALL)


def test_nothing_that_is_printed_shows_a_secret(
    tokenizer: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the texts of book, head and canary, nor the budget line."""
    _, book = plant_canaries(texts(), tokenizer=tokenizer, evidence_dir=tmp_path / "o.evidence", **SMALL)
    printed = " ".join([repr(book), str(book), repr(book.head), *map(repr, book.canaries), *map(str, book.canaries)])
    printed += caplog.text
    for each in book.canaries:
        assert each.secret not in printed
        assert text_at(each.row, each.field) not in printed
    assert book.head.seed not in printed


def test_budget_is_said_and_measured(tokenizer: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The share of tokens is what counting them gives, and much is called much."""
    planted, book = plant_canaries(texts(), tokenizer=tokenizer, evidence_dir=tmp_path / "o.evidence", **SMALL)
    tokens = sum(len(render(tokenizer, row).ids) for row in planted)
    canaries = sum(len(render(tokenizer, each.row).ids) * each.repetitions for each in book.inserted)
    assert book.head.token_share == pytest.approx(canaries / tokens)
    assert "more than 1%" in caplog.text
