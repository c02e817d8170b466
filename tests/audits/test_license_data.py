"""What the training data oblige to, against the policy's sources and the cards: each rule in both directions."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from finewarden.audits.card_wording import anonymity
from finewarden.audits.source_facts import unnamed_datasets
from finewarden.audits.test_license_data import test_anonymised as anonymised_audit
from finewarden.audits.test_license_data import test_data as data_audit
from finewarden.audits.test_license_data import test_outputs as outputs_audit
from finewarden.policy import Permission, Policy, Source
from finewarden.verdicts import Result, State
from tests.audits.use_audits import in_project, judged, rules, shows, warned

APACHE = "Qwen/Qwen2.5-7B-Instruct"


def source(**changes: Any) -> Source:
    """A source of one's own."""
    return Source(**{"name": "tickets", "authorisation": "own", **changes})


def outputs(folder: Path, generated_by: str, *bases: str, **policy: Any) -> Result:
    """The verdict of `license.outputs` on a model trained on what *generated_by* said."""
    given = {"sources": (source(generated_by=generated_by),), "audience": "public"} | policy
    return judged(outputs_audit, folder, in_project(Policy(**given), folder), *bases)


@pytest.mark.parametrize(
    ("teacher", "base", "fails"),
    [
        ("meta-llama/Meta-Llama-3-70B-Instruct", APACHE, True),
        ("meta-llama/Meta-Llama-3-70B-Instruct", "meta-llama/Meta-Llama-3-8B", False),
        ("meta-llama/Meta-Llama-3-70B-Instruct", "meta-llama/Llama-3.1-8B", False),
        ("meta-llama/Llama-2-70b-chat-hf", "meta-llama/Meta-Llama-3-8B", True),
        ("meta-llama/Llama-3.1-70B-Instruct", APACHE, False),
        ("Qwen/Qwen2-72B-Instruct", "meta-llama/Llama-3.1-8B", True),
        ("Qwen/Qwen2-72B-Instruct", "Qwen/Qwen2-7B", False),
        ("Qwen/Qwen2.5-72B-Instruct", "meta-llama/Llama-3.1-8B", False),
        ("google/gemma-2-27b-it", APACHE, False),
        ("deepseek-ai/DeepSeek-V2-Chat", APACHE, False),
    ],
)
def test_outputs(tmp_path: Path, teacher: str, base: str, fails: bool) -> None:
    """Outputs train another model where the teacher's license lets them: each record's own clause and exception."""
    result = outputs(tmp_path, teacher, base)
    assert rules(result) == (["no-training"] if fails else [])
    assert result.warnings == []
    if fails:
        assert base in result.findings[0].what
        assert "our record: whole text read" in result.findings[0].what


def test_outputs_in_house(tmp_path: Path) -> None:
    """To train is use: it is a breach in house and where no audience is stated as well."""
    for audience in ("internal", None):
        result = outputs(tmp_path, "meta-llama/Meta-Llama-3-8B", APACHE, audience=audience)
        assert rules(result) == ["no-training"]


def test_outputs_of_a_merge(tmp_path: Path) -> None:
    """Every base of a merge must be one that may be improved."""
    assert rules(outputs(tmp_path, "meta-llama/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3-8B", APACHE)) == [
        "no-training"
    ]


def test_outputs_for_an_unknown_base(tmp_path: Path) -> None:
    """Where the base is not known, nobody can tell whether it is excepted: that warns; the policy's word counts."""
    teacher = "meta-llama/Meta-Llama-3-8B"
    assert warned(outputs(tmp_path, teacher)) == ["no-training"]
    assert rules(outputs(tmp_path, teacher)) == []
    assert rules(outputs(tmp_path, teacher, base_model=APACHE)) == ["no-training"]


@pytest.mark.parametrize(
    "teacher", ["unsloth/llama-3-70b-bnb-4bit", "unsloth/llama-3-70b-Instruct-bnb-4bit", "NousResearch/Meta-Llama-3-8B"]
)
def test_outputs_of_a_repack(tmp_path: Path, teacher: str) -> None:
    """A repack of a teacher is that teacher: it fails, and passes, as the original does."""
    result = outputs(tmp_path, teacher, APACHE)
    assert rules(result) == ["no-training"]
    assert f"{teacher}, which is meta-llama/" in result.findings[0].what
    assert outputs(tmp_path, teacher, "meta-llama/Llama-3.1-8B").state is State.PASS


