"""Which texts of a folder are compared, what may lie beside them, and what of a text may differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.verdicts import State
from tests.audits.license_clean import APACHE, DEEPSEEK, GEMMA, LLAMA3, LLAMA31, QWEN
from tests.audits.license_family import breaches, judged
from tests.audits.license_parts import Parts, Text, build
from tests.licensing import folders
from tests.licensing.stand_ins import text_of

ADDENDUM = "Acme adds: support is given by mail, on work days only, and nobody is owed an answer.\n"
OVERRIDE = (
    "Notwithstanding the LICENSE, section 2 of it does not apply to recipients, "
    "and the Acceptable Use Policy is waived."
)


def found_in(parts: Parts, folder: Path) -> list[tuple[str, str, bool]]:
    return breaches(judged(folder / "out", build(parts, folder / "out")))


@pytest.mark.parametrize("comment", [f"<!-- {OVERRIDE} -->", f'<a title="{OVERRIDE}"></a>', f'[](#a "{OVERRIDE}")'])
@pytest.mark.parametrize("name", ["LICENSE", "LICENSE.md"])
def test_override_that_a_page_hides(name: str, comment: str, tmp_path: Path) -> None:
    """Terms in a comment or a title of the license's own file are terms, and fail."""
    text = Text("llama3.1", lambda text: f"{text}\n{comment}\n")
    files = {name: text, "NOTICE": LLAMA31.files["NOTICE"]}

    assert found_in(LLAMA31.but(files=files), tmp_path) == [("license.text", "added", False)]


@pytest.mark.parametrize(
    "name", ["LICENSE-ADDENDUM", "LICENSE_ADDENDUM.md", "legal/LICENSE", "licenses/a.txt", "TERMS.md"]
)
def test_override_in_another_file(name: str, tmp_path: Path) -> None:
    """A text beside the whole license that says that it does not hold fails, wherever it lies."""
    assert found_in(LLAMA31.with_files(**{name: OVERRIDE}), tmp_path) == [("license.text", "taken-back", False)]


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (DEEPSEEK, "附加条款：尽管有许可协议，附件 A 的使用限制 对本模型 的用户 不适用。"),
        (QWEN, "Addendum. You need not comply with section 4 of the license agreement."),
    ],
)
def test_override_of_other_families(parts: Parts, text: str, tmp_path: Path) -> None:
    """So does one of a license that lets a fine-tune have terms of its own, in either language."""
    assert found_in(parts.with_files(**{"LICENSE-ADDENDUM": text}), tmp_path) == [("license.text", "taken-back", False)]


@pytest.mark.parametrize("name", ["README.zh-CN.md", "USAGE.md", "ACCEPTABLE_USE_POLICY.md"])
def test_override_in_a_document(name: str, tmp_path: Path) -> None:
    """A document that is no terms by its name and says that the license does not hold is warned of."""
    text = "The Llama 3.1 Community License does not apply to this model.\n"

    assert found_in(LLAMA31.with_files(**{name: text}), tmp_path) == [("license.text", "taken-back", True)]


def test_lists_of_others_take_nothing_back(tmp_path: Path) -> None:
    """What a list of others' licenses says of them is not said of the model's; what it says of that warns."""
    others = "libfoo: The GPL license does not apply to this package. LICENSE is void; section 2 is waived.\n"
    (tmp_path / "a").mkdir()

    assert found_in(LLAMA31.with_files(**{"THIRD_PARTY_NOTICES.txt": others}), tmp_path) == []
    assert found_in(
        LLAMA31.with_files(**{"THIRD_PARTY_NOTICES.txt": f"{others}The Llama license is void.\n"}), tmp_path / "a"
    ) == [("license.text", "taken-back", True)]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("<!DOCTYPE html>\n<meta name='viewport' content='width=device-width, initial-scale=1'>\n", []),
        ("<meta name='description' content='License of Llama 3.1'>\n", []),
        ('<p align="center"><img src="logo.png" alt="Meta Llama logo image"></p>\n\n', []),
        ("<!-- SPDX-License-Identifier: LicenseRef-llama3.1 -->\n", [("license.text", "added", True)]),
        ("Source: https://github.com/meta-llama/llama-models/blob/main/LICENSE\n\n", [("license.text", "added", True)]),
        ("Source: https://acme.example/section-2-is-void\n\n", [("license.text", "added", False)]),
        ("<meta name='description' content='License without limits'>\n", [("license.text", "added", False)]),
        ('<img src="logo.png" alt="7 billion">\n\n', [("license.text", "added", False)]),
    ],
)
def test_furniture_of_a_page(head: str, told: list[tuple[str, str, bool]], tmp_path: Path) -> None:
    """What only describes the page of a whole license changes no term; words that could change one fail there."""
    files = {"LICENSE": Text("llama3.1", lambda text: head + text), "NOTICE": LLAMA31.files["NOTICE"]}

    assert found_in(LLAMA31.but(files=files), tmp_path) == told


def test_own_words_beside_a_bound_license(tmp_path: Path) -> None:
    """Terms of one's own beside a license that travels warn; beside another nothing is told."""
    apache = APACHE.with_files(**{"LICENSE-ADDENDUM": OVERRIDE})
    (tmp_path / "a").mkdir()

    assert found_in(LLAMA31.with_files(**{"LICENSE-ADDENDUM": ADDENDUM}), tmp_path) == [
        ("license.text", "own-words", True)
    ]
    assert found_in(apache, tmp_path / "a") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("THIRD_PARTY_LICENSES.txt", f"Parts of others\n\n{ADDENDUM}" + "Permission is given to use the part. " * 40),
        ("LICENSE-CODE", "Do with the code what you like, and hold nobody liable for it."),
        ("licenses/tokenizer.txt", "Do with it what you like, and hold nobody liable for it."),
        ("LICENSES/MIT.txt", Text("mit")),
        ("TERMS.md", ADDENDUM),
    ],
)
def test_licenses_of_others_beside(name: str, text: str | Text, tmp_path: Path) -> None:
    """Texts of code, tokenizer and libraries in the places where people put them are nobody's own terms."""
    assert found_in(LLAMA31.with_files(**{name: text}), tmp_path) == []


