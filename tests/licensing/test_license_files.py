"""Which files hold license, notice and policy, by the names that they have in the wild."""

from __future__ import annotations

import pytest

from finewarden.licensing.license_files import (
    find_license,
    is_beside,
    is_code_license,
    license_files,
    notice_files,
    policy_files,
)


def test_model_license_comes_before_the_codes() -> None:
    """The license of the code beside the model's is looked at last, and never as the release's own."""
    names = ["LICENSE-CODE", "LICENSE-MODEL", "README.md"]

    assert license_files(names) == ["LICENSE-MODEL", "LICENSE-CODE"]
    assert find_license(names) == "LICENSE-MODEL"
    assert find_license(["LICENSE-CODE"]) is None
    assert find_license([*names, "COPYING", "license.txt", "LICENSE"]) == "LICENSE"
    assert [name for name in names if is_code_license(name)] == ["LICENSE-CODE"]


@pytest.mark.parametrize("name", ["MODEL_LICENSE", "GEMMA_TERMS_OF_USE.md", "LICENCE", "COPYING", "LICENSE.md"])
def test_license_names(name: str) -> None:
    """Each is a license text by its name."""
    assert license_files([name]) == [name]
    assert is_beside(name)


@pytest.mark.parametrize("name", ["NOTICE", "Notice", "notice.txt", "Notice.md"])
def test_notice_names(name: str) -> None:
    """A "Notice" text file, however it is written."""
    assert notice_files([name]) == [name]
    assert is_beside(name)


@pytest.mark.parametrize("name", ["USE_POLICY.md", "USAGE_POLICY.md", "LLAMA_USE_POLICY", "ACCEPTABLE_USE_POLICY.txt"])
def test_policy_names(name: str) -> None:
    """A use policy goes along with the license."""
    assert policy_files([name]) == [name]
    assert is_beside(name)


@pytest.mark.parametrize("name", ["README.md", "config.json", "notices.json", "model.safetensors", "licenses.py"])
def test_other_names(name: str) -> None:
    """Nothing else is taken for one."""
    assert not is_beside(name)
