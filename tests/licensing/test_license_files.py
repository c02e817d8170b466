"""Which files hold license, notice and policy, by the names that they have in the wild."""

from __future__ import annotations

import pytest

from finewarden.licensing.license_files import (
    find_license,
    is_beside,
    is_code_license,
    is_collected,
    license_files,
    notice_files,
    policy_files,
    third_party_files,
)


def test_model_license_comes_before_the_codes() -> None:
    """The license of the code beside the model's is looked at last, and never as the release's own."""
    names = ["LICENSE-CODE", "LICENSE-MODEL", "README.md"]

    assert license_files(names) == ["LICENSE-MODEL", "LICENSE-CODE"]
    assert find_license(names) == "LICENSE-MODEL"
    assert find_license(["LICENSE-CODE"]) is None
    assert find_license([*names, "COPYING", "license.txt", "LICENSE"]) == "LICENSE"
    assert [name for name in names if is_code_license(name)] == ["LICENSE-CODE"]


def test_license_of_the_release_lies_in_the_folder_itself() -> None:
    """A text one folder deep is looked at after those of the folder, and is never the release's own license."""
    names = ["LICENSES/Apache-2.0.txt", "legal/LICENSE", "LICENSE-CODE", "LICENSE-MODEL"]

    assert license_files(names) == ["LICENSE-MODEL", "LICENSE-CODE", "LICENSES/Apache-2.0.txt", "legal/LICENSE"]
    assert find_license(names) == "LICENSE-MODEL"
    assert find_license(names[:2]) is None


@pytest.mark.parametrize(
    "name",
    [
        "MODEL_LICENSE",
        "GEMMA_TERMS_OF_USE.md",
        "LICENCE",
        "COPYING",
        "LICENSE.md",
        "LICENSES.txt",
        "legal/LICENSE.txt",
        "licenses/llama3.1",
        "LICENSES/LicenseRef-llama3.1.txt",
        "license/LLAMA_LICENSE",
    ],
)
def test_license_names(name: str) -> None:
    """Each is a license text by its name."""
    assert license_files([name]) == [name]
    assert is_beside(name)


@pytest.mark.parametrize("name", ["NOTICE", "Notice", "notice.txt", "Notice.md", "legal/NOTICE", "licenses/NOTICE"])
def test_notice_names(name: str) -> None:
    """A "Notice" text file, however it is written."""
    assert notice_files([name]) == [name]
    assert is_beside(name)


@pytest.mark.parametrize(
    "name",
    ["USE_POLICY.md", "USAGE_POLICY.md", "LLAMA_USE_POLICY", "ACCEPTABLE_USE_POLICY.txt", "legal/USE_POLICY.md"],
)
def test_policy_names(name: str) -> None:
    """A use policy goes along with the license."""
    assert policy_files([name]) == [name]
    assert is_beside(name)


@pytest.mark.parametrize("name", ["THIRD_PARTY_LICENSES.txt", "THIRD_PARTY_NOTICES", "third-party-notices.md"])
def test_collections_of_others(name: str) -> None:
    """What others' licenses are collected in goes along, and is neither the release's license nor its Notice."""
    assert third_party_files([name, "LICENSE"]) == [name]
    assert license_files([name]) == notice_files([name]) == []
    assert is_beside(name)
    assert is_collected(name)
    assert is_collected("LICENSES/MIT.txt")
    assert not is_collected("LICENSE-ADDENDUM")


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "config.json",
        "notices.json",
        "model.safetensors",
        "licenses.py",
        "licenses/README.md",
        "licenses/check.py",
        "licenses/scan.json",
        "docs/LICENSE",
        "a/legal/LICENSE",
    ],
)
def test_other_names(name: str) -> None:
    """Nothing else is taken for one."""
    assert not is_beside(name)
