"""What lifts a clause, and why one that is there may not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finewarden.licensing.library import Library
from finewarden.licensing.permissions import permit_for, slips
from finewarden.licensing.shown_evidence import evidence_kind, evidence_problem, expiry
from finewarden.policy import Permission, Policy
from tests.licensing.records import obligation, record

TODAY = date(2026, 11, 23)
ACME = record(aliases=("Acme",))


def problem(folder: Path, clause: str = "5.c", **changes: object) -> str | None:
    """What is wrong with one permission for the clause "1.l, 3, 5.c"; "none" when there is no permission for it."""
    fields = {"license": "acme-1.0", "clause": clause, "evidence": "legal/acme.pdf"} | changes
    policy = Policy.model_validate({"permissions": (Permission.model_validate(fields),)})
    policy._folder = folder
    found = permit_for(policy, Library({"acme-1.0": ACME}), ACME, "1.l, 3, 5.c", today=TODAY)
    return found.problem if found else "none"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a policy lies, with the evidence that it names."""
    (tmp_path / "legal").mkdir()
    (tmp_path / "legal" / "acme.pdf").write_bytes(b"granted")
    return tmp_path


@pytest.mark.parametrize("clause", ["5.c", "Section 5.c", "s. 5.C", "1.l, 3, 5.c", "1.l; 3"])
def test_the_clause_as_people_write_it(folder: Path, clause: str) -> None:
    """A clause is itself under any way of citing it, and each one of a list answers for the list."""
    expected = None if clause != "1.l; 3" else "is for clause"
    assert (problem(folder, clause) or "").startswith(expected or "")
    assert (problem(folder, clause) is None) is (expected is None)


def test_another_license(folder: Path) -> None:
    """A permission for a license that is unknown or another one is none for this; an alias is the same one."""
    assert problem(folder, license="other") == "none"
    assert problem(folder, license="ACME") is None


@pytest.mark.parametrize("clause", ["5", "5.cc", "5.d", ""])
def test_another_clause(folder: Path, clause: str) -> None:
    """A permission for another clause lifts nothing, and says so."""
    assert "is for clause" in str(problem(folder, clause))


def test_expiry(folder: Path) -> None:
    """The last day counts; the day after does not."""
    assert problem(folder, expires=TODAY) is None
    assert problem(folder, expires=date(2026, 11, 22)) == "ended on 2026-11-22"
    assert [expiry(day, today=TODAY) for day in (None, date(2026, 12, 24), date(2026, 12, 23), date(2026, 11, 22))] == [
        "valid",
        "valid",
        "soon",
        "over",
    ]


def test_evidence(folder: Path) -> None:
    """Only a plain file with something in it, beside the policy and outside of what is audited, is evidence."""
    (folder / "legal" / "empty.pdf").touch()
    (folder / "legal" / "link.pdf").symlink_to("acme.pdf")
    (folder / "away").symlink_to("/etc")
    (folder / "out").mkdir()
    (folder / "out" / "acme.pdf").write_bytes(b"granted")
    (folder / "way").symlink_to("out")
    assert evidence_problem("legal/acme.pdf", folder, audited=folder / "out") is None
    assert evidence_problem("./legal/acme.pdf", folder, audited=folder / "legal" / "other") is None
    for evidence, says in {
        "legal/none.pdf": "is not there",
        "legal/empty.pdf": "is empty",
        "legal/link.pdf": "is a link",
        "legal": "is no file",
        ".": "names no file",
        "../x.pdf": "leads out",
        "legal/../legal/acme.pdf": "leads out",
        "away/passwd": "leads out",
        "out/acme.pdf": "lies in the audited folder",
        "way/acme.pdf": "lies in the audited folder",
        "finewarden.toml": "is the policy itself",
        "a\0b": "is not there",
        "x" * 5000: "is not there",
        "/dev/null": "is a whole path",
        str(folder / "legal" / "acme.pdf"): "is a whole path",
        "C:\\legal\\acme.pdf": "is a whole path",
    }.items():
        assert says in str(evidence_problem(evidence, folder, audited=folder / "out")), evidence
    assert "from no file" in str(evidence_problem("legal/acme.pdf", None))
    assert "has no evidence" in str(problem(folder, evidence="legal/none.pdf"))


def test_what_a_permission_names() -> None:
    """A permission for a license that is unknown, or a clause that is none, is told; one for what is there is not."""
    library = Library({"acme-1.0": record(aliases=("Acme",), obligations=(obligation(clause="1.l, 3, 5.c"),))})

    def said(license_: str, clause: str) -> list[str]:
        permission = Permission(license=license_, clause=clause, evidence="x.pdf")
        return [f"{slip.what} -> {slip.mend}" for slip in slips(Policy(permissions=(permission,)), library)]

    assert said("Acme", "Section 5.c") == said("acme-1.0", "1.l, 3, 5.c") == []
    assert "'nope', so this permission lifts nothing -> write a key that" in said("nope", "1")[0]
    assert "-> write 'acme-1.0'" in said("acme-1", "1")[0]
    assert "no clause '7'" in said("acme-1.0", "7")[0]
    assert "-> write '1.l, 3, 5.c'" in said("acme-1.0", "7")[0]


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [
        ("https://example.com/terms", "address"),
        ("legal/2025-113.pdf", "file"),
        ("contract.pdf", "file"),
        ("contract 2025-113", "reference"),
        ("DMS 4711, v1.2", "reference"),
        ("contract 2025/113", "reference"),
        ("2025/113", "reference"),
        ("Az. 3 C 113/25", "reference"),
        ("doi:10.5281/zenodo.123", "reference"),
        ("e-mail of J. Doe, 3 May", "reference"),
        ("合同编号2025/113", "reference"),
        ("s3://legal/deal.pdf", "address"),
        ("file:///etc/hostname", "file"),
        ("legal/acme", "file"),
        ("legal/", "file"),
        ("./113", "file"),
        ("~/deal", "file"),
        ("/etc/hostname", "file"),
        ("C:\\deal", "file"),
        ("signed contract of Acme.pdf", "file"),
        (".", "none"),
        ("..", "none"),
        ("", "none"),
        (" -- ", "none"),
        ("_", "none"),
        ("x", "none"),
        ("TBD", "none"),
        ("n/a", "none"),
        ("doi:", "none"),
        ("待定", "none"),
        ("TBD-113", "reference"),
    ],
)
def test_evidence_kind(evidence: str, kind: str) -> None:
    """A path is a file to be there; a number under which somebody finds it is not."""
    assert evidence_kind(evidence) == kind
