"""What a base model's license obliges to is written by `finalize`, and then every license audit passes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from finewarden.evidence.model_card import parse
from finewarden.front_matter import parse as parse_front
from finewarden.front_matter import split
from finewarden.licensing.library import record
from finewarden.policy import OwnLicense, load
from finewarden.release.finalize import FinalizeError, FinalizeReport, finalize
from finewarden.release.publish import publish
from finewarden.verdicts import State
from tests.audits.license_clean import APACHE, DEEPSEEK, GEMMA, LLAMA3, LLAMA31, MERGE, QWEN, TONGYI
from tests.audits.license_family import breaches, judged
from tests.audits.license_parts import Parts, Text, build
from tests.licensing.stand_ins import own_texts, text_of

from .folders import interrupted, snapshot
from .test_generators import TRL, UNSLOTH

SOURCES = ({"name": "support-2025", "authorisation": "own"},)
FAMILIES = {
    "llama3": LLAMA3,
    "llama3.1": LLAMA31,
    "qwen2-72b": TONGYI,
    "qwen2.5-72b": QWEN,
    "gemma2": GEMMA,
    "deepseek-v2": DEEPSEEK,
    "merge": MERGE,
}


class Bare:
    """A fine-tune of the bases of *parts* as training leaves it, and the folder of a base with its license files."""

    def __init__(self, parts: Parts, at: Path, **policy: object) -> None:
        self.out, self.base = at / "out", at / "base"
        name = {"release_name": f"acme/{parts.title}"} if parts.title.isascii() else {}
        settings = {**parts.policy, "sources": SOURCES, **name, **policy}
        build(parts.but(front={}, lines=(), files={}, policy=settings), self.out)
        for file in self.out.glob("model*.safetensors"):
            file.unlink()  # gigabytes of holes, which would be hashed; the configuration tells as much
        self.base.mkdir()
        texts = {name: text for name, text in parts.files.items() if isinstance(text, Text)}
        for file_name, text in texts.items():
            (self.base / file_name).write_text(text_of(text.id), encoding="utf-8")
        file = at / "finewarden.toml"
        file.write_text(file.read_text() + own_texts(at, *sorted(text.id for text in texts.values())))
        self.policy = load(file)

    def finalize(self, **options: object) -> FinalizeReport:
        return finalize(self.out, self.policy, **({"base_model_dir": self.base} | options))  # type: ignore[arg-type]

    @property
    def readme(self) -> str:
        return (self.out / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def bare(tmp_path: Path) -> Callable[..., Bare]:
    return lambda parts, **policy: Bare(parts, tmp_path, **policy)


@pytest.mark.parametrize("form", ["weights", "adapter"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_license_audit_passes(bare: Callable[..., Bare], family: str, form: str) -> None:
    """A bare fine-tune breaches its base's license; finalized, no audit of the family finds or warns of anything.

    A second call writes nothing, and shows nothing.
    """
    if family == "merge" and form == "adapter":
        form = "weights"  # an adapter has one base
    release = bare(FAMILIES[family].but(form=form))
    assert breaches(judged(release.out, release.policy))
    report = release.finalize()
    assert report.complete, report.text()
    results = judged(release.out, release.policy)
    assert breaches(results) == []
    assert {result.state for result in results.values()} == {State.PASS}
    before = snapshot(release.out)
    again = release.finalize()
    assert (again.written, again.diff, again.complete) == ((), "", True)
    assert snapshot(release.out) == before


@pytest.mark.parametrize("readme", [UNSLOTH, TRL])
def test_over_what_a_tool_wrote(bare: Callable[..., Bare], readme: str) -> None:
    """Unsloth's apache-2.0 gives way to the base's own license although nobody stated one, and TRL's name to ours."""
    release = bare(LLAMA31.but(form="adapter"))
    (release.out / "README.md").write_text(readme.replace("meta-llama/Llama-3.1-8B", LLAMA31.bases[0]))
    assert release.finalize().complete
    assert parse_front(split(release.readme)[0] or "")["license"] == "llama3.1"
    assert "apache-2.0" not in release.readme
    assert "# Model Card for out" not in release.readme
    assert parse((release.out / "model_card.json").read_text()).license == "llama3.1"
    assert breaches(judged(release.out, release.policy)) == []


