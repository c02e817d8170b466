"""The release audits on what real trainings leave: each rule fails on its own fault and passes on the mended folder."""

from __future__ import annotations

import inspect
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits import test_release as audits
from finewarden.evidence.model_card import MODEL_CARD
from finewarden.gate.judge import Judge, NotMeasured
from finewarden.licensing.licensed import look
from finewarden.policy import Policy, Source
from finewarden.release.finalize import finalize
from finewarden.verdicts import Result, State
from finewarden.waivers import Waivers
from tests.callbacks.runs import Runs

pytestmark = [
    pytest.mark.training,
    # TRL 1.16 still speaks of gradient_checkpointing, which transformers 5.23 calls activation_checkpointing.
    pytest.mark.filterwarnings(r"ignore:`(is_)?gradient_checkpointing:FutureWarning"),
]

POLICY = Policy(
    base_model="acme/base-1b",
    release_name="acme/support",
    license="llama3.1",
    form="adapter",
    sources=(Source(name="support-2025", authorisation="contract"),),
)
LICENSE = "Example license of the base model. " * 20
NAMES = (
    "license_file",
    "statement",
    "model_card",
    "front_matter",
    "generator_defaults",
    "identity",
    "record",
    "card_matches_files",
)


@pytest.fixture(scope="module")
def base(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base model with its license."""
    folder: Path = tiny.save_base_model(tmp_path_factory.mktemp("home") / "alice" / "base")
    (folder / "LICENSE").write_text(LICENSE)
    return folder


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two ordinary TRL runs, as they are (`lora`, `full`) and one under guard and finalized (`release`)."""
    home = tmp_path_factory.mktemp("runs")
    for name, lora in (("lora", True), ("full", False)):
        runs = Runs(base=base, out=home / name)
        runs.train("sft", lora=lora, model=str(base), save_strategy="steps", max_steps=2).save_model()
    from finewarden.callbacks.attach import attach

    trainer = attach(
        Runs(base=base, out=home / "release").trainer("sft", lora=True, model=str(base), max_steps=2), POLICY
    )
    trainer.train()
    trainer.save_model()
    trainer.create_model_card(model_name="release")
    assert finalize(home / "release", POLICY).complete
    return {name: home / name for name in ("lora", "full", "release")}


@pytest.fixture
def bare(trained: dict[str, Path], tmp_path: Path) -> Path:
    """What `SFTTrainer` with LoRA leaves, for this test alone."""
    return Path(shutil.copytree(trained["lora"], tmp_path / "lora"))


@pytest.fixture
def release(trained: dict[str, Path], tmp_path: Path) -> Path:
    """The mended folder with its evidence beside it, for this test alone."""
    evidence = trained["release"].with_name("release.evidence")
    shutil.copytree(evidence, tmp_path / evidence.name)
    return Path(shutil.copytree(trained["release"], tmp_path / "release"))


def judged(name: str, folder: Path, policy: Policy | None = None, *, level: int = 1, hashing: bool = True) -> Result:
    """The verdict of one audit, as the gate reaches it."""
    settled = policy or Policy()
    function: Callable[..., None] = getattr(audits, f"test_{name}")
    judge = Judge(f"release.{name}", name, policy=settled, waivers=Waivers.empty(), level=level, hashing=hashing)
    given: dict[str, Any] = {
        "release": Folder.open(folder),
        "judge": judge,
        "policy": settled,
        "licensed": look(Folder.open(folder), settled),
        "evidence_dir": folder.with_name(folder.name + ".evidence"),
    }
    try:
        function(**{key: given[key] for key in inspect.signature(function).parameters})
    except NotMeasured as error:
        return judge.conclude(error)
    return judge.conclude()


def rules(result: Result) -> list[str]:
    """The rules that fail."""
    return [found.rule for found in result.findings]


def replace(path: Path, old: str, new: str) -> None:
    """Change *path*, which must hold *old*."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("policy", [None, POLICY])
def test_mended_folder_passes(release: Path, name: str, policy: Policy | None) -> None:
    """A run under guard, finalized, passes every release audit, with its policy and without."""
    result = judged(name, release, policy, level=3 if policy else 1)
    assert (result.state, result.findings, result.warnings) == (State.PASS, [], [])


@pytest.mark.parametrize("kind", ["lora", "full"])
def test_bare_folder(trained: dict[str, Path], kind: str) -> None:
    """What TRL leaves gets one finding for each of the three files, one for the metadata, one for TRL's template."""
    found = {name: rules(judged(name, trained[kind])) for name in NAMES}
    assert found == {
        "license_file": ["missing"],
        "statement": ["missing"],
        "model_card": ["missing"],
        "front_matter": ["local-path"] if kind == "lora" else [],
        "generator_defaults": ["trl"],
        "identity": [],
        "record": [],
        "card_matches_files": [],
    }
    states = {name: judged(name, trained[kind]).state for name in ("front_matter", "identity", "record")}
    assert State.PASS not in states.values()


def test_findings_print_no_path(bare: Path) -> None:
    """No finding shows the path that it is about."""
    for name in NAMES:
        result = judged(name, bare)
        assert "alice" not in " ".join(found.what + found.mend + found.where for found in result.findings)


@pytest.mark.parametrize(
    ("content", "rule"), [(None, "missing"), (b"", "no-text"), (b"MIT", "no-text"), (b"\xff\xfe" * 200, "unreadable")]
)
def test_license_file(release: Path, content: bytes | None, rule: str) -> None:
    """No LICENSE, an empty one, a mere name and bytes that are no text fail."""
    (release / "LICENSE").unlink()
    if content is not None:
        (release / "LICENSE").write_bytes(content)
    assert rules(judged("license_file", release)) == [rule]


def test_license_file_by_other_names(release: Path) -> None:
    """LICENSE.txt, LICENCE and COPYING are license files too."""
    for name in ("LICENSE.txt", "LICENCE", "COPYING", "license.md"):
        moved = (release / "LICENSE").rename(release / name)
        assert judged("license_file", release).state is State.PASS
        moved.rename(release / "LICENSE")


def test_statement_missing(release: Path) -> None:
    """Without the sentence the audit fails and prints the very line to add."""
    replace(release / "README.md", "This model is based on", "We like")
    (found,) = judged("statement", release).findings
    assert "This model is based on [acme/base-1b](https://huggingface.co/acme/base-1b) under llama3.1." in found.mend
    (release / "README.md").unlink()
    assert rules(judged("statement", release)) == ["missing"]


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("This model is based on Qwen/Qwen2-7B under llama3.1.", "other-base"),
        ("This model is based on acme/base-1b under Apache 2.0.", "other-license"),
    ],
)
def test_statement_false(release: Path, sentence: str, rule: str) -> None:
    """A sentence that names another base or license than the rest of the folder fails, with its line."""
    text = (release / "README.md").read_text()
    start = text.index("This model is based on")
    (release / "README.md").write_text(text[:start] + sentence + text[text.index("\n", start) :])
    result = judged("statement", release)
    assert rules(result) == [rule]
    assert result.findings[0].where == f"README.md:{text.count(chr(10), 0, start) + 1}"


