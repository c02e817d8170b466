"""What the license audits say beyond the releases: to whom it is due, what they can't see, how quick they are."""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from finewarden.policy import Policy
from finewarden.verdicts import State
from tests.audits.license_clean import APACHE, DEEPSEEK, GEMMA, LLAMA31
from tests.audits.license_family import breaches, judged
from tests.audits.license_parts import Text, build
from tests.licensing import folders

NAMELESS = LLAMA31.but(title="Support")


def test_unknown_base_is_one_reason(tmp_path: Path) -> None:
    """A folder whose base nothing tells has no finding, and every audit that needs the base gives the same reason."""
    folders.write_readme(tmp_path, {"license": "mit"}, "# Support\n")
    (tmp_path / "LICENSE").write_text("MIT")
    results = judged(tmp_path, Policy())

    assert breaches(results) == []
    assert {result.state for result in results.values()} == {State.NOT_MEASURED}
    about_data = {"license.outputs", "license.data", "license.anonymised"}
    assert len({result.reason for audit, result in results.items() if audit not in about_data}) == 1
    assert "base_model" in results["license.base"].reason


@pytest.mark.parametrize(("arch", "rules"), [(folders.QWEN25_3B, ["dimensions"]), (folders.QWEN2_7B, [])])
def test_unknown_name_of_known_dimensions(tmp_path: Path, arch: folders.Arch, rules: list[str]) -> None:
    """An adapter of a base that nobody knows warns where only models of a bound license have its dimensions."""
    folders.write_adapter(tmp_path, arch, "acme/x")
    folders.write_readme(tmp_path, {"license": "apache-2.0", "base_model": "acme/x"}, "# Support\n")
    results = judged(tmp_path, Policy(audience="public", commercial=True))

    assert breaches(results) == [("license.base", rule, True) for rule in rules]
    for found in results["license.base"].warnings:
        assert "Qwen/Qwen2.5-3B" in found.what


def test_base_of_ones_own(tmp_path: Path) -> None:
    """A base that no record knows is remarked, not warned of, where the policy states its license."""
    parts = APACHE.but(bases=("acme/base",), arch=None, policy={"license": "apache-2.0"})
    results = judged(tmp_path / "out", build(parts, tmp_path / "out"))

    assert breaches(results) == []
    assert results["license.base"].state is State.PASS
    assert "acme/base" in results["license.base"].reason


def test_every_part_of_a_finding(tmp_path: Path) -> None:
    """A finding names license, revision, clause, how far the record is known, where, and the very words to add."""
    results = judged(tmp_path / "out", build(LLAMA31.without("Built with Llama"), tmp_path / "out"))
    (found,) = results["license.mark"].findings

    assert "Llama 3.1 Community License Agreement (2024-07-23), 1.b.i(B)" in found.what
    assert "our record: whole text read" in found.what
    assert found.where == "README.md"
    assert found.mend.endswith(": Built with Llama")


def test_without_an_audience_it_warns(tmp_path: Path) -> None:
    """Where the policy names no audience, what is due on distribution is told as such and fails nothing."""
    policy = build(LLAMA31.without("Built with Llama"), tmp_path / "out").model_copy(update={"audience": None})
    results = judged(tmp_path / "out", policy)

    assert breaches(results) == [("license.mark", "missing", True)]
    assert results["license.mark"].warnings[0].what.startswith("due if you distribute it")


def test_internal_use_owes_no_notices(tmp_path: Path) -> None:
    """Nothing that distribution makes due is asked of a model for internal use; a false declaration is still false."""
    parts = LLAMA31.but(title="Support", lines=(), files={"LICENSE": Text("llama3.1")}, policy={"audience": "internal"})
    results = judged(tmp_path / "out", build(parts.declared("mit"), tmp_path / "out"))

    assert breaches(results) == [("license.declared", "other-license", False)]


def test_folder_name_is_no_name(tmp_path: Path) -> None:
    """A model whose name stands nowhere is not judged by its folder's."""
    parts = LLAMA31.but(title="Introduction")
    result = judged(tmp_path / "Llama-out", build(parts, tmp_path / "Llama-out"))["license.name"]

    assert (result.state, result.findings) == (State.NOT_MEASURED, [])
    assert "release_name" in result.reason


