"""What a release is used for, against what its licenses grant: each rule in both directions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from finewarden.audits.card_wording import commercial_use, prices
from finewarden.audits.test_license_use import test_territory as territory_audit
from finewarden.audits.test_license_use import test_thresholds as thresholds_audit
from finewarden.audits.test_license_use import test_use as use_audit
from finewarden.license_record import ModelPattern, Territory, Threshold
from finewarden.policy import OwnLicense, Permission, Policy
from finewarden.verdicts import Result, State
from tests.audits.use_audits import in_project, judged, rules, shows, warned, with_file
from tests.licensing.records import obligation

NC = obligation(id="nc", kind="noncommercial", clause="2.a", internal=True, text=None)
REGISTER = obligation(id="register", kind="registration", clause="3", internal=True, when="commercial", text=None)
MAU = Threshold(id="mau", kind="monthly_active_users", above=100, clause="4", then="ask", says="Ask.", says_zh="询问。")
RELEASE = "acme/base-1b"


def own(**changes: Any) -> OwnLicense:
    """A license of one's own that claims `acme/`."""
    fields: dict[str, Any] = {
        "key": "acme-1.0",
        "name": "Acme License 1.0",
        "family": "acme",
        "commercial": "conditional",
        "models": (ModelPattern(pattern="acme/"),),
        "verified": date(2026, 1, 1),
        "confidence": "text",
    }
    return OwnLicense(**{**fields, **changes})


RESEARCH = own(obligations=(NC,), commercial="no")


def use(folder: Path, license_: OwnLicense = RESEARCH, **policy: Any) -> Result:
    """The verdict of `license.use` on a fine-tune of a model under *license_*."""
    fields = {"licenses": (license_,), "audience": "public"} | policy
    return judged(use_audit, folder, in_project(Policy(**fields), folder), RELEASE)


def test_commercial_use_of_a_noncommercial_base(tmp_path: Path) -> None:
    """`commercial = true` over a non-commercial base fails with clause and mend; `false` passes; unset warns."""
    result = use(tmp_path, commercial=True)
    assert rules(result) == ["noncommercial"]
    assert "Acme License 1.0, 2.a; our record: whole text read" in result.findings[0].what
    assert 'license = "acme-1.0", clause = "2.a"' in result.findings[0].mend
    assert use(tmp_path, commercial=False).state is State.PASS
    unset = use(tmp_path)
    assert (unset.state, warned(unset)) == (State.PASS, ["unstated"])
    assert "commercial = false" in unset.warnings[0].mend


@pytest.mark.parametrize("audience", ["internal", "public", None])
def test_use_is_not_distribution(tmp_path: Path, audience: Any) -> None:
    """A company that uses a non-commercial model for itself is commercial as well."""
    assert rules(use(tmp_path, commercial=True, audience=audience)) == ["noncommercial"]


def test_not_read_in_full_warns(tmp_path: Path) -> None:
    """A license that is known from others' descriptions never fails."""
    result = use(tmp_path, own(obligations=(NC,), commercial="no", confidence="secondary"), commercial=True)
    assert (result.state, warned(result)) == (State.PASS, ["noncommercial"])


def test_permission(tmp_path: Path) -> None:
    """A permission with evidence lifts the clause; one whose evidence is gone, or that ended, says why it does not."""
    granted = Permission(license="acme-1.0", clause="2.a", evidence="acme.pdf")
    result = use(tmp_path, commercial=True, permissions=(granted,))
    assert rules(result) == ["noncommercial"]
    assert "has no evidence: acme.pdf is not there" in result.findings[0].what
    shows(tmp_path, "acme.pdf")
    result = use(tmp_path, commercial=True, permissions=(granted,))
    assert (result.state, result.reason) == (State.PASS, "acme-1.0 2.a by permission")
    ended = granted.model_copy(update={"expires": date(2020, 1, 1)})
    assert "ended on 2020-01-01" in use(tmp_path, commercial=True, permissions=(ended,)).findings[0].what


@pytest.mark.parametrize("place", ["{release}/README.md", "/etc/hostname", "../{name}/README.md"])
def test_no_permission_of_its_own(tmp_path: Path, place: str) -> None:
    """Neither a file of the release nor any other of the machine lifts a clause."""
    (tmp_path / "README.md").write_text("# Support\n")
    evidence = place.format(release=tmp_path, name=tmp_path.name)
    granted = Permission(license="acme-1.0", clause="2.a", evidence=evidence)
    assert rules(use(tmp_path, commercial=True, permissions=(granted,))) == ["noncommercial"]