def test_statement_in_other_words(release: Path) -> None:
    """A license's full name and a repack's id say the same thing."""
    replace(
        release / "README.md",
        "[acme/base-1b](https://huggingface.co/acme/base-1b) under llama3.1",
        "unsloth/base-1b-bnb-4bit under the Llama 3.1 Community License",
    )
    assert judged("statement", release, POLICY).state is State.PASS


def test_model_card(release: Path) -> None:
    """A source of the policy that is not in the table, or stands there without its authorisation, fails."""
    more = POLICY.model_copy(update={"sources": (*POLICY.sources, Source(name="forum", authorisation="consent"))})
    assert rules(judged("model_card", release, more)) == ["sources"]
    replace(release / "model_card.md", "| contract |", "| |")
    assert rules(judged("model_card", release, POLICY)) == ["sources"]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("# Data\n\nTraining data: our own support chats, used under contract 113.\n", State.PASS),
        ("# 数据\n\n训练数据来源：客服对话，授权：合同 2025-113。\n", State.PASS),
        ("# Model card\n\nA fine model.\n", State.FAIL),
        ("", State.FAIL),
    ],
)
def test_model_card_of_a_person(release: Path, text: str, state: State) -> None:
    """Without a policy a person's own words count, in English and Chinese, if they speak of data and of rights."""
    (release / "model_card.md").write_text(text, encoding="utf-8")
    assert judged("model_card", release).state is state


