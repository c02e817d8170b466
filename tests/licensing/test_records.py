"""The shipped records: sound in themselves, true to their texts, and cautious where a text was not read."""

from __future__ import annotations

import re
from collections import Counter
from importlib import resources
from itertools import product
from typing import get_args

import pytest

from finewarden.license_record import Form, LicenseRecord, Obligation, is_read_in_full
from finewarden.licensing.base.claims import BaseClaim, BaseIdentity
from finewarden.licensing.duties import duties_of
from finewarden.licensing.hub_licenses import HUB_LICENSES
from finewarden.licensing.library import Library
from finewarden.licensing.terms import Terms, terms_of
from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.shipped_fingerprints import shipped
from finewarden.licensing.texts.tokens import words_of
from finewarden.policy import Policy

LIBRARY = Library.shipped()
RECORDS = list(LIBRARY)
TEXTS = {known.id: known for known in shipped()}
FORMS: tuple[Form, ...] = get_args(Form)
CJK = re.compile(r"[\u4e00-\u9fff]")
# Names that many licenses go by: what they mean can't be told, and `Library.get` says so.
SHARED_NAMES = {"modifiedmit", "openrail", "ccbync4.0"}
# What a clause may lie in beside the text itself; no fingerprint of the license has it.
BESIDE = ("Acceptable Use Policy", "Prohibited Use Policy", "README", "CC ", "addendum")
# Texts whose clauses bear no numbers, or lost them in the copy whose fingerprint is shipped.
UNNUMBERED = {
    "bigcode-openrail-m",
    "bsd-2-clause",
    "bsd-3-clause",
    "falcon-2",
    "nvidia-open-model-2025",
    "openmdw-1.0",
    "openmdw-1.1",
    "stability-community-2024",
}
META = "Meta Platforms, Inc. All Rights Reserved."
ALIBABA = "Alibaba Cloud. All Rights Reserved."
GEMMA = "ai.google.dev/gemma/terms"


def key(record: LicenseRecord) -> str:
    return record.key


def texts_of(record: LicenseRecord) -> list[Fingerprint]:
    return [TEXTS[text].fingerprint for text in record.texts if text in TEXTS]


def is_numbered(record: LicenseRecord) -> bool:
    return record.about == "model" and record.key not in UNNUMBERED


def stands_in(sentence: str, text: Fingerprint) -> bool:
    """Whether the words of *sentence* stand in *text* one after the other; {release_name} may be any."""
    parts = [words_of(part).hashes for part in re.split(r"\{\w+\}", sentence)]
    return all(_within(part, text.tokens) for part in parts if part)


def _within(words: tuple[int, ...], tokens: tuple[int, ...]) -> bool:
    return any(tokens[at : at + len(words)] == words for at in range(len(tokens) - len(words) + 1))


def quoted(record: LicenseRecord) -> list[tuple[Obligation, str]]:
    return [
        (one, said)
        for one in record.obligations
        for said in (*one.texts, *([one.prefix] if one.prefix else []))
        if not one.clause.startswith(BESIDE)
    ]


def test_file_is_named_for_its_key() -> None:
    """Each file holds the record that its name says, so none hides behind another."""
    folder = resources.files("finewarden.licensing") / "records"
    names = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))

    assert names == sorted(LIBRARY.records)