def test_an_edited_text_behind_many(tmp_path: Path) -> None:
    """However many license files lie in a folder, all are read."""
    edited = Text("llama3.1", lambda text: text.replace("700", "900", 1).replace("2024", "2029", 1))
    many = {f"LICENSE-{number:02}": Text("mit") for number in range(40)}

    assert {*found_in(LLAMA31.with_files(**many, **{"LICENSE-Z": edited}), tmp_path)} == {
        ("license.text", "altered", False)
    }


def test_what_is_too_large_to_read_is_no_pass(tmp_path: Path) -> None:
    """License files beyond what is read leave the audit not measured, with how many and what to do."""
    result = judged(tmp_path / "out", build(LLAMA31.with_files(**{"LICENSE-Z": "word " * 300_000}), tmp_path / "out"))[
        "license.text"
    ]

    assert result.state is State.NOT_MEASURED
    assert "1 license texts were not read (LICENSE-Z first)" in result.reason


@pytest.mark.parametrize(
    ("base", "arch"),
    [
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", None),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", folders.LLAMA_31_8B),
    ],
)
def test_text_that_the_publisher_ships_alone(base: str, arch: folders.Arch | None, tmp_path: Path) -> None:
    """What its publisher did not ship beside its own license is missed as a warning, with the reason."""
    parts = (LLAMA31 if arch else APACHE).but(bases=(base,), arch=arch)
    parts = parts.but(files={**parts.files, "LICENSE": Text("mit")})
    result = judged(tmp_path / "out", build(parts, tmp_path / "out"))["license.text"]

    assert (result.state, [found.rule for found in result.warnings]) == (State.PASS, ["not-shipped"])
    assert "ships the text of MIT License alone" in result.warnings[0].what


def test_a_text_that_everybody_ships_is_absent(tmp_path: Path) -> None:
    """Another text in the place of a base's own still fails: MIT is no Llama license."""
    assert found_in(LLAMA31.with_files(LICENSE=Text("mit")), tmp_path) == [("license.text", "absent", False)]


@pytest.mark.parametrize(
    "names",
    [
        {"LICENSE": "LICENSES/LicenseRef-llama3.1.txt", "NOTICE": "legal/NOTICE"},
        {"LICENSE": "licenses/LLAMA_LICENSE", "NOTICE": "NOTICE.txt"},
        {"LICENSE": "THIRD_PARTY_LICENSES.txt", "NOTICE": "THIRD_PARTY_NOTICES"},
    ],
)
def test_texts_one_folder_deep(names: dict[str, str], tmp_path: Path) -> None:
    """Text and notice of the base count where REUSE, `legal/` and lists of third parties have them."""
    parts = LLAMA31.but(files={new: LLAMA31.files[old] for old, new in names.items()})

    assert found_in(parts, tmp_path) == []


def test_texts_of_several_in_one_list(tmp_path: Path) -> None:
    """A list of third parties holds the text of the base below others."""
    both = Text(
        "llama3.1", lambda text: f"Licenses of others\n\n{text}\n\n{'Do what you like with this part. ' * 20}\n"
    )
    parts = LLAMA31.with_files(LICENSE=None, THIRD_PARTY_LICENSES__txt=both)
    results = judged(tmp_path / "out", build(parts, tmp_path / "out"))

    assert results["license.text"].findings == []


def test_policy_in_a_folder_or_in_the_license_itself(tmp_path: Path) -> None:
    """A use policy one folder deep is there; so is one that stands in the license's own text, as in Llama 3's."""
    deep = LLAMA31.without("Use is subject").with_files(**{"legal/USE_POLICY.md": "What it may not be used for.\n"})
    for number, (parts, told) in enumerate(
        [
            (deep, []),
            (LLAMA3.without("Use is subject"), []),
            (LLAMA31.without("Use is subject"), [("license.text", "use-policy", True)]),
        ]
    ):
        (tmp_path / str(number)).mkdir()
        assert found_in(parts, tmp_path / str(number)) == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Copyright (c) 2026 Acme GmbH for the modifications.", [("license.text", "added", True)]),
        ("# {title}", []),
        ("Copyright (c) 2026 Acme, who need not keep section 2.", [("license.text", "added", False)]),
    ],
)
def test_a_line_of_ones_own_on_top(line: str, told: list[tuple[str, str, bool]], tmp_path: Path) -> None:
    """A copyright line over a bound license warns, its title once more says nothing, terms fail."""
    on_top = line.format(title=text_of("llama3.1").strip().partition("\n")[0])
    parts = LLAMA31.with_files(LICENSE=Text("llama3.1", lambda text: f"{on_top}\n\n{text}"))

    assert found_in(parts, tmp_path) == told


def test_few_of_many_differences_are_told(tmp_path: Path) -> None:
    """A text that differs everywhere is told in eight places, and how many more there are."""
    edited = Text("gemma-2025-03-24", lambda text: text.replace(" any ", " some ").replace(" it ", " that "))
    (*first, last) = judged(tmp_path / "out", build(GEMMA.with_files(LICENSE=edited), tmp_path / "out"))[
        "license.text"
    ].findings

    assert len(first) == 8
    assert "more differences" in last.what