@pytest.mark.parametrize(
    ("old", "new", "rule", "says"),
    [
        ("license: llama3.1\n", "license: llama3.1\nlicense: mit\n", "unreadable", "second time"),
        ("license: llama3.1\n", "license: &a llama3.1\nx: *a\n", "unreadable", "alias"),
        ("license: llama3.1\n", "license: [\n", "unreadable", "not YAML"),
        ("license: llama3.1\n", "licence: llama3.1\n", "misspelt", "licence"),
        ("license: llama3.1\n", "", "missing-license", "no license"),
        ("license: llama3.1\n", "license: unknown\n", "missing-license", "no license"),
        ("license: llama3.1\n", "license: other\n", "other-license", "license_name"),
        ("license: llama3.1\n", "license: [llama3.1]\n", "type", "license is list"),
        ("license: llama3.1\n", "license: llama3.1\nlanguage: 3\n", "type", "language is int"),
        ("license: llama3.1\n", "license: llama3.1\nmodel-index: x\n", "type", "model-index is str"),
        ("base_model: acme/base-1b\n", "base_model: /home/alice/base\n", "local-path", "base_model"),
        ("base_model: acme/base-1b\n", "base_model: ./base\n", "local-path", "base_model"),
        ("license: llama3.1\n", "license: llama3.1\ndatasets: /home/alice/data\n", "local-path", "datasets"),
        ("tags:\n", "tags:\n- base_model:adapter:/home/alice/b\n", "local-path", "tags"),
        ("base_model: acme/base-1b\n", "base_model: None\n", "no-id", "no Hub id"),
        ("base_model: acme/base-1b\n", "base_model: https://huggingface.co/a/b\n", "no-id", "no Hub id"),
    ],
)
def test_front_matter(release: Path, old: str, new: str, rule: str, says: str) -> None:
    """Each fault of the metadata fails with its own rule, and none shows a path."""
    replace(release / "README.md", old, new)
    result = judged("front_matter", release)
    assert rules(result) == [rule]
    assert says in result.findings[0].what
    assert "alice" not in result.findings[0].what


def test_front_matter_gone(release: Path) -> None:
    """A README without front matter names no license; no README at all is for the statement to tell."""
    text = (release / "README.md").read_text()
    (release / "README.md").write_text(text[text.index("\n---\n") + 5 :])
    assert rules(judged("front_matter", release)) == ["missing-license"]
    (release / "README.md").unlink()
    assert judged("front_matter", release).state is State.NOT_MEASURED


def test_license_the_hub_does_not_list(release: Path) -> None:
    """An identifier the Hub does not list is a warning with the near one: the list grows without us."""
    replace(release / "README.md", "license: llama3.1\n", "license: Llama-3.1\n")
    result = judged("front_matter", release)
    assert (result.state, [found.rule for found in result.warnings]) == (State.PASS, ["unknown-license"])
    assert "license: llama3.1" in result.warnings[0].mend


def test_other_license_with_name_and_text(release: Path) -> None:
    """`other` with a name and the license file beside it says what it needs to."""
    replace(release / "README.md", "license: llama3.1\n", "license: other\nlicense_name: acme-1\n")
    assert judged("front_matter", release).state is State.PASS


def test_trl_default(release: Path) -> None:
    """TRL's `licence: license` fails with the tool named, in one finding; the metadata then has no license to judge."""
    replace(release / "README.md", "license: llama3.1\n", "licence: license\n")
    result = judged("generator_defaults", release)
    assert rules(result) == ["trl"]
    assert judged("front_matter", release).state is State.NOT_MEASURED