def test_a_persons_text_stays(bare: Callable[..., Bare]) -> None:
    """What a person wrote in README.md and NOTICE stands as it was, above and below what is added."""
    release = bare(GEMMA)
    (release.out / "README.md").write_text("# Support 9B\n\n我们自己写的说明，关于这个客服模型的训练方法与用途。\n")
    (release.out / "NOTICE").write_text("Copyright 2026 Acme\n")
    release.finalize()
    assert release.readme.startswith("---\n")
    assert "我们自己写的说明，关于这个客服模型的训练方法与用途。" in release.readme
    assert "**使用限制。**" in release.readme
    assert (release.out / "NOTICE").read_text().startswith("Copyright 2026 Acme\n\n-- finewarden: begin --\nGemma is")


def test_text_is_never_made_up(bare: Callable[..., Bare]) -> None:
    """Without the base's folder LICENSE is missing, and the report says which text it is and where that can be had."""
    release = bare(LLAMA3)
    report = release.finalize(base_model_dir=None)
    assert not report.complete
    assert not (release.out / "LICENSE").exists()
    (missing,) = report.missing
    assert "Meta Llama 3 Community License Agreement (2024-04-18)" in missing.what
    assert "https://github.com/meta-llama/llama3/blob/" in missing.mend


def test_text_of_the_base_is_another(bare: Callable[..., Bare]) -> None:
    """A base folder that holds another text than its license's record is named, and the text is copied as it is."""
    release = bare(LLAMA31)
    (release.base / "LICENSE").write_text("Do what you like with this model. " * 30)
    report = release.finalize()
    assert [missing.what for missing in report.missing] == [
        "the text of the Llama 3.1 Community License Agreement (2024-07-23): "
        "it is not among LICENSE (no license that is known here)"
    ]


def test_second_license_of_one_base(bare: Callable[..., Bare], tmp_path: Path) -> None:
    """A distill that gives only its own MIT text along: the other one that it owes is named once, with the name to put
    it under and where it is; the rest is written, and with it the folder is complete."""
    distill = LLAMA31.but(bases=("deepseek-ai/DeepSeek-R1-Distill-Llama-8B",), files={"LICENSE": Text("mit")})
    release = bare(distill, license="llama3.1")
    report = release.finalize()
    (missing,) = report.missing
    assert missing.what.startswith("the text of the Llama 3.1 Community License Agreement (2024-07-23)")
    assert missing.mend.startswith("put it beside, as LICENSE-llama3.1: it is at https://")
    assert "**Built with Llama**" in release.readme
    assert {"LICENSE", "NOTICE", "model_card.md"} <= {path.name for path in release.out.iterdir()}
    (release.out / "LICENSE-llama3.1").write_text(text_of("llama3.1"))
    settings = (tmp_path / "finewarden.toml").read_text()
    (tmp_path / "finewarden.toml").write_text(settings + own_texts(tmp_path, "llama3.1"))
    release.policy = load(tmp_path / "finewarden.toml")
    assert release.finalize().complete


def test_line_ends_of_a_person(bare: Callable[..., Bare]) -> None:
    """README.md and NOTICE of an editor on Windows keep their line ends, and README.md its byte order mark."""
    release = bare(LLAMA31, base_model=LLAMA31.bases[0])
    readme, notice = "---\r\ntags:\r\n- chat\r\n---\r\n\r\n# Llama x\r\n\r\nOurs.\r\n", "Copyright 2026 Acme\r\n"
    (release.out / "README.md").write_bytes(b"\xef\xbb\xbf" + readme.encode())
    (release.out / "NOTICE").write_bytes(notice.encode())
    assert release.finalize().complete
    made = (release.out / "README.md").read_bytes()
    assert made.startswith(b"\xef\xbb\xbf---\r\ntags:\r\n- chat\r\nlicense: llama3.1\r\n")
    assert made.endswith(b"Ours.\r\n")
    noted = (release.out / "NOTICE").read_bytes()
    assert noted.startswith(notice.encode() + b"\r\n-- finewarden: begin --\r\n")
    for content in (made, noted):
        assert content.count(b"\n") == content.count(b"\r\n")
    assert breaches(judged(release.out, release.policy)) == []
    assert release.finalize().written == ()