def test_front_matter_and_policy_name_the_model(tmp_path: Path) -> None:
    """`model_name` of the card and `release_name` of the policy are held to the prefix too, each once."""
    parts = LLAMA31.but(
        front={"license": "llama3.1", "model_name": "support"}, policy={"release_name": "acme/support-bot"}
    )
    found = judged(tmp_path / "out", build(parts, tmp_path / "out"))["license.name"].findings

    assert [one.where for one in found] == ["finewarden.toml", "README.md:3"]
    assert found[0].mend == "name it Llama-support-bot"


def test_several_places_are_one_finding(tmp_path: Path) -> None:
    """One false license that stands in two places is told once, with both."""
    parts = LLAMA31.declared("mit").but(policy={"license": "mit"})
    (found,) = judged(tmp_path / "out", build(parts, tmp_path / "out"))["license.declared"].findings

    assert found.where == "README.md:2"
    assert "so does finewarden.toml" in found.what
    assert "Llama 3.1 Community License Agreement" in found.what
    assert "`license: llama3.1`" in found.mend


@pytest.mark.parametrize(
    ("license_", "name"), [("mit", None), ("cc-by-nc-4.0", None), ("other", "acme-1.0"), ("openrail", None)]
)
def test_permissive_base_under_any_license(tmp_path: Path, license_: str, name: str | None) -> None:
    """A fine-tune of an Apache base may be declared as anything that is no other model family's license."""
    results = judged(tmp_path / "out", build(APACHE.declared(license_, name), tmp_path / "out"))

    assert breaches(results) == []


def test_upstream_notice_goes_along(tmp_path: Path) -> None:
    """What the base's own NOTICE says must stand in the release's: Apache-2.0, 4(d), where the base is at hand."""
    base = tmp_path / "base"
    base.mkdir()
    (base / "NOTICE").write_text("Acme Base\n==========\n\nCopyright 2024 Acme\n")
    policy = build(APACHE, tmp_path / "out")
    results = judged(tmp_path / "out", policy, base_model=str(base))

    assert breaches(results) == [("license.notice", "upstream", False)]
    assert "Acme Base" in results["license.notice"].findings[0].what
    shutil.copy(base / "NOTICE", tmp_path / "out" / "NOTICE")
    assert breaches(judged(tmp_path / "out", policy, base_model=str(base))) == []


def test_addendum_behind_a_standard_tag(tmp_path: Path) -> None:
    """Cohere's cc-by-nc-4.0 warns until the card tells of the addendum."""
    parts = APACHE.but(bases=("CohereForAI/c4ai-command-r-v01",), arch=None, front={"license": "cc-by-nc-4.0"})
    result = judged(tmp_path / "out", build(parts, tmp_path / "out"))["license.declared"]

    assert (result.state, [found.rule for found in result.warnings]) == (State.PASS, ["addendum"])
    told = parts.but(lines=(*parts.lines, "Use is also subject to the acceptable use addendum."))
    assert breaches(judged(tmp_path / "told", build(told, tmp_path / "told"))) == []


def test_no_license_file_is_told_elsewhere(tmp_path: Path) -> None:
    """Where no license file lies at all, release.license_file tells it, and nothing is compared."""
    result = judged(tmp_path / "out", build(LLAMA31.but(files={"NOTICE": LLAMA31.files["NOTICE"]}), tmp_path / "out"))

    assert breaches(result) == []
    assert result["license.text"].state is State.NOT_MEASURED


def test_whole_text_and_a_word_to_users(tmp_path: Path) -> None:
    """The license's whole text beside a sentence that tells users of the restrictions passes them on."""
    told_of = {"google": "The Gemma Prohibited Use Policy applies.", "deepseek-ai": "附件 A 的使用限制适用于本模型。"}
    for parts in (GEMMA, DEEPSEEK):
        line = told_of[parts.bases[0].partition("/")[0]]
        told = parts.but(lines=(parts.lines[0], line))
        name = parts.bases[0].partition("/")[0]
        assert breaches(judged(tmp_path / name, build(told, tmp_path / name))) == []