@pytest.mark.parametrize("record", RECORDS, ids=key)
def test_record_is_sound(record: LicenseRecord) -> None:
    """What a kind of duty needs is there: a sentence, a phrase, a prefix; ids are unique; links are links."""
    ids = [one.id for one in (*record.obligations, *record.thresholds)]
    assert len(ids) == len(set(ids))
    for one in record.obligations:
        assert one.clause
        assert one.forms or one.arguable
        assert not set(one.forms) & set(one.arguable)
        if one.kind == "notice_file":
            assert one.texts
        if one.kind in ("display_mark", "ui_mark"):
            assert one.texts
            assert one.places or not is_read_in_full(one.confidence or record.confidence)
        assert (one.prefix is not None) == (one.kind == "name_prefix")
        assert (one.kind == "restrictions_flowdown") <= bool(one.refers_to)
        assert one.policy_url is None or one.policy_url.startswith("https://")
    assert record.hub_link is None or re.fullmatch(r"https://\S+|LICENSE[\w.-]*", record.hub_link)
    assert set(record.hub) <= HUB_LICENSES
    assert record.superseded_by is None or record.superseded_by in LIBRARY.records
    if is_read_in_full(record.confidence) and record.obligations:
        assert (record.source.repo and record.source.path) or record.source.url


@pytest.mark.parametrize("record", RECORDS, ids=key)
def test_record_says_it_in_both_languages(record: LicenseRecord) -> None:
    """Each duty, limit, place and restriction is said in English and in Chinese."""
    for said in (*record.obligations, *record.thresholds, *record.territory):
        assert said.says.endswith(".")
        assert CJK.search(said.says_zh)
        assert said.says_zh.endswith("。")
    assert len(record.restrictions) == len(record.restrictions_zh)
    assert all(CJK.search(topic) for topic in record.restrictions_zh)
    assert bool(record.note) == bool(record.note_zh)
    assert bool(record.outputs.condition) == bool(record.outputs.condition_zh)


@pytest.mark.parametrize("record", RECORDS, ids=key)
def test_texts_have_fingerprints(record: LicenseRecord) -> None:
    """A text that a record names is one that a LICENSE file can be compared with, and belongs to it."""
    for text in record.texts:
        assert TEXTS[text].key == record.key


def test_fingerprints_have_records() -> None:
    """A fingerprint of a license that has a record is named by it, so that no text of it goes unseen."""
    known = [one for one in TEXTS.values() if one.key in LIBRARY.records and one.fingerprint.kind == "license"]

    assert [one.id for one in known if one.id not in LIBRARY.records[one.key].texts] == []


@pytest.mark.parametrize("record", [one for one in RECORDS if texts_of(one)], ids=key)
def test_quoted_sentences_stand_in_the_text(record: LicenseRecord) -> None:
    """Every sentence, mark and prefix that a record asks for stands word by word in the license's own text."""
    for one, said in quoted(record):
        assert any(stands_in(said, text) for text in texts_of(record)), f"{one.id}: {said}"


@pytest.mark.parametrize("record", [one for one in RECORDS if texts_of(one) and is_numbered(one)], ids=key)
def test_clauses_are_of_the_text(record: LicenseRecord) -> None:
    """Every clause that a model license's record cites is one that its own text has, or lies inside one."""
    labels = {label for text in texts_of(record) for label, _ in text.clauses}
    cited = [one.clause for one in (*record.obligations, *record.thresholds, *record.territory)]
    for clause in (*cited, record.outputs.clause):
        parts = [] if clause.startswith(BESIDE) else [part for part in re.split(r"[,;] ", clause) if part]
        for part in parts:
            known = any(part.lower().startswith(label.lower()) for label in labels)
            assert known or part in ("last sentence", "last paragraph"), f"{part!r} of {clause!r}"


@pytest.mark.parametrize("record", [one for one in RECORDS if one.thresholds and texts_of(one)], ids=key)
def test_limits_stand_in_the_text(record: LicenseRecord) -> None:
    """The number of a limit stands in the license's own text, in one of the ways that numbers are written."""
    for one in record.thresholds:
        millions = f"{one.above // 1_000_000} million"
        ways = [millions, f"{one.above:,}", f"{one.above:,}".replace(",", " "), f"${one.above:,}"]
        assert any(stands_in(way, text) for way in ways for text in texts_of(record)), one.id


