"""What the release audits say of a base whose license is known: its name, the copy that it asks for."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits import test_release as audits
from finewarden.gate.judge import Judge, NotMeasured
from finewarden.licensing.licensed import look
from finewarden.policy import Policy
from finewarden.verdicts import Finding
from finewarden.waivers import Waivers
from tests.licensing import folders

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
PUBLIC = Policy(audience="public")


def found(name: str, release: Path, policy: Policy = PUBLIC) -> Finding:
    """The one finding of `release.name`."""
    function: Callable[..., None] = getattr(audits, f"test_{name}")
    judge = Judge(f"release.{name}", name, policy=policy, waivers=Waivers(salt="0" * 32))
    folder = Folder.open(release)
    given: dict[str, Any] = {"release": folder, "judge": judge, "policy": policy, "licensed": look(folder, policy)}
    error: NotMeasured | None = None
    try:
        function(**{key: given[key] for key in inspect.signature(function).parameters})
    except NotMeasured as raised:
        error = raised
    (finding,) = judge.conclude(error).findings
    return finding


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A bare adapter as PEFT and TRL leave it."""
    out = tmp_path / "out"
    out.mkdir()
    folders.write_adapter(out, folders.LLAMA_31_8B, LLAMA)
    (out / "README.md").write_text(f"---\nbase_model: {LLAMA}\nlicence: license\n---\n\n# Model Card for out\n")
    return out


def test_copy_of_the_agreement(release: Path) -> None:
    """Without a license file the clause that asks for it is cited, with where the text is; in house none is."""
    finding = found("license_file", release)
    assert finding.what == (
        "no file holds the license text; Llama 3.1 Community License Agreement (2024-07-23), 1.b.i(A) asks for a copy"
    )
    assert "(the Llama 3.1 Community License Agreement is at https://" in finding.mend
    assert "asks for a copy once you distribute it" in found("license_file", release, Policy()).what
    internal = found("license_file", release, Policy(audience="internal"))
    assert internal.what == "no file holds the license text"
    assert internal.fingerprint == finding.fingerprint


def test_copy_that_may_be_asked_for(release: Path) -> None:
    """Of an adapter of an Apache model a copy may be read to be asked for."""
    (release / "adapter_config.json").write_text('{"base_model_name_or_path": "Qwen/Qwen2.5-7B-Instruct"}')
    (release / "README.md").unlink()
    (release / "adapter_model.safetensors").unlink()
    assert found("license_file", release).what.endswith("4(a) may be read to ask for a copy")


def test_license_to_state(release: Path) -> None:
    """The mends name the license that the base is under, not a blank, nor what a template wrote."""
    assert " under llama3.1." in found("statement", release).mend
    assert found("generator_defaults", release).mend.startswith('state license = "llama3.1" in the policy, then run')
    stated = PUBLIC.model_copy(update={"license": "llama3.1"})
    assert found("generator_defaults", release, stated).mend.startswith("run `finewarden finalize")
    (release / "README.md").write_text(f"---\nbase_model: {LLAMA}\nlicense: apache-2.0\n---\n\n# Llama\n")
    assert " under llama3.1." in found("statement", release).mend
    (release / "README.md").write_text(f"---\nbase_model: {LLAMA}\n---\n\n# Llama\n")
    assert found("front_matter", release).mend == "add to its front matter: `license: llama3.1`"


def test_license_that_nobody_knows(release: Path) -> None:
    """Of a base that no record knows, or that the folder contradicts itself about, no license is made up."""
    (release / "README.md").write_text("---\nlicence: license\n---\n\n# Model Card for out\n")
    (release / "adapter_config.json").write_text('{"base_model_name_or_path": "acme/unheard-of"}')
    assert found("license_file", release).what == "no file holds the license text"
    assert 'license = "<id>"' in found("generator_defaults", release).mend
    assert " under <license>." in found("statement", release).mend
    (release / "README.md").write_text("---\nbase_model: Qwen/Qwen2.5-7B\nlicence: license\n---\n\n# x\n")
    (release / "adapter_config.json").write_text(f'{{"base_model_name_or_path": "{LLAMA}"}}')
    assert found("license_file", release).what == "no file holds the license text"
    assert " under <license>." in found("statement", release).mend