def test_no_permission_in_the_release(tmp_path: Path) -> None:
    """Where the policy lies above the release, or in it, a file of the release lifts nothing either."""
    release = tmp_path / "out"
    release.mkdir()
    (release / "README.md").write_text("# Support\n")
    for folder, evidence in ((tmp_path, "out/README.md"), (release, "README.md")):
        granted = Permission(license="acme-1.0", clause="2.a", evidence=evidence)
        given = Policy(licenses=(RESEARCH,), commercial=True, permissions=(granted,))
        result = judged(use_audit, release, with_file(given, folder), RELEASE)
        assert rules(result) == ["noncommercial"]
        assert "lies in the audited folder" in result.findings[0].what
    (tmp_path / "outer.pdf").write_text("granted")
    granted = granted.model_copy(update={"evidence": "outer.pdf"})
    given = with_file(given.model_copy(update={"permissions": (granted,)}), tmp_path)
    assert judged(use_audit, release, given, RELEASE).state is State.PASS


def test_permission_that_names_nothing(tmp_path: Path) -> None:
    """A license that no record knows, or a clause that its record does not have, warns with what may be meant."""
    shows(tmp_path, "acme.pdf")
    for license_, clause, near in (("nope", "2", ""), ("acme-1", "2.a", "'acme-1.0'"), ("acme-1.0", "2.b", "'2.a'")):
        permission = Permission(license=license_, clause=clause, evidence="acme.pdf")
        result = use(tmp_path, commercial=False, permissions=(permission,))
        assert (result.state, warned(result)) == (State.PASS, ["no-such-permission"])
        assert near in result.warnings[0].mend
    fitting = Permission(license="Acme License 1.0", clause="section 2.a", evidence="acme.pdf")
    assert use(tmp_path, commercial=False, permissions=(fitting,)).warnings == []


@pytest.mark.parametrize("commercial", [False, None])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "# Acme\n\nFree for commercial use.\n"),
        ("model_card.md", "# 数据\n\n本模型可商用。\n"),
        ("README.md", "---\nlicense: other\nlicense_name: proprietary\n---\n\nFrom $20 per seat.\n"),
    ],
)
def test_card_that_allows_it(tmp_path: Path, name: str, text: str, commercial: bool | None) -> None:
    """A card that allows or sells what the base's license forbids fails on its line, whatever the policy says."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    result = use(tmp_path, commercial=commercial)
    assert rules(result) == ["card"]
    assert result.findings[0].where.startswith(f"{name}:")
    assert use(tmp_path, own(), commercial=commercial).state is State.PASS


@pytest.mark.parametrize(
    "text",
    [
        "Commercial use is OK.",
        "This model is free for research and commercial use.",
        "Commercial use is fully permitted!",
        "It can be used commercially.",
        "A commercially friendly model.",
        "Licensed for commercial use",
        "模型可免费商用。",
        "支持商业用途。",
        "可以用于商业项目。",
    ],
)
def test_words_that_allow(text: str) -> None:
    """People say in many ways that commercial use is fine."""
    assert [said.line for said in commercial_use(f"# Card\n\n{text}\n")] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "Non-commercial use is allowed.",
        "Free for non-commercial use.",
        "Free for academic and non-commercial purposes.",
        "Commercial use is not allowed.",
        "No commercial use.",
        "Commercial use is permitted only with a license from Acme.",
        "Contact us for commercial use.",
        "Commercial use requires registration.",
        "If commercial use is allowed depends on the base.",
        "Trained on commercial data.",
        "不可商用。",
        "禁止用于商业用途。",
        "商用需申请授权。",
        "仅供非商业使用。",
        "<!-- Commercial use is OK. -->",
        "```\nCommercial use is OK.\n```",
    ],
)
def test_words_that_do_not(text: str) -> None:
    """A condition, a denial, another subject or a comment claims nothing."""
    assert commercial_use(f"# Card\n\n{text}\n") == []


def test_prices() -> None:
    """A price per seat sells; what the training cost does not."""
    assert prices("From €9.90 / month")
    assert prices("每月 20 元/月起")
    assert not prices("Trained in 3 hours at $2.50 per hour, $40 in all.")


def test_registration(tmp_path: Path) -> None:
    """Registration is due for commercial use alone, and a permission shows that it was done."""
    registered = own(obligations=(REGISTER,))
    assert rules(use(tmp_path, registered, commercial=True)) == ["registration"]
    assert warned(use(tmp_path, registered)) == ["unstated"]
    assert warned(use(tmp_path, registered, commercial=False)) == []
    shows(tmp_path, "form.pdf")
    shown = Permission(license="acme-1.0", clause="Section 3", evidence="form.pdf")
    assert use(tmp_path, registered, commercial=True, permissions=(shown,)).state is State.PASS


def test_registration_of_any_use(tmp_path: Path) -> None:
    """Falcon 180B as a hosted service asks for leave whatever the use; as an adapter it does not."""
    model = "tiiuae/falcon-180B"
    for form, expected in (("api", ["registration"]), ("adapter", [])):
        policy = Policy(form=form, audience="customers", commercial=False)
        result = judged(use_audit, tmp_path, in_project(policy, tmp_path), model)
        assert [*rules(result), *warned(result)] == expected


def test_what_no_file_shows(tmp_path: Path) -> None:
    """Acceptable use binds, is listed and never fails."""
    result = judged(use_audit, tmp_path, Policy(commercial=True, audience="public"), "meta-llama/Llama-3.2-1B")
    assert (result.state, result.warnings) == (State.PASS, [])
    assert "acceptable use (llama3.2 1.b.iv)" in result.reason
    assert "safeguards stay" in result.reason


def test_unknown_base(tmp_path: Path) -> None:
    """Where no license is known to bind, nothing is measured, by all three for one reason."""
    reasons = {judged(audit, tmp_path, Policy()).reason for audit in (use_audit, thresholds_audit, territory_audit)}
    assert len(reasons) == 1
    assert "base_model" in reasons.pop()


def thresholds(folder: Path, *models: str, **policy: Any) -> Result:
    """The verdict of `license.thresholds`."""
    return judged(thresholds_audit, folder, in_project(Policy(**policy), folder), *models)


def test_users_above_the_limit(tmp_path: Path) -> None:
    """More users than the license grants fail; as many pass, with number and limit."""
    result = thresholds(tmp_path, "Qwen/Qwen2.5-72B", monthly_active_users=100_000_001)
    assert rules(result) == ["monthly_active_users"]
    assert "100,000,001" in result.findings[0].what
    result = thresholds(tmp_path, "Qwen/Qwen2.5-72B", monthly_active_users=100_000_000)
    assert (result.state, result.measured, result.limit) == (State.PASS, 100_000_000, 100_000_000)


def test_the_month_that_counts(tmp_path: Path) -> None:
    """Llama counts one month once and for all: who is above today brings that month's number as evidence."""
    policy: dict[str, Any] = {"monthly_active_users": 800_000_000}
    result = thresholds(tmp_path, "meta-llama/Llama-3.1-8B", **policy)
    assert rules(result) == ["monthly_active_users"]
    assert "2024-06" in result.findings[0].mend
    assert 'license = "llama3.1", clause = "2"' in result.findings[0].mend
    shows(tmp_path, "mau.pdf")
    shown = Permission(license="llama3.1", clause="2", evidence="mau.pdf")
    result = thresholds(tmp_path, "meta-llama/Llama-3.1-8B", permissions=(shown,), **policy)
    assert (result.state, result.reason) == (State.PASS, "llama3.1 2 by permission")