def test_names_mean_one_license() -> None:
    """No name, tag or alias stands for two licenses, but for those that people really use for several."""
    bare = Counter[str]()
    for record in RECORDS:
        names = (
            record.key,
            record.name,
            record.spdx,
            record.licenseref,
            *record.hub,
            *record.hub_names,
            *record.aliases,
        )
        bare.update({re.sub(r"[^a-z0-9+.\u4e00-\u9fff]", "", name.lower()) for name in names if name})

    assert {name for name, count in bare.items() if count > 1} <= SHARED_NAMES


@pytest.mark.parametrize("record", RECORDS, ids=key)
def test_what_was_not_read_never_fails(record: LicenseRecord) -> None:
    """A record that was read in part or described by others warns: no form and no audience makes a duty of it fail,
    and no clause claims to be better known than its record."""
    if is_read_in_full(record.confidence):
        return
    assert not any(is_read_in_full(one.confidence) for one in record.obligations if one.confidence)
    terms = [Terms(record, "base", "acme/tiny", "policy", certain=True)]
    for form, commercial in product(FORMS, (None, False, True)):
        policy = Policy(audience="public", commercial=commercial)
        assert not [duty.obligation.id for duty in duties_of(terms, form=form, policy=policy) if duty.fails]


@pytest.mark.parametrize("model", ["microsoft/phi-2", "tiiuae/falcon-7b", "acme/Llama-3-8B-Acme", "Qwen/Qwen2-VL-72B"])
def test_pattern_from_memory_never_fails(model: str) -> None:
    """A model that a pattern of unverified origin claims is warned about, whatever its license was read from."""
    claim = BaseClaim("adapter_config.json", model, "name", "strong", (model,))
    terms = terms_of(BaseIdentity((claim,), (model,), (), ()), Policy(), LIBRARY)

    assert terms
    assert not any(one.certain for one in terms)


@pytest.mark.parametrize(
    ("license", "kind", "clause", "texts"),
    [
        (
            "llama2",
            "notice_file",
            "1.b.iii",
            ("Llama 2 is licensed under the LLAMA 2 Community License, Copyright (c) " + META,),
        ),
        (
            "llama3",
            "notice_file",
            "1.b.iii",
            ("Meta Llama 3 is licensed under the Meta Llama 3 Community License, Copyright © " + META,),
        ),
        ("llama3", "display_mark", "1.b.i(B)", ("Built with Meta Llama 3",)),
        ("llama3.1", "display_mark", "1.b.i(B)", ("Built with Llama",)),
        (
            "llama4",
            "notice_file",
            "1.b.iii",
            ("Llama 4 is licensed under the Llama 4 Community License, Copyright © " + META,),
        ),
        (
            "tongyi-qianwen",
            "notice_file",
            "3.c",
            ("Tongyi Qianwen is licensed under the Tongyi Qianwen LICENSE AGREEMENT, Copyright (c) " + ALIBABA,),
        ),
        ("tongyi-qianwen", "display_mark", None, ()),
        (
            "qwen-2024",
            "notice_file",
            "3.c",
            ("Qwen is licensed under the Qwen LICENSE AGREEMENT, Copyright (c) " + ALIBABA,),
        ),
        ("qwen-2024", "display_mark", "5.b", ("Built with Qwen", "Improved using Qwen")),
        (
            "gemma",
            "notice_file",
            "3.1 (fourth bullet)",
            ("Gemma is provided under and subject to the Gemma Terms of Use found at " + GEMMA,),
        ),
        ("gemma", "display_mark", None, ()),
        ("deepseek-1.0", "notice_file", None, ()),
        ("deepseek-1.0", "display_mark", None, ()),
    ],
)
def test_sentences_of_the_four_families(license: str, kind: str, clause: str | None, texts: tuple[str, ...]) -> None:  # noqa: A002 - the field's own name
    """Llama, Qwen, Gemma and DeepSeek ask for these very sentences, and for no others."""
    found = [one for one in LIBRARY.record(license).obligations if one.kind == kind]

    assert [(one.clause, one.texts) for one in found] == ([(clause, texts)] if clause else [])


