"""What a region asks for that a folder can show: each rule in both directions."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from finewarden.audits.test_region import test_cn as cn_audit
from finewarden.audits.test_region import test_eu as eu_audit
from finewarden.policy import Cn, Eu, Policy, PolicyError, Source, load
from finewarden.verdicts import Result, State
from tests.audits.use_audits import judged, rules, warned, with_file

BASE = "Qwen/Qwen2.5-7B"
PROVIDER = Eu(base_training_flop=9e23, fine_tuning_flop=4e23, copyright_policy="https://acme.example/copyright")
SUMMARY = f"""# Public summary of training content

Last update: {date.today().isoformat()}

## 1. General information

| Field | |
|---|---|
| Provider | Acme SAS, Lyon |
| Model name and version | acme-support 1.2 |
| Model dependencies | [Qwen2.5-7B](https://huggingface.co/Qwen/Qwen2.5-7B) |
| Date of placement on the Union market | 2026-05-01 |
| Modalities | text |
| Size of the training data | below 1 billion tokens |

## 2. List of data sources

Support conversations of customers, used under contract; see [the card](model_card.md).

## 3. Data processing aspects

robots.txt and text-and-data-mining reservations were kept; personal data were masked.
"""


def eu(folder: Path, table: Eu = PROVIDER, summary: str | None = SUMMARY) -> Result:
    """The verdict of `region.eu`."""
    if summary is not None:
        (folder / "training_summary.md").write_text(summary, encoding="utf-8")
    policy = Policy(region=("EU",), eu=table, audience="public")
    return judged(eu_audit, folder, with_file(policy, folder), BASE)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (Eu(base_training_flop=9e23, fine_tuning_flop=2.9e23), "at most a third"),
        (Eu(base_training_flop=8e23, fine_tuning_flop=2e19), "2.5e-05 of the base's 8e+23"),
        (Eu(fine_tuning_flop=3e22), "for the base's compute is not known"),
        (Eu(fine_tuning_flop=3e24, systemic_risk=True), "for the base's compute is not known"),
        (Eu(base_training_flop=1e22, fine_tuning_flop=9e21), "no general-purpose model"),
    ],
)
def test_no_provider(tmp_path: Path, table: Eu, says: str) -> None:
    """At most a third of the compute passes, with the ratio printed; so does what is too small to be general."""
    result = eu(tmp_path, table, None)
    assert result.state is State.PASS
    assert says in result.reason


@pytest.mark.parametrize(
    "table",
    [PROVIDER, Eu(fine_tuning_flop=3.4e22), Eu(fine_tuning_flop=3.4e24, systemic_risk=True)],
)
def test_provider_without_a_summary(tmp_path: Path, table: Eu) -> None:
    """More than a third obliges to a summary and to a copyright policy."""
    expected = ["summary"] if table.copyright_policy else ["summary", "copyright-policy"]
    assert rules(eu(tmp_path, table, None)) == expected


def test_provider_with_a_summary(tmp_path: Path) -> None:
    """A whole summary and a copyright policy, by address or as a file of the release, pass."""
    result = eu(tmp_path)
    assert (result.state, result.findings, result.warnings) == (State.PASS, [], [])
    assert "more than a third" in result.reason
    for named, state in (("COPYRIGHT.md", State.FAIL), ("/etc/passwd", State.FAIL), ("COPY.md", State.PASS)):
        (tmp_path / "COPY.md").write_text("We keep reservations of rights.")
        assert eu(tmp_path, PROVIDER.model_copy(update={"copyright_policy": named})).state is state


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("## 3. Data processing aspects", "## Notes", "section"),
        ("robots.txt and text-and-data-mining reservations were kept; personal data were masked.", "n/a", "section"),
        ("| Provider | Acme SAS, Lyon |\n", "", "general"),
        ("Acme SAS, Lyon", "", "general"),
        ("| Modalities | text |", "| Modalities | |", "general"),
        ("[Qwen2.5-7B](https://huggingface.co/Qwen/Qwen2.5-7B)", "Llama 3.1 8B", "dependencies"),
        ("used under contract", "used under [insert basis]", "placeholder"),
        ("used under contract", "TODO", "placeholder"),
    ],
)
def test_summary_that_lacks_something(tmp_path: Path, old: str, new: str, rule: str) -> None:
    """Each part that is missing, empty or a placeholder fails by itself."""
    assert old in SUMMARY
    assert set(rules(eu(tmp_path, summary=SUMMARY.replace(old, new)))) == {rule}


def test_old_summary(tmp_path: Path) -> None:
    """A summary of more than six months, or without its date, warns."""
    today = date.today().isoformat()
    for then, expected in ((200, ["outdated"]), (150, [])):
        old = (date.today() - timedelta(then)).isoformat()
        assert warned(eu(tmp_path, summary=SUMMARY.replace(f"update: {today}", f"update: {old}"))) == expected
    assert warned(eu(tmp_path, summary=SUMMARY.replace(f"Last update: {today}\n", ""))) == ["outdated"]
    assert warned(eu(tmp_path, summary=SUMMARY.replace(f"update: {today}", "update: 2026-99-99"))) == ["outdated"]


def test_compute_not_stated(tmp_path: Path) -> None:
    """Without its compute nothing is said of a fine-tune."""
    result = eu(tmp_path, Eu())
    assert result.state is State.NOT_MEASURED
    assert "fine_tuning_flop" in result.reason


@pytest.mark.parametrize(
    "text", ["#" * 99999, "# general information\n" * 9999, "[insert" * 9999, "\0", "| : " * 99999]
)
def test_hostile_summary(tmp_path: Path, text: str) -> None:
    """A summary of nothing but traps fails and ends."""
    assert eu(tmp_path, summary=text).state is State.FAIL


LABEL = {
    "Label": "1",
    "ContentProducer": "001191110000000000000X",
    "ProduceID": "7f3a",
    "ReservedCode1": "",
    "ContentPropagator": "",
    "PropagateID": "",
    "ReservedCode2": "",
}
SOURCE = Source(name="chats", authorisation="consent", kind="user", evidence="DMS 4711")
WHOLE: dict[str, Any] = {
    "sample_outputs": "samples.jsonl",
    "explicit_label": "本内容由人工智能生成，请注意甄别。",
    "sampled": 4000,
    "clean": 3900,
}


def cn(folder: Path, *samples: Any, table: dict[str, Any] | None = None, **policy: Any) -> Result:
    """The verdict of `region.cn`, with *samples* as the lines of samples.jsonl."""
    if samples:
        lines = [json.dumps(sample, ensure_ascii=False) for sample in samples]
        (folder / "samples.jsonl").write_text("\n".join(lines), encoding="utf-8")
    fields = {"audience": "public", "sources": (SOURCE,)} | policy
    given = Policy(region=("CN",), cn=Cn(**(WHOLE | (table or {}))), **fields)
    return judged(cn_audit, folder, with_file(given, folder), BASE)


def test_labelled(tmp_path: Path) -> None:
    """Samples with whole labels, recorded sources and a sampling pass; the label may travel as a text."""
    good = {"text": "您好", "AIGC": LABEL}
    result = cn(tmp_path, good, {"metadata": {"AIGC": LABEL}}, {"AIGC": json.dumps(LABEL)})
    assert (result.state, result.findings, result.warnings, result.n) == (State.PASS, [], [], 3)


@pytest.mark.parametrize(
    ("label", "fails", "says"),
    [
        (None, True, "no AIGC object"),
        ("生成", True, "no object"),
        ([], True, "no object"),
        ("[" * 99999, True, "no object"),
        ({**LABEL, "Label": ""}, True, "without Label"),
        ({**LABEL, "Label": 1}, True, "without Label"),
        ({**LABEL, "ContentProducer": " ", "ProduceID": None}, True, "without ContentProducer, ProduceID"),
        ({**LABEL, "Label": "AIGC"}, False, "none of 1, 2, 3"),
        ({k: v for k, v in LABEL.items() if k != "ReservedCode1"}, False, "ReservedCode1"),
    ],
)
def test_label_at_fault(tmp_path: Path, label: Any, fails: bool, says: str) -> None:
    """What the measures ask for fails when it lacks; what is known of the standard from others warns."""
    result = cn(tmp_path, {"AIGC": LABEL}, {"AIGC": label})
    found = result.findings if fails else result.warnings
    assert [each.rule for each in found] == ["implicit-label"]
    assert (found[0].where, says in found[0].what) == ("samples.jsonl:2", True)


def test_many_faults_are_one_finding(tmp_path: Path) -> None:
    """The same fault in many samples is told once, with their number."""
    result = cn(tmp_path, *[{"text": "x"}] * 500)
    assert rules(result) == ["implicit-label"]
    assert "and 499 more of 500" in result.findings[0].what


def test_other_formats(tmp_path: Path) -> None:
    """JSON and Markdown samples are read as well."""
    (tmp_path / "a.json").write_text(json.dumps([{"AIGC": LABEL}, {"AIGC": LABEL}]))
    (tmp_path / "b.md").write_text(
        "---\nAIGC:\n" + "".join(f"  {k}: '{v}'\n" for k, v in LABEL.items()) + "---\n\nHi.\n"
    )
    (tmp_path / "c.md").write_text("Hi.\n")
    assert cn(tmp_path, table={"sample_outputs": "a.json"}).n == 2
    assert cn(tmp_path, table={"sample_outputs": "b.md"}).state is State.PASS
    assert rules(cn(tmp_path, table={"sample_outputs": "c.md"})) == ["implicit-label"]


def test_hostile_samples(tmp_path: Path) -> None:
    """A file that is missing, a link, empty, too large, broken or too deep fails in one sentence."""
    (tmp_path / "link.jsonl").symlink_to("/etc/passwd")
    (tmp_path / "blank.jsonl").write_text("\n\n")
    (tmp_path / "broken.jsonl").write_text('{"AIGC": {\n')
    (tmp_path / "deep.json").write_text("[" * 9999 + "]" * 9999)
    (tmp_path / "twice.json").write_text('{"AIGC": 1, "AIGC": 2}')
    (tmp_path / "latin.json").write_bytes(b'"\xff"')
    (tmp_path / "alias.md").write_text("---\na: &a 1\nb: *a\n---\n")
    with (tmp_path / "huge.jsonl").open("wb") as file:
        file.truncate(17 * 2**20)
    for name in ("none", "link", "blank", "broken", "huge"):
        assert rules(cn(tmp_path, table={"sample_outputs": f"{name}.jsonl"})) == ["sample-outputs"], name
    for name in ("deep.json", "twice.json", "latin.json", "alias.md", "../x.jsonl"):
        assert rules(cn(tmp_path, table={"sample_outputs": name})) == ["sample-outputs"], name


@pytest.mark.parametrize(
    ("label", "failed", "warnings"),
    [
        ("AI-generated content", [], []),
        ("内容由AI生成", [], []),
        ("智能助手", ["explicit-label"], []),
        (None, [], ["explicit-label"]),
    ],
)
def test_explicit_label(tmp_path: Path, label: str | None, failed: list[str], warnings: list[str]) -> None:
    """The sentence for users says "AI" and "generated"; that none is stated warns."""
    result = cn(tmp_path, {"AIGC": LABEL}, table={"explicit_label": label})
    assert (rules(result), warned(result)) == (failed, warnings)


@pytest.mark.parametrize(
    ("changes", "warns"),
    [
        ({"kind": None}, True),
        ({"kind": "public"}, True),
        ({"kind": "public", "license": "cc-by-4.0"}, False),
        ({"kind": "crawled", "evidence": None}, True),
        ({"kind": "licensed", "evidence": None}, True),
        ({"kind": "synthetic", "evidence": None}, False),
        ({}, False),
    ],
)
def test_source_records(tmp_path: Path, changes: dict[str, Any], warns: bool) -> None:
    """Each source has its kind, and the license, contract or record that goes with it: guidance, so it warns."""
    result = cn(tmp_path, {"AIGC": LABEL}, sources=(SOURCE.model_copy(update=changes),))
    assert (result.state, warned(result)) == (State.PASS, ["source-record"] if warns else [])


@pytest.mark.parametrize(
    ("sampled", "clean", "warns"),
    [(4000, 3840, False), (4000, 3839, True), (3999, 3999, True), (None, None, True)],
)
def test_sampling(tmp_path: Path, sampled: int | None, clean: int | None, warns: bool) -> None:
    """4,000 records by hand and 96 % of them clean: guidance, so less warns."""
    result = cn(tmp_path, {"AIGC": LABEL}, table={"sampled": sampled, "clean": clean})
    assert (result.state, warned(result)) == (State.PASS, ["sampling"] if warns else [])


def test_what_is_not_known(tmp_path: Path) -> None:
    """Without samples, sources or a known base nothing passes; in house nothing is asked."""
    assert cn(tmp_path, {"AIGC": LABEL}, sources=()).state is State.NOT_MEASURED
    assert cn(tmp_path, table={"sample_outputs": None}).state is State.NOT_MEASURED
    assert cn(tmp_path, audience="internal").state is State.NOT_MEASURED
    given = Policy(region=("CN",), cn=Cn(**WHOLE), sources=(SOURCE,))
    assert judged(cn_audit, tmp_path, with_file(given, tmp_path)).state is State.NOT_MEASURED


@pytest.mark.parametrize(
    "text", ["[cn]\nsampled = 10\nclean = 11\n", "[cn]\nclean = 1\n", "[eu]\nfine_tuning_flop = -1\n"]
)
def test_policy_that_cannot_be(tmp_path: Path, text: str) -> None:
    """More clean records than were sampled, and less compute than none, are errors that name the key."""
    (tmp_path / "finewarden.toml").write_text(text)
    with pytest.raises(PolicyError, match=r"cn\.clean|eu\.fine_tuning_flop"):
        load(tmp_path / "finewarden.toml")


@pytest.mark.parametrize("audit", [eu_audit, cn_audit])
def test_not_asked(tmp_path: Path, audit: Any) -> None:
    """Whose policy names no region, and requires the audit all the same, gets no pass."""
    assert judged(audit, tmp_path, Policy(), BASE).state is State.NOT_MEASURED