def test_limit_of_commercial_use(tmp_path: Path) -> None:
    """Qwen's limit is for commercial use alone, Llama's for any."""
    policy: dict[str, Any] = {"commercial": False, "monthly_active_users": 10**9}
    assert thresholds(tmp_path, "Qwen/Qwen2.5-72B", **policy).state is State.PASS
    assert thresholds(tmp_path, "meta-llama/Llama-3.1-8B", **policy).state is State.FAIL


def test_unstated_number(tmp_path: Path) -> None:
    """Without a number nothing passes and nothing fails; who sells to others is warned."""
    for policy in ({}, {"commercial": False, "audience": "public"}, {"commercial": True, "audience": "internal"}):
        result = thresholds(tmp_path, "meta-llama/Llama-3.1-8B", **policy)
        assert (result.state, result.warnings) == (State.NOT_MEASURED, [])
        assert "monthly_active_users" in result.reason
    result = thresholds(tmp_path, "Qwen/Qwen2.5-72B", commercial=True, audience="customers")
    assert (result.state, warned(result)) == (State.NOT_MEASURED, ["unstated"])


def test_unstated_number_of_a_month_long_past(tmp_path: Path) -> None:
    """Llama's users of one past month are no warning on every release: not measured, with the month; beside Qwen's
    number of today, that is asked for."""
    policy: dict[str, Any] = {"commercial": True, "audience": "customers"}
    result = thresholds(tmp_path, "meta-llama/Llama-3.1-8B", **policy)
    assert (result.state, result.warnings) == (State.NOT_MEASURED, [])
    assert "above 700,000,000 in 2024-06" in result.reason
    merge = thresholds(tmp_path, "meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-72B", **policy)
    assert "Qwen" in merge.warnings[0].what