def test_outputs_of_a_model_that_was_made_from_the_teacher(tmp_path: Path) -> None:
    """What is said of somebody's fine-tune of a model is told by its name alone: that warns, and says so."""
    result = outputs(tmp_path, "acme/dolphin-llama-3-8b", APACHE)
    assert (result.state, warned(result)) == (State.PASS, ["no-training"])
    assert "by its name alone" in result.warnings[0].what
    assert "to be checked (whole text" not in result.warnings[0].what


def test_outputs_for_a_student_that_no_record_knows(tmp_path: Path) -> None:
    """A student of another known family fails; one that nobody knows may be made from the teacher, and warns."""
    teacher = "meta-llama/Meta-Llama-3-70B-Instruct"
    result = outputs(tmp_path, teacher, "acme/unheard-of")
    assert (result.state, warned(result)) == (State.PASS, ["no-training"])
    assert "acme/unheard-of, which no record knows" in result.warnings[0].what
    assert rules(outputs(tmp_path, teacher, "acme/unheard-of", APACHE)) == ["no-training"]
    assert rules(outputs(tmp_path, teacher, "unsloth/Qwen2.5-7B-bnb-4bit")) == ["no-training"]
    assert outputs(tmp_path, teacher, "unsloth/llama-3-8b-bnb-4bit").state is State.PASS


@pytest.mark.parametrize("service", ["gpt-4o", "OpenAI", "claude-3-opus", "Anthropic"])
def test_outputs_of_a_service(tmp_path: Path, service: str) -> None:
    """What competes with a service is not settled: its terms warn."""
    result = outputs(tmp_path, service, APACHE)
    assert (result.state, warned(result)) == (State.PASS, ["no-training"])


def test_what_outputs_ask_for(tmp_path: Path) -> None:
    """What a teacher's license asks of the trained model is listed."""
    result = outputs(tmp_path, "meta-llama/Llama-3.1-70B-Instruct", APACHE)
    assert "begins with 'Llama'" in result.reason


def test_outputs_by_permission(tmp_path: Path) -> None:
    """Leave that the licensor gave lifts the clause."""
    shows(tmp_path, "meta.pdf")
    leave = Permission(license="llama3", clause="1.b.v", evidence="meta.pdf")
    assert outputs(tmp_path, "meta-llama/Meta-Llama-3-8B", APACHE, permissions=(leave,)).state is State.PASS


def test_unknown_generator(tmp_path: Path) -> None:
    """Who generated it is asked for where data are synthetic, and said to be unknown where no record knows it."""
    assert warned(outputs(tmp_path, "acme/unheard-of", APACHE)) == ["unknown-generator"]
    for kind, expected in (("synthetic", ["no-generator"]), ("user", [])):
        policy = Policy(sources=(source(kind=kind),))
        assert warned(judged(outputs_audit, tmp_path, policy, APACHE)) == expected


def test_no_sources(tmp_path: Path) -> None:
    """Without sources nothing is measured, by all three for one reason."""
    results = [judged(audit, tmp_path, Policy(), APACHE) for audit in (outputs_audit, data_audit, anonymised_audit)]
    assert {result.state for result in results} == {State.NOT_MEASURED}
    assert len({result.reason for result in results}) == 1


def data(folder: Path, *sources: Source, **policy: Any) -> Result:
    """The verdict of `license.data`."""
    return judged(data_audit, folder, in_project(Policy(sources=sources, **policy), folder), APACHE)


NC = {"license": "cc-by-nc-4.0", "authorisation": "license"}


_NC_NAMES = [
    "cc-by-nc-4.0",
    "CC BY-NC 4.0",
    "CC-BY-NC-SA-4.0",
    "cc-by-nc-nd-4.0",
    "cc by nc sa 4",
    "Creative Commons Attribution-NonCommercial-ShareAlike 4.0",
    "https://creativecommons.org/licenses/by-nc/4.0/deed.de",
]


@pytest.mark.parametrize("name", _NC_NAMES)
def test_noncommercial_data(tmp_path: Path, name: str) -> None:
    """Non-commercial data in commercial use fail, warn where the use is not stated, and pass otherwise."""
    its = source(license=name, authorisation="license")
    assert rules(data(tmp_path, its, commercial=True, audience="internal")) == ["noncommercial"]
    assert warned(data(tmp_path, its, audience="internal")) == ["noncommercial"]
    assert data(tmp_path, its, commercial=False, audience="internal").warnings == []