def test_name_that_comes_later(bare: Callable[..., Bare]) -> None:
    """A README that has nothing but the title that the folder's name gave it takes the release's name for title."""
    release = bare(LLAMA31, audience="internal")
    (release.out / "README.md").unlink()
    release.policy = release.policy.model_copy(update={"release_name": None, "base_model": LLAMA31.bases[0]})
    release.finalize()
    assert "\n# out\n" in release.readme
    release.policy = release.policy.model_copy(update={"release_name": "acme/Llama-3.1-Support"})
    release.finalize()
    assert "\n# acme/Llama-3.1-Support\n" in release.readme
    assert "# out" not in release.readme
    (release.out / "README.md").write_text("# out\n\nWritten by us.\n")
    release.finalize()
    assert release.readme.partition("<!-- finewarden:begin -->")[0].endswith("# out\n\n")
    assert release.readme.endswith("Written by us.\n")


def test_model_license_under_another_name(bare: Callable[..., Bare]) -> None:
    """A base with LICENSE-MODEL and LICENSE-CODE gives both along, and the card leads to its model's license."""
    release = bare(DEEPSEEK)
    release.finalize()
    assert not (release.out / "LICENSE").exists()
    assert "license_link: LICENSE-MODEL" in release.readme
    assert "* License of the code: [LICENSE-CODE](LICENSE-CODE)" in release.readme


def test_policy_against_the_base(bare: Callable[..., Bare]) -> None:
    """A policy that states another license than the base's is named; it gets into neither card nor record."""
    release = bare(LLAMA31, license="mit")
    (release.out / "README.md").write_text(f"---\nlicense: gemma\nbase_model: {LLAMA31.bases[0]}\n---\n# Llama x\n")
    report = release.finalize()
    assert [missing.mend for missing in report.missing] == [
        'set license = "llama3.1" in the policy; README.md is left as it is until then'
    ]
    assert parse_front(split(release.readme)[0] or "")["license"] == "gemma"
    assert parse((release.out / "model_card.json").read_text()).license is None


def test_permissive_base_states_nothing(bare: Callable[..., Bare]) -> None:
    """Whoever builds on Apache-2.0 chooses the license: none is stated, changes are, and no mark or term is."""
    release = bare(APACHE)
    report = release.finalize()
    assert [missing.what for missing in report.missing] == ["the license"]
    assert "license" not in parse_front(split(release.readme)[0] or "")
    assert "**Changes.**" in release.readme
    assert "Use restrictions" not in release.readme
    assert not (release.out / "NOTICE").exists()


def test_internal_use_is_told_the_same(bare: Callable[..., Bare]) -> None:
    """What is for internal use says the same, so that it can be given away one day; its name is nobody's business."""
    release = bare(LLAMA31, audience="internal", release_name="support")
    assert release.finalize().complete
    assert "**Built with Llama**" in release.readme
    assert (release.out / "NOTICE").exists()


def test_dry_run_writes_nothing(bare: Callable[..., Bare]) -> None:
    """A dry run shows what a call would write, move and miss, and changes nothing, beside the folder neither."""
    release = bare(LLAMA31)
    (release.out / "training_args.bin").write_bytes(b"PK")
    before = snapshot(release.out.parent)
    shown: list[str] = []
    dry = release.finalize(dry_run=True, show=shown.append)
    assert snapshot(release.out.parent) == before
    assert not (release.out.parent / "out.evidence").exists()
    assert "would write NOTICE" in dry.text()
    assert "would move  training_args.bin" in dry.text()
    assert shown == [dry.diff]
    real = release.finalize(show=shown.append)
    assert (real.written, real.diff, real.missing) == (dry.written, dry.diff, dry.missing)
    assert shown == [dry.diff, dry.diff]