def test_peft_default(bare: Path) -> None:
    """PEFT's empty template, as it lies in every checkpoint, is a warning: it states nothing false."""
    shutil.copy(bare / "checkpoint-2" / "README.md", bare / "README.md")
    result = judged("generator_defaults", bare)
    assert result.state is State.PASS
    assert [found.rule for found in result.warnings] == ["peft"]


def test_unsloth_default(release: Path) -> None:
    """Unsloth's apache-2.0 fails unless the policy states that license."""
    from tests.release.test_generators import UNSLOTH

    (release / "README.md").write_text(UNSLOTH)
    assert rules(judged("generator_defaults", release)) == ["unsloth"]
    apache = POLICY.model_copy(update={"license": "apache-2.0"})
    assert judged("generator_defaults", release, apache).state is State.PASS


def test_identity(release: Path) -> None:
    """README, adapter and policy that name different bases fail at level 1; a repack's name is the same base."""
    replace(release / "README.md", "base_model: acme/base-1b\n", "base_model: Qwen/Qwen2-7B\n")
    result = judged("identity", release)
    assert rules(result) == ["other-base"]
    assert "acme/base-1b" in result.findings[0].what
    replace(release / "README.md", "base_model: Qwen/Qwen2-7B\n", "base_model: unsloth/base-1b-bnb-4bit\n")
    assert judged("identity", release).state is State.PASS
    other = POLICY.model_copy(update={"base_model": "meta-llama/Llama-3.1-8B"})
    assert rules(judged("identity", release, other)) == ["other-base"]


def test_identity_of_full_weights(trained: dict[str, Path], tmp_path: Path) -> None:
    """config.json's name, where a folder still has one, counts as a claim too."""
    folder = Path(shutil.copytree(trained["full"], tmp_path / "full"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"_name_or_path": "Qwen/Qwen2-7B"}))
    replace(folder / "README.md", "library_name:", "base_model: meta-llama/Llama-3.1-8B\nlibrary_name:")
    assert rules(judged("identity", folder)) == ["other-base"]


def test_record(release: Path) -> None:
    """A record that is cut short, has an unknown field, or a key twice fails; none at all fails where evidence is."""
    whole = (release / MODEL_CARD).read_text()
    for broken in (
        whole[:100],
        whole.replace('"version": 1', '"version": 9'),
        whole.replace('"license":', '"licence": "x", "license":'),
        whole.replace('"license":', '"license": "x", "license":'),
        whole.replace('"acme/support"', '"/home/alice/out"'),
    ):
        assert broken != whole
        (release / MODEL_CARD).write_text(broken)
        result = judged("record", release)
        assert result.state is State.FAIL
        assert "alice" not in result.findings[0].what
        assert judged("card_matches_files", release).state is State.NOT_MEASURED
    (release / MODEL_CARD).unlink()
    assert judged("record", release).state is State.NOT_MEASURED
    assert rules(judged("record", release, POLICY, level=3)) == ["missing"]


def test_files_changed(release: Path) -> None:
    """One changed byte, a file that is gone and one that came later each fail by name."""
    weights = release / "adapter_model.safetensors"
    data = weights.read_bytes()
    weights.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert rules(judged("card_matches_files", release)) == ["changed"]
    weights.unlink()
    assert rules(judged("card_matches_files", release)) == ["absent"]
    weights.write_bytes(data)
    (release / "extra.safetensors").write_bytes(b"x")
    result = judged("card_matches_files", release)
    assert (rules(result), result.findings[0].where) == (["unrecorded"], "extra.safetensors")


def test_hashing_turned_off(release: Path) -> None:
    """Without hashing sizes still fail, and a folder that looks right is not measured, never passed."""
    assert judged("card_matches_files", release, hashing=False).state is State.NOT_MEASURED
    (release / "LICENSE").write_text("x")
    assert rules(judged("card_matches_files", release, hashing=False)) == ["changed"]