def test_one_number_of_two(tmp_path: Path) -> None:
    """A limit that is broken fails though another number is missing; one that is kept can't pass for both."""
    revenue = MAU.model_copy(update={"id": "usd", "kind": "annual_revenue_usd", "above": 1_000_000})
    license_ = own(thresholds=(MAU, revenue))
    for users, state in ((101, State.FAIL), (100, State.NOT_MEASURED)):
        result = thresholds(tmp_path, RELEASE, licenses=(license_,), monthly_active_users=users)
        assert result.state is state
    both = thresholds(tmp_path, RELEASE, licenses=(license_,), monthly_active_users=10, annual_revenue_usd=900_000)
    assert (both.state, both.measured, both.n) == (State.PASS, 900_000, 2)


def test_mark_in_the_product(tmp_path: Path) -> None:
    """Where more users only ask for a mark in the product, which no file shows, it warns."""
    mark = obligation(id="ui", kind="ui_mark", clause="4", forms=("api", "product"), text="Acme")
    license_ = own(thresholds=(MAU.model_copy(update={"then": "Show 'Acme' in the interface"}),), obligations=(mark,))
    result = thresholds(tmp_path, RELEASE, licenses=(license_,), monthly_active_users=101)
    assert (result.state, warned(result)) == (State.PASS, ["mark-in-product"])
    assert "show 'Acme'" in result.warnings[0].mend


def test_no_limit(tmp_path: Path) -> None:
    """A license without limits passes, whatever the numbers."""
    result = thresholds(tmp_path, RELEASE, licenses=(own(),), monthly_active_users=10**12)
    assert (result.state, result.measured) == (State.PASS, "no limit")


NOT_EU = own(territory=(Territory(excluded=("EU", "GB", "KR"), clause="1.l", says="Not there.", says_zh="不适用。"),))


def territory(folder: Path, *models: str, **policy: Any) -> Result:
    """The verdict of `license.territory`."""
    fields = {"licenses": (NOT_EU,)} | policy
    return judged(territory_audit, folder, in_project(Policy(**fields), folder), *(models or (RELEASE,)))


@pytest.mark.parametrize("places", [("EU",), ("US", "DE"), ("UK",), ("KR", "CN"), ("worldwide",)])
def test_excluded_place(tmp_path: Path, places: tuple[str, ...]) -> None:
    """A place that the license leaves out fails, as union, member or everywhere, in house as well."""
    for audience in ("public", "internal", None):
        assert rules(territory(tmp_path, territory=places, audience=audience)) == ["excluded"]


def test_granted_places(tmp_path: Path) -> None:
    """Other places pass, and the line says which are left out."""
    result = territory(tmp_path, territory=("US", "CN", "CH"))
    assert (result.state, result.measured, result.limit) == (State.PASS, "US, CN, CH", "not EU, GB, KR")


def test_territory_by_permission(tmp_path: Path) -> None:
    """A license for the place, shown, lifts the clause."""
    shows(tmp_path, "eu.pdf")
    granted = Permission(license="acme-1.0", clause="1.l", evidence="eu.pdf")
    assert territory(tmp_path, territory=("EU",), permissions=(granted,)).state is State.PASS


def test_no_territory(tmp_path: Path) -> None:
    """Without a place nothing passes where one is left out; who publishes is warned; where none is, it passes."""
    assert territory(tmp_path).state is State.NOT_MEASURED
    assert warned(territory(tmp_path, audience="public")) == ["unstated"]
    assert territory(tmp_path, licenses=(own(),)).state is State.PASS


def test_no_place(tmp_path: Path) -> None:
    """A word that names no place is told."""
    assert warned(territory(tmp_path, territory=("Europe",), licenses=(own(),))) == ["unknown-place"]


def test_multimodal_llama(tmp_path: Path) -> None:
    """Llama's clause is about multimodal models and whoever is at home in the EU: elsewhere too, it only warns."""
    vision, text = "meta-llama/Llama-3.2-11B-Vision", "meta-llama/Llama-3.2-1B"
    assert rules(territory(tmp_path, vision, territory=("EU",))) == ["excluded"]
    both = territory(tmp_path, vision, territory=("EU", "US"))
    assert (both.state, warned(both)) == (State.PASS, ["excluded"])
    assert territory(tmp_path, text, territory=("EU",)).warnings == []
    assert territory(tmp_path, text, territory=("EU",)).state is State.PASS


@pytest.mark.parametrize("text", ["<!--" * 9999, "commercial use " * 9999, "可" * 99999, "\0", "a. " * 99999])
def test_hostile_card(tmp_path: Path, text: str) -> None:
    """A card of nothing but traps ends in a verdict."""
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    assert use(tmp_path, commercial=False).state is State.PASS