@pytest.mark.parametrize(
    ("license", "prefix"), [("llama2", None), ("llama3", "Llama 3"), ("llama3.1", "Llama"), ("llama4", "Llama")]
)
def test_name_prefix_of_llama(license: str, prefix: str | None) -> None:  # noqa: A002 - the field's own name
    """Llama 2 asks for no name, Llama 3 for its own, every later one for "Llama", and then of students too."""
    found = [one for one in LIBRARY.record(license).obligations if one.kind == "name_prefix"]

    assert [one.prefix for one in found] == ([prefix] if prefix else [])
    assert ["outputs" in one.forms for one in found] == ([prefix == "Llama"] if prefix else [])


@pytest.mark.parametrize(
    ("license", "month"),
    [
        ("llama2", "2023-06"),
        ("llama3", "2024-03"),
        ("llama3.1", "2024-06"),
        ("llama3.2", "2024-08"),
        ("llama3.3", "2024-11"),
        ("llama4", "2025-03"),
        ("hunyuan-2024", "2024-10"),
        ("hunyuan-a13b", "2025-05"),
        ("qwen-2024", None),
    ],
)
def test_month_that_counts(license: str, month: str | None) -> None:  # noqa: A002 - the field's own name
    """Meta and Tencent count users in the calendar month before the release, Alibaba at any time."""
    record = LIBRARY.record(license)
    (limit,) = record.thresholds

    assert limit.month == month
    if month is not None:
        assert record.released is not None
        year, before = divmod(record.released.year * 12 + record.released.month - 2, 12)
        assert month == f"{year}-{before + 1:02}"


def test_columns() -> None:
    """What reaches an adapter, an API and a student is as the texts say it."""
    said = {
        (name, one.id): (frozenset(one.forms), frozenset(one.arguable))
        for name in ("llama3.1", "gemma", "deepseek-1.0", "qwen-2024", "hunyuan-2024")
        for one in LIBRARY.record(name).obligations
    }

    assert "adapter" in said["llama3.1", "mark"][0] & said["llama3.1", "name"][0]
    assert "adapter" in said["llama3.1", "notice"][1]
    assert "api" not in said["llama3.1", "notice"][0] | said["llama3.1", "notice"][1]
    assert "api" in said["llama3.1", "mark"][0]
    assert "outputs" not in said["llama3.1", "mark"][0]
    assert "api" in said["gemma", "flowdown"][0] & said["gemma", "copy"][0]
    assert "api" not in said["gemma", "notice"][0] | said["hunyuan-2024", "notice"][0]
    assert {"adapter", "api"} <= said["deepseek-1.0", "flowdown"][0] & said["deepseek-1.0", "copy"][0]
    assert {"adapter", "outputs"} <= said["qwen-2024", "mark"][0]
    assert "outputs" in said["gemma", "flowdown"][1] & said["deepseek-1.0", "flowdown"][1]


@pytest.mark.parametrize(
    ("license", "places", "multimodal"),
    [
        ("llama3.1", (), False),
        ("llama3.2", ("EU",), True),
        ("llama3.3", ("EU",), True),
        ("llama4", ("EU",), True),
        ("hunyuan-2024", ("EU",), False),
        ("hunyuan-a13b", ("EU", "GB", "KR"), False),
        ("hunyuan-community", ("EU", "GB", "KR"), False),
    ],
)
def test_places_left_out(license: str, places: tuple[str, ...], multimodal: bool) -> None:  # noqa: A002 - the field's own name
    """Llama leaves the EU out for multimodal models since 3.2; Hunyuan leaves whole places out, more of them later."""
    found = LIBRARY.record(license).territory

    assert [one.excluded for one in found] == ([places] if places else [])
    assert all(one.multimodal_only == multimodal for one in found)