def test_not_hashed_yet(release: Path) -> None:
    """A record without hashes, as a callback alone leaves it before the model is saved, is not measured."""
    card = json.loads((release / MODEL_CARD).read_text()) | {"files": None}
    (release / MODEL_CARD).write_text(json.dumps(card))
    result = judged("card_matches_files", release)
    assert result.state is State.NOT_MEASURED
    assert "finewarden finalize" in result.reason


def test_evidence_changed(release: Path) -> None:
    """Evidence that grew is the same evidence; evidence that was rewritten fails."""
    log = release.with_name("release.evidence") / "run.jsonl"
    log.write_bytes(log.read_bytes() + b"{}\n")
    assert judged("card_matches_files", release).state is State.PASS
    log.write_bytes(b"x" + log.read_bytes()[1:])
    assert rules(judged("card_matches_files", release)) == ["evidence"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"license": "apache-2.0"}, "license"),
        ({"release_name": "acme/other"}, "release_name"),
        ({"form": "weights"}, "form"),
        ({"sources": ()}, None),
        ({"sources": (Source(name="forum", authorisation="terms"),)}, "sources"),
    ],
)
def test_policy_says_otherwise(release: Path, change: dict[str, Any], rule: str | None) -> None:
    """What record and policy say differently fails, once for each thing."""
    found = set(rules(judged("card_matches_files", release, POLICY.model_copy(update=change))))
    assert found == ({rule} if rule else set())


def test_readme_says_otherwise(release: Path) -> None:
    """A README whose license is not that of the record fails without a policy too."""
    replace(release / "README.md", "license: llama3.1\n", "license: mit\n")
    assert rules(judged("card_matches_files", release)) == ["license"]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_readme(release: Path, name: str) -> None:
    """A README of nothing but traps ends in a verdict, never in an error."""
    for text in (
        "---\n" + "a: [" * 5000,
        "---\na: &a [*a]\n---\n",
        "---\n",
        "\0",
        "---\n? !!set {a}\n---\n",
        "<!--" * 9999,
    ):
        (release / "README.md").write_text(text)
        assert judged(name, release, POLICY).state in (State.PASS, State.FAIL, State.NOT_MEASURED)


def test_through_pytest(pytester: pytest.Pytester, trained: dict[str, Path]) -> None:
    """The user's own command fails on the bare run and passes on the mended one."""
    shutil.copytree(trained["lora"], pytester.path / "bare")
    shutil.copytree(trained["release"], pytester.path / "out")
    shutil.copytree(trained["release"].with_name("release.evidence"), pytester.path / "out.evidence")
    options = ("-q", "-p", "no:cacheprovider", "-k", "test_release")
    bare = pytester.runpytest_subprocess("--model-dir=bare", *options)
    assert bare.ret == pytest.ExitCode.TESTS_FAILED
    bare.stdout.fnmatch_lines(["*release.license_file*FAIL*", "*release.statement*FAIL*", "*release.model_card*FAIL*"])
    mended = pytester.runpytest_subprocess("--model-dir=out", *options)
    assert mended.ret == pytest.ExitCode.OK
    mended.stdout.fnmatch_lines(["*release.card_matches_files*pass*"])


def test_findings_print_no_control_characters(release: Path) -> None:
    """Names and licenses that a folder gives itself reach the report with their escapes spelt out."""
    trap = "x\u001b[2J\u202e\n"
    card = json.loads((release / MODEL_CARD).read_text())
    card["files"][trap] = card["files"]["LICENSE"]
    card["license"] = f"mit{trap}"
    card[trap] = 1
    for kept in (True, False):
        if kept:
            card.pop(trap)
        else:
            card[trap] = 1
        (release / MODEL_CARD).write_text(json.dumps(card))
        for name in NAMES:
            result = judged(name, release, POLICY)
            said = "".join(found.where + found.what + found.mend for found in result.findings)
            assert not {"\u001b", "\u202e", "\n"} & set(said), name