def test_record_of_ones_own_wins(tmp_path: Path) -> None:
    """A license that only the policy knows is held to its own duties and its own text."""
    (tmp_path / "acme.txt").write_text("Acme terms of use. " + "Show the mark wherever the model is offered. " * 30)
    policy = Policy.model_validate(
        {
            "audience": "public",
            "licenses": (
                {
                    "key": "acme-1",
                    "name": "Acme License 1",
                    "family": "acme",
                    "commercial": "yes",
                    "verified": date(2026, 1, 1),
                    "confidence": "text",
                    "text_file": str(tmp_path / "acme.txt"),
                    "models": ({"pattern": "acme/"},),
                    "obligations": (
                        {
                            "id": "mark",
                            "kind": "display_mark",
                            "clause": "2",
                            "forms": ("weights", "adapter"),
                            "text": "Runs on Acme",
                            "says": "Show it.",
                            "says_zh": "展示。",
                        },
                    ),
                },
            ),
        }
    )
    folders.write_readme(tmp_path / "out", {"base_model": "acme/one", "license": "other", "license_name": "acme-1"})
    shutil.copy(tmp_path / "acme.txt", tmp_path / "out" / "LICENSE")

    assert breaches(judged(tmp_path / "out", policy)) == [("license.mark", "missing", False)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "---\n",
        "---\na: [[[\n---\n",
        "<!--" * 9999,
        "# \u001b[2J\n\nBuilt with Llama\u202e\n",
        "[" * 99999,
    ],
)
def test_hostile_files_end_in_a_verdict(tmp_path: Path, text: str) -> None:
    """README, NOTICE and LICENSE of nothing but traps end in verdicts that print no control characters."""
    policy = build(NAMELESS.but(policy={"base_model": LLAMA31.bases[0]}), tmp_path / "out")
    for name in ("README.md", "NOTICE", "LICENSE"):
        (tmp_path / "out" / name).write_text(text, encoding="utf-8")
    results = judged(tmp_path / "out", policy)
    said = "".join(f.where + f.what + f.mend for r in results.values() for f in (*r.findings, *r.warnings))

    assert not {"\u001b", "\u202e", "\n", "\0"} & set(said)


def test_declared_name_is_printed_harmlessly(tmp_path: Path) -> None:
    """A license name of control characters reaches no terminal."""
    parts = LLAMA31.declared("other", "x\u001b[2Jy\u202e")
    (found,) = judged(tmp_path / "out", build(parts, tmp_path / "out"))["license.declared"].warnings

    assert "\u001b" not in found.what


def test_quick(tmp_path: Path) -> None:
    """All license audits of an adapter take less than half a second, the look at its base among them."""
    policy = build(LLAMA31.but(form="adapter"), tmp_path / "out")
    judged(tmp_path / "out", policy)  # records and fingerprints are read once a process

    def seconds() -> float:
        begin = time.process_time()
        judged(tmp_path / "out", policy)
        return time.process_time() - begin

    assert min(seconds() for _ in range(3)) < 0.5


def test_through_pytest(pytester: pytest.Pytester) -> None:
    """The user's own command fails on the breach, says once that it is no legal advice, and passes the clean twin."""
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "audits/test_license_notices.py")
    for name, parts in (("breach", LLAMA31.without("Built with Llama")), ("clean", LLAMA31)):
        pytester.mkdir(name)
        build(parts, pytester.path / name / "out")
    broken = pytester.runpytest_subprocess("--model-dir=breach/out", "--policy=breach/finewarden.toml", *options)
    mended = pytester.runpytest_subprocess("--model-dir=clean/out", "--policy=clean/finewarden.toml", *options)

    assert broken.ret == pytest.ExitCode.TESTS_FAILED
    assert sum("Not legal advice" in line for line in broken.outlines) == 1
    assert mended.ret == pytest.ExitCode.OK
