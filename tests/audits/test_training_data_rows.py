"""Rows, subjects, sources and copies: each rule of `training_data` in both directions, on files as they are given."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from finewarden.audits.test_training_data_rows import test_duplicates as duplicates_audit
from finewarden.audits.test_training_data_rows import test_quasi_identifiers as subjects_audit
from finewarden.audits.test_training_data_rows import test_sources as sources_audit
from finewarden.evidence import canary_book, holdout_book
from finewarden.evidence.holdout_book import HeldOut, HoldoutBook, keyed
from finewarden.gate.context import Context
from finewarden.gate.judge import Judge, NotMeasured
from finewarden.gate.training_data import TrainData
from finewarden.policy import Policy, Source, TrainingData
from finewarden.verdicts import Result, State
from finewarden.waivers import Waivers
from tests.audits.use_audits import rules, warned, with_file

Row = dict[str, Any]


def audited(audit: Callable[..., None], folder: Path, rows: list[Row], policy: Policy | None = None) -> Result:
    """The verdict of *audit* on a file of *rows*, the evidence in `evidence/`, the policy's file in *folder*."""
    folder.mkdir(exist_ok=True)
    (folder / "train.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    policy = with_file(policy or Policy(), folder)
    context = SimpleNamespace(train_data=(folder / "train.jsonl",), evidence_dir=folder / "evidence", policy=policy)
    context.train_inputs = ()
    judge = Judge("training_data.tested", "tested", policy=policy, waivers=Waivers.empty())
    given = {
        "training_data": TrainData(cast(Context, context)),
        "judge": judge,
        "policy": policy,
        "model_dir": folder / "out",
        "evidence_dir": folder / "evidence",
    }
    try:
        audit(**{name: given[name] for name in inspect.signature(audit).parameters})
    except NotMeasured as error:
        return judge.conclude(error)
    return judge.conclude()


def person(age: int, city: str = "杭州", gender: str = "女") -> Row:
    """A row that says three things of somebody, and no direct identifier."""
    return {"text": f"性别：{gender}，今年{age}岁，住在{city}。"}


CROWD = [person(30 + i % 10) for i in range(12)]


def test_told_apart(tmp_path: Path) -> None:
    """One subject whom nobody is like is told with his row; the policy's own k makes it fail, the default k warns."""
    rows = [*CROWD, person(72, "成都")]
    result = audited(subjects_audit, tmp_path, rows)
    assert (result.state, warned(result)) == (State.PASS, ["apart", "many-quasi"])
    assert result.warnings[0].where == "train.jsonl:13"
    assert "place + age (1)" in result.warnings[0].what
    assert not any("72" in found.what or "成都" in found.what for found in result.warnings)
    asked = audited(subjects_audit, tmp_path, rows, Policy(training_data=TrainingData(k=5)))
    assert (asked.state, rules(asked), asked.measured) == (State.FAIL, ["apart"] * 3, 1)
    crowd = audited(subjects_audit, tmp_path, CROWD, Policy(training_data=TrainingData(k=5)))
    assert (crowd.state, crowd.measured, crowd.n) == (State.PASS, 0, 10)  # two rows stand there twice


def test_copies_are_nobody_else(tmp_path: Path) -> None:
    """The same row five times is one subject, whom nobody is like."""
    policy = Policy(training_data=TrainingData(k=5))
    result = audited(subjects_audit, tmp_path, [person(72, "成都")] * 5, policy)
    assert (result.state, result.measured, result.n) == (State.FAIL, 1, 1)
    named = Policy(training_data=TrainingData(k=5, subject="user"))
    rows = [{**person(72, "成都"), "user": number} for number in range(5)]
    assert audited(subjects_audit, tmp_path, rows, named).state is State.PASS


def test_more_than_was_waived_is_another_finding(tmp_path: Path) -> None:
    """A waiver of what tells one subject apart does not hold for two; what is not told is told as a number."""
    policy = Policy(training_data=TrainingData(k=5))
    one, two = ([*CROWD, *(person(72 + 10 * at, "成都") for at in range(count))] for count in (1, 2))
    marks = [
        {each.fingerprint for each in audited(subjects_audit, tmp_path, rows, policy).findings} for rows in (one, two)
    ]
    assert not marks[0] & marks[1]
    rare = {"city": "成都", "age": 72, "gender": "女", "school": "A", "employer": "B", "title": "C"}
    result = audited(subjects_audit, tmp_path, [rare], policy)
    assert (len(result.findings), "more combinations tell subjects apart" in result.findings[-1].what) == (6, True)


def test_subjects_of_several_rows(tmp_path: Path) -> None:
    """What rows of one user say is put together; a subject column that no row has is not measured."""
    rows = [{**row, "user": i} for i, row in enumerate(CROWD)]
    rows += [{"user": 3, "text": "我毕业于浙江大学"}]
    policy = Policy(training_data=TrainingData(k=5, subject="user"))
    result = audited(subjects_audit, tmp_path, rows, policy)
    assert (result.measured, result.n) == (1, 12)
    wrong = audited(subjects_audit, tmp_path, CROWD, policy)
    assert (wrong.state, "user" in wrong.reason) == (State.NOT_MEASURED, True)


def test_direct_and_quasi(tmp_path: Path) -> None:
    """A direct identifier warns where something else is said beside it, in the same text or in a column."""
    mail = "写信到 wang.fang@qq.com"
    assert warned(audited(subjects_audit, tmp_path, [{"text": mail}])) == []
    for row in ({"text": f"我是护士，34岁，{mail}"}, {"text": mail, "age": 34}):
        assert "direct-and-quasi" in warned(audited(subjects_audit, tmp_path, [row]))
    nobody = {"text": "写信到 info@example.com", "age": 34}
    assert warned(audited(subjects_audit, tmp_path, [nobody])) == []


def sources(folder: Path, *given: Source, rows: list[Row] | None = None, **training_data: Any) -> Result:
    """The verdict of `training_data.sources`; each row is of the source `site` where *rows* says nothing else."""
    policy = Policy(sources=given, training_data=TrainingData(**training_data))
    return audited(sources_audit, folder, [{"text": "a", "source": "site"}] if rows is None else rows, policy)


def site(**changes: Any) -> Source:
    """A source of one's own that lies on a site."""
    given = {"name": "site", "authorisation": "own", "uri": "https://shop.test/help/a"} | changes
    return Source(**given)


def test_rows_of_no_known_source(tmp_path: Path) -> None:
    """A row without source, or of one that the policy does not know, fails with its line, and not what it says."""
    rows = [{"text": "a", "source": "site"}, {"text": "b"}, {"text": "c", "source": "zhang@qq.com"}]
    result = sources(tmp_path, site(), rows=rows)
    assert rules(result) == ["unknown-source"] * 2
    assert {found.where for found in result.findings} == {"train.jsonl:2", "train.jsonl:3"}
    assert not any("zhang" in found.what for found in result.findings)
    assert (result.measured, result.n) == (2, 3)
    assert sources(tmp_path, site()).state is State.PASS
    assert sources(tmp_path, rows=rows).state is State.NOT_MEASURED
    assert sources(tmp_path, site(rows={"@file": ("train*",)}), rows=rows).state is State.PASS


def test_one_source_and_no_column(tmp_path: Path) -> None:
    """Where the policy has one source and no row says of which it is, all are its own; of two nobody can tell."""
    rows = [{"text": "a"}, {"text": "b"}]
    result = sources(tmp_path, site(), rows=rows)
    assert (result.state, result.measured, result.reason) == (State.PASS, 0, "")
    assert rules(sources(tmp_path, site(), site(name="other"), rows=rows)) == ["unknown-source"]
    assert rules(sources(tmp_path, site(rows={"kind": ("a",)}), rows=rows)) == ["unknown-source"]
    assert rules(sources(tmp_path, site(), rows=[*rows, {"text": "c", "source": "other"}])) == ["unknown-source"] * 2


def test_leave_that_has_ended(tmp_path: Path) -> None:
    """It fails here too: `license.data` does not run where only the data are asked of."""
    assert rules(sources(tmp_path, site(expires=date(2020, 1, 31)))) == ["expired"]
    assert sources(tmp_path, site(expires=date(2999, 1, 31))).state is State.PASS


@pytest.mark.parametrize(
    ("purpose", "state"), [("Support", State.PASS), ("ads", State.FAIL), (None, State.NOT_MEASURED)]
)
def test_purpose(tmp_path: Path, purpose: str | None, state: State) -> None:
    """Data for one purpose do not serve another; where the policy states none, nobody can tell."""
    result = sources(tmp_path, site(purposes=("support",)), purpose=purpose)
    assert result.state is state
    assert rules(result) == (["purpose"] if state is State.FAIL else [])


def stored(folder: Path, name: str, text: str, key: str) -> dict[str, Any]:
    """The keys of a source for the stored document *name*."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return {key: name, f"{key}_sha256": hashlib.sha256(text.encode()).hexdigest(), "collected": date(2026, 1, 2)}


def test_evidence_is_the_one_that_was_approved(tmp_path: Path) -> None:
    """Evidence with another hash fails; one that is not there is told by `license.data`, and nothing passes."""
    keys = stored(tmp_path, "deal.pdf", "granted", "evidence")
    assert sources(tmp_path, site(**keys)).state is State.PASS
    (tmp_path / "deal.pdf").write_text("not granted")
    assert rules(sources(tmp_path, site(**keys))) == ["evidence-hash"]
    (tmp_path / "deal.pdf").unlink()
    assert sources(tmp_path, site(**keys)).state is State.NOT_MEASURED


def test_terms_are_decided_by_a_person(tmp_path: Path) -> None:
    """Words of training ask for a review, and only its result decides; a review names what was read, and by whom."""
    keys = {"authorisation": "terms", **stored(tmp_path, "terms.txt", "未经许可不得爬取或用于训练。", "terms")}
    assert warned(sources(tmp_path, site(**keys))) == ["terms-unreviewed"]
    done = {**keys, "approver": "legal"}
    assert sources(tmp_path, site(**done, terms_reviewed="allowed")).warnings == []
    assert rules(sources(tmp_path, site(**done, terms_reviewed="prohibited"))) == ["terms"]
    assert warned(sources(tmp_path, site(**keys, terms_reviewed="allowed"))) == ["unsigned"]
    assert sources(tmp_path, site(**{**done, "authorisation": "contract"}, terms_reviewed="prohibited")).findings == []
    assert rules(sources(tmp_path, site(authorisation="terms"))) == ["unknown-basis"]


def test_documents_of_the_day(tmp_path: Path) -> None:
    """A crawl without robots.txt and documents without hash or day warn; a file with another hash, or none, fails."""
    assert warned(sources(tmp_path, site(kind="crawled", authorisation="license"))) == ["no-robots"]
    keys = stored(tmp_path, "terms.txt", "Be nice.", "terms")
    assert sources(tmp_path, site(**keys)).warnings == []
    assert warned(sources(tmp_path, site(terms="terms.txt"))) == ["undated"]
    (tmp_path / "terms.txt").write_text("Be nicer.")
    assert rules(sources(tmp_path, site(**keys))) == ["terms-file"]
    (tmp_path / "terms.txt").unlink()
    assert rules(sources(tmp_path, site(**keys))) == ["terms-file"]


def test_tdm_reservation(tmp_path: Path) -> None:
    """A reservation of the W3C shape fails where the site's word is the basis; another shape can't be read."""
    reserved = json.dumps([{"location": "/help/", "tdm-reservation": 1}])
    keys = {"authorisation": "terms", "evidence": "DMS 4711", **stored(tmp_path, "tdm.json", reserved, "tdmrep")}
    assert rules(sources(tmp_path, site(**keys))) == ["tdm-reserved"]
    assert sources(tmp_path, site(**keys | {"uri": "https://shop.test/b"})).findings == []
    assert warned(sources(tmp_path, site(**{**keys, "authorisation": "license"}))) == ["tdm-reserved"]
    assert sources(tmp_path, site(**{**keys, "authorisation": "own"})).findings == []
    assert sources(tmp_path, site(**{**keys, "uri": None})).state is State.NOT_MEASURED
    keys |= stored(tmp_path, "tdm.json", '{"tdm-reservation": 1}', "tdmrep")
    assert rules(sources(tmp_path, site(**keys))) == ["tdmrep-file"]


@pytest.mark.pii
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("User-agent: GPTBot\nDisallow: /\n", ["robots"]),
        ("User-agent: *\nDisallow: /\nAllow: /help/a$\n", []),
        ("User-agent: *\nAllow: /\nContent-Signal: search=yes, ai-train=no\n", ["robots"]),
        ("# the site had none\n", []),
        ("<!doctype html><title>404</title>", ["robots-file"]),
        ('{"error": "not found"}', ["robots-file"]),
        ("U\0s\0e\0r\0-\0a\0g\0e\0n\0t\0:\0*\0", ["robots-file"]),
        ("Sitemap: https://shop.test/map.xml\n", []),
    ],
)
def test_robots(tmp_path: Path, text: str, found: list[str]) -> None:
    """What robots.txt said of the address fails where the site's word is the basis, not where somebody gave leave."""
    keys = stored(tmp_path, "robots.txt", text, "robots")
    assert rules(sources(tmp_path, site(**keys, authorisation="terms", evidence="DMS 4711"))) == found
    if found == ["robots"]:
        assert warned(sources(tmp_path, site(**keys, authorisation="license"))) == found
        assert sources(tmp_path, site(**keys, authorisation="consent")).findings == []


def test_robots_without_protego(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Protego a stored robots.txt is not measured, and that is no pass."""
    monkeypatch.setitem(sys.modules, "protego", None)
    result = sources(tmp_path, site(**stored(tmp_path, "robots.txt", "User-agent: *\n", "robots")))
    assert (result.state, "pip install" in result.reason) == (State.NOT_MEASURED, True)


LONG = "Please restart the router, wait two minutes, and tell us which of its lights are on afterwards, thank you."


def rows_of(*texts: str) -> list[Row]:
    """A row a text, each with an id of its own."""
    return [{"id": f"r{number}", "text": text} for number, text in enumerate(texts)]


def copies(folder: Path, rows: list[Row]) -> Result:
    """The verdict of `training_data.duplicates`."""
    return audited(duplicates_audit, folder, rows)


def test_copies(tmp_path: Path) -> None:
    """Rows that say the same warn with their number, whatever id they have; different rows do not."""
    result = copies(tmp_path, rows_of(LONG, "Something else.", LONG, LONG))
    assert warned(result) == ["equal"]
    assert (result.measured, result.n, result.warnings[0].where) == (2, 4, "train.jsonl:1")
    assert "3 times" in result.warnings[0].what
    assert copies(tmp_path, rows_of(LONG, "Something else.")).warnings == []


@pytest.mark.pii
def test_near_copies(tmp_path: Path) -> None:
    """Rows that say nearly the same warn; what stands in many of them is told first."""
    mail = "His address is wang.fang@qq.com and nothing else"
    rows = rows_of(*(f"{LONG} {mail} {word}" for word in ("now", "then", "soon")), "Unlike.", "")
    result = copies(tmp_path, rows)
    assert (result.state, warned(result)) == (State.PASS, ["alike", "repeated-value"])
    assert "3 rows, 3 of which" in result.warnings[1].what
    assert "wang" not in result.warnings[1].what


def test_near_copies_without_rensa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rensa near-duplicates can't be looked for, and that is no pass."""
    monkeypatch.setitem(sys.modules, "rensa", None)
    result = copies(tmp_path, rows_of(LONG, "Something else."))
    assert (result.state, "pip install" in result.reason) == (State.NOT_MEASURED, True)


def split(folder: Path, rows: list[Row], held_out: set[int]) -> None:
    """Write the book by which the rows *held_out* of *rows* are held out."""
    key = "ab" * 32
    entries = [
        HeldOut(record=keyed(key, row), group=keyed(key, [n]), held_out=n in held_out) for n, row in enumerate(rows)
    ]
    head = holdout_book.Head(key=key, written_by="test", fraction=0.5, group_by=None, rows=len(rows))
    holdout_book.write(folder / "evidence" / "holdout.jsonl", HoldoutBook(head, tuple(entries)))


def test_held_out_and_trained_on(tmp_path: Path) -> None:
    """What is held out and trained on as well fails; a split without common texts does not."""
    rows = rows_of(LONG, "Something else.", LONG)
    split(tmp_path, rows, {2})
    result = copies(tmp_path, rows)
    assert (rules(result), result.findings[0].where) == (["across"], "train.jsonl:3")
    split(tmp_path, rows, {1})
    assert rules(copies(tmp_path, rows)) == []
    result = copies(tmp_path, rows_of("Of", "another", "data set"))
    assert (result.state, "lists none" in result.reason) == (State.NOT_MEASURED, True)


def test_canaries_are_exempt(tmp_path: Path) -> None:
    """Planted rows have no source, may be repeated, and are nobody."""
    secret = "my number is 138 0013 8000, I am 34 years old"
    row = {"text": secret}
    canary = canary_book.Canary(
        id="0" * 16, tier="stress", family="f", secret=secret, bits=8, row=row, field=("text",), start=0, repetitions=3
    )
    head = canary_book.Head(
        id="0" * 32, seed="0" * 32, written_by="t", format="text", tokenizer="t", rows=1, data="d", token_share=0.1
    )
    canary_book.write(tmp_path / "evidence" / "canaries.jsonl", canary_book.CanaryBook(head, (canary,)))
    rows = [row, row, row, {"text": "a", "source": "site"}]
    assert sources(tmp_path, site(), rows=rows).n == 1
    assert copies(tmp_path, rows).warnings == []
    assert audited(subjects_audit, tmp_path, rows).warnings == []


@pytest.mark.parametrize("audit", [subjects_audit, sources_audit, duplicates_audit])
def test_nothing_to_look_at(tmp_path: Path, audit: Callable[..., None]) -> None:
    """A file without rows is not measured, and no pass."""
    assert audited(audit, tmp_path, [], Policy(sources=(site(),))).state is State.NOT_MEASURED