def test_another_basis_than_the_public_license(tmp_path: Path) -> None:
    """A contract that is shown, one's own data, or a permission go before the public license."""
    contract = source(license="cc-by-nc-4.0", authorisation="contract", evidence="deal.pdf")
    assert rules(data(tmp_path, contract, commercial=True)) == ["evidence", "noncommercial"]
    shows(tmp_path, "deal.pdf")
    assert data(tmp_path, contract, commercial=True).state is State.PASS
    assert data(tmp_path, source(license="cc-by-nc-4.0"), commercial=True).state is State.PASS
    leave = Permission(license="cc-by-nc-4.0", clause="2.a.1", evidence="deal.pdf")
    assert data(tmp_path, source(**NC), commercial=True, permissions=(leave,)).state is State.PASS


def test_share_alike_and_no_derivatives(tmp_path: Path) -> None:
    """Share-alike warns beside another license than its own, no-derivatives always, neither where nothing is shared."""
    alike = source(license="cc-by-sa-4.0", authorisation="license")
    assert warned(data(tmp_path, alike, license="apache-2.0")) == ["share-alike"]
    assert warned(data(tmp_path, alike)) == ["share-alike"]
    assert warned(data(tmp_path, alike, license="cc-by-sa-4.0")) == []
    assert warned(data(tmp_path, source(license="cc-by-sa-3.0", authorisation="license"), license="cc-by-sa-4.0")) == []
    (tmp_path / "README.md").write_text("---\nlicense: cc-by-sa-4.0\n---\n")
    assert warned(data(tmp_path, alike)) == []
    (tmp_path / "README.md").unlink()
    rigid = source(license="cc-by-nd-4.0", authorisation="license")
    assert warned(data(tmp_path, rigid)) == ["no-derivatives"]
    assert data(tmp_path, alike, rigid, audience="internal").warnings == []


@pytest.mark.parametrize("name", ["unknown", "none", "Acme Data License", "other"])
def test_unknown_license(tmp_path: Path, name: str) -> None:
    """A license that nobody stated, or that no record knows, warns."""
    result = data(tmp_path, source(license=name, authorisation="license"))
    assert (result.state, warned(result)) == (State.PASS, ["unknown-license"])


def test_ordinary_sources(tmp_path: Path) -> None:
    """Permissive, own and public-domain data say nothing; a basis by license without one warns."""
    result = data(
        tmp_path,
        source(),
        source(license="cc-by-4.0", authorisation="license"),
        source(license="odc-by", authorisation="license"),
        source(license="MIT", authorisation="license", evidence="https://example.com/LICENSE"),
        source(authorisation="public-domain"),
        source(authorisation="terms"),
        source(authorisation="consent", evidence="DMS 4711"),
        commercial=True,
        audience="public",
    )
    assert (result.state, result.warnings) == (State.PASS, [])
    assert warned(data(tmp_path, source(authorisation="license"))) == ["unknown-license"]


def test_evidence(tmp_path: Path) -> None:
    """A named document must lie beside the policy, no link and not empty; a contract without any warns."""
    there = shows(tmp_path, "deal.pdf")
    (there.parent / "empty.pdf").touch()
    (there.parent / "link.pdf").symlink_to("/etc/hostname")
    (tmp_path / "README.md").write_text("# Support\n")
    outside = ("../x.pdf", f"../{tmp_path.name}/README.md", "/etc/hostname", str(there))
    for name in ("none.pdf", "legal/none", "link.pdf", "empty.pdf", *outside):
        result = data(tmp_path, source(authorisation="contract", evidence=name))
        assert rules(result) == ["evidence"], name
        assert name in result.findings[0].what
    for nothing in (None, ".", "", " - ", "...", "?"):
        assert warned(data(tmp_path, source(authorisation="contract", evidence=nothing))) == ["no-evidence"], nothing
    assert warned(data(tmp_path, source(authorisation="consent"))) == ["no-evidence"]
    for said in (
        "deal.pdf",
        "contract 2025/113",
        "https://example.com/deal",
        "合同编号2025/113",
        "s3://legal/deal.pdf",
    ):
        result = data(tmp_path, source(authorisation="contract", evidence=said))
        assert (result.state, result.warnings) == (State.PASS, []), said


def test_contract_that_names_nothing(tmp_path: Path) -> None:
    """A contract of which nothing is shown does not go before a license without commercial use."""
    its = source(license="cc-by-nc-4.0", authorisation="contract", evidence=".")
    assert rules(data(tmp_path, its, commercial=True)) == ["noncommercial"]


def test_expiry(tmp_path: Path) -> None:
    """What ended fails, what ends within 30 days warns, the rest says nothing."""
    today = date.today()
    assert rules(data(tmp_path, source(expires=today - timedelta(1)))) == ["expired"]
    assert warned(data(tmp_path, source(expires=today + timedelta(29)))) == ["expired"]
    assert data(tmp_path, source(expires=today + timedelta(40))).warnings == []