def test_shown_before_it_is_written(bare: Callable[..., Bare]) -> None:
    """The diff is shown while nothing is written yet; whoever stops there finds everything as it was."""
    release = bare(GEMMA)
    before = snapshot(release.out)

    def stop(diff: str) -> None:
        assert "+**Use restrictions.**" in diff
        assert "LICENSE: new file, " in diff
        assert "model_card.json" not in diff.replace("[model_card.json](model_card.json)", "")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        release.finalize(show=stop)
    assert snapshot(release.out) == before
    assert release.finalize().complete


def test_stopped_at_any_write(bare: Callable[..., Bare], monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files were written before an interruption: the record is not, and a second call completes it."""
    release = bare(GEMMA)
    kept = release.out.with_name("kept")
    shutil.copytree(release.out, kept)
    release.finalize()
    whole = {path.name: path.read_bytes() for path in release.out.iterdir()}
    for stop_at in range(5):
        shutil.rmtree(release.out)
        shutil.copytree(kept, release.out)
        with interrupted(monkeypatch, after=stop_at):
            release.finalize()
        assert not (release.out / "model_card.json").exists()
        release.finalize()
        assert {path.name: path.read_bytes() for path in release.out.iterdir()} == whole


def test_training_never_ends_because_of_a_license(bare: Callable[..., Bare], monkeypatch: pytest.MonkeyPatch) -> None:
    """In passing, a failure of the licensing is named, and the cards are written without it."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    release = bare(LLAMA31, license="llama3.1", base_model=LLAMA31.bases[0])
    monkeypatch.setattr("finewarden.release.license_duties.look", broken)
    outcome = publish(release.out, release.policy, None)
    assert outcome.written == ["model_card.md", "README.md", "model_card.json"]
    assert any("RuntimeError: boom" in missing.what for missing in outcome.missing)
    assert "Built with Llama" not in release.readme


def test_in_passing(bare: Callable[..., Bare]) -> None:
    """A checkpoint that training saves says the same in README.md; its files are `finalize`'s to complete."""
    release = bare(GEMMA)
    outcome = publish(release.out, release.policy, None)
    assert outcome.written == ["model_card.md", "README.md", "model_card.json"]
    assert outcome.missing == []
    assert "**Use restrictions.**" in release.readme
    assert not (release.out / "NOTICE").exists()


def test_text_file_that_is_not_there(bare: Callable[..., Bare]) -> None:
    """A policy whose own license text can't be read ends in one sentence, before anything is written."""
    release = bare(LLAMA31)
    own = OwnLicense.model_validate({**record("llama3.1").model_dump(), "text_file": "gone.txt"})
    release.policy = release.policy.model_copy(update={"licenses": (own,)})
    before = snapshot(release.out)
    with pytest.raises(FinalizeError, match=r"text_file 'gone\.txt' can't be read"):
        release.finalize()
    assert snapshot(release.out) == before


def test_notice_that_is_a_link(bare: Callable[..., Bare]) -> None:
    """A NOTICE that is a link is named and not written through; the rest is written all the same."""
    release = bare(LLAMA31)
    outside = release.out.parent / "outside.txt"
    outside.write_text("mine")
    (release.out / "NOTICE").symlink_to(outside)
    report = release.finalize()
    assert any("NOTICE is a link" in missing.what for missing in report.missing)
    assert outside.read_text() == "mine"
    assert "**Built with Llama**" in release.readme


def test_nothing_known_nothing_said(tmp_path: Path) -> None:
    """A base that no record knows leaves README.md, LICENSE and NOTICE as they ever were."""
    from .folders import LICENSE, POLICY, model_folder

    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    finalize(out, POLICY.model_copy(update={"license": "ACME Model License"}))
    assert not (out / "NOTICE").exists()
    section = split((out / "README.md").read_text())[1].split("<!-- finewarden:begin -->\n")[1]
    assert section == (
        "This model is based on [acme/base-1b](https://huggingface.co/acme/base-1b) under ACME Model License.\n\n"
        "* License text: [LICENSE](LICENSE)\n"
        "* Training data and what allows its use: [model_card.md](model_card.md)\n"
        "* Record of this release: [model_card.json](model_card.json)\n<!-- finewarden:end -->\n"
    )