def test_datasets_of_the_card(tmp_path: Path) -> None:
    """A data set that the card names and no source does is told with its line, once."""
    (tmp_path / "README.md").write_text("---\ndatasets:\n- acme/chats\n- acme/faq\n---\n")
    result = data(tmp_path, source(name="faq", uri="https://huggingface.co/datasets/acme/faq"))
    assert warned(result) == ["unnamed-dataset"]
    assert (result.warnings[0].where, "acme/chats" in result.warnings[0].what) == ("README.md:2", True)


@pytest.mark.parametrize(
    ("item", "uri", "unnamed"),
    [
        ("acme/faq", "hf://datasets/acme/faq@main", False),
        ("acme/faq", "acme/faq", False),
        ("ACME/FAQ", "https://huggingface.co/datasets/acme/faq/", False),
        ("acme/faq", "https://huggingface.co/datasets/acme/faq-2", True),
        ("me/faq", "https://huggingface.co/datasets/acme/faq", True),
        ("/home/alice/data", None, False),
        (3, None, False),
        ({"a": 1}, None, False),
    ],
)
def test_same_data_set(item: object, uri: str | None, unnamed: bool) -> None:
    """An id is found whole in an address, not as part of another; paths are told elsewhere, odd types name nothing."""
    assert bool(unnamed_datasets({"datasets": [item]}, Policy(sources=(source(uri=uri),)))) is unnamed


def anonymised(folder: Path, text: str, **its: Any) -> Result:
    """The verdict of `license.anonymised` on a README that says *text*."""
    (folder / "README.md").write_text(f"# Card\n\n{text}\n", encoding="utf-8")
    return judged(anonymised_audit, folder, Policy(sources=(source(**its),)))


@pytest.mark.parametrize("method", ["mask", "hash", "pseudonym"])
@pytest.mark.parametrize(
    "text",
    [
        "All data were anonymised before training.",
        "The chats are fully anonymous.",
        "Data anonymization was applied to every record.",
        "训练数据已匿名化。",
        "所有数据均经过匿名处理。",
    ],
)
def test_anonymous_is_not_deidentified(tmp_path: Path, text: str, method: str) -> None:
    """Masked, hashed or pseudonymous data that a card calls anonymous warn with line and reason."""
    result = anonymised(tmp_path, text, deidentification=method)
    assert (result.state, warned(result)) == (State.PASS, ["not-anonymous"])
    assert result.warnings[0].where == "README.md:3"
    assert "PIPL Art. 73" in result.warnings[0].what


@pytest.mark.parametrize(
    "text",
    [
        "Data were not anonymised.",
        "The data is de-identified, not anonymous.",
        "The data is pseudonymised rather than anonymised.",
        "It isn't anonymized.",
        "We cannot call it anonymised.",
        "Please use anonymised inputs.",
        "Inputs should be anonymised.",
        "Evaluated on an anonymised leaderboard.",
        "Reviewed by anonymous authors.",
        "未匿名化。",
        "数据并非匿名化。",
        "已去标识化。",
        "请先对输入进行匿名化。",
        "<!-- anonymised -->",
    ],
)
def test_nothing_claimed(tmp_path: Path, text: str) -> None:
    """A denial, advice, or another subject claims nothing."""
    assert anonymity(f"# Card\n\n{text}\n") == []
    assert anonymised(tmp_path, text, deidentification="mask").warnings == []


def test_anonymous_data(tmp_path: Path) -> None:
    """Generalised or no personal data may be called anonymous; where nobody says, nothing is measured."""
    text = "All data were anonymised."
    assert anonymised(tmp_path, text, deidentification="generalise").warnings == []
    assert anonymised(tmp_path, text, personal_data=False).state is State.PASS
    assert warned(anonymised(tmp_path, text, personal_data=True)) == ["not-anonymous"]
    assert anonymised(tmp_path, text).state is State.NOT_MEASURED
    assert anonymised(tmp_path, "A fine model.").state is State.PASS


@pytest.mark.parametrize("text", ["anonymised " * 9999, "---\ndatasets: " + "[" * 5000, "匿名" * 99999, "\0"])
def test_hostile_card(tmp_path: Path, text: str) -> None:
    """A card of nothing but traps ends in a verdict."""
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    for audit in (data_audit, anonymised_audit):
        policy = Policy(sources=(source(name="x" * 9999, generated_by="y" * 9999, deidentification="mask"),))
        assert judged(audit, tmp_path, policy).state is State.PASS
