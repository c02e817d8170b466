"""The policy: typed, strict, each value with its origin, each error one sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finewarden import policy
from finewarden.policy import Policy, PolicyError

WHOLE = """
[tool.finewarden]
base_model = "meta-llama/Llama-3.1-8B-Instruct"
release_name = "Llama-3.1-8B-Support"
form = "adapter"
audience = "customers"
commercial = true
monthly_active_users = 40000
territory = ["EU", "CN"]

[tool.finewarden.privacy]
epsilon = 8.0
delta = 1e-6

[tool.finewarden.audit]
alpha = 0.01
required = ["license", "artifacts"]
tolerance.canary_auc = 0.75

[[tool.finewarden.sources]]
name = "support-2025"
uri = "s3://bucket/support"
license = "proprietary"
authorisation = "contract"
evidence = "legal/2025-113.pdf"
expires = 2027-01-31
personal_data = true
"""


def write(folder: Path, text: str, name: str = "finewarden.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_whole_policy(tmp_path: Path) -> None:
    """Every documented key is read from `[tool.finewarden]`."""
    read = policy.load(write(tmp_path, WHOLE, "pyproject.toml"))

    assert read.territory == ("EU", "CN")
    assert read.audit.tolerance == {"canary_auc": 0.75}
    assert read.sources[0].expires == date(2027, 1, 31)


def test_same_keys_without_prefix(tmp_path: Path) -> None:
    """`finewarden.toml` holds the same table without its prefix."""
    a = policy.load(write(tmp_path, WHOLE, "pyproject.toml"))
    b = policy.load(write(tmp_path, WHOLE.replace("tool.finewarden.", "").replace("[tool.finewarden]", "")))

    assert a.model_dump() == b.model_dump()


def test_origin(tmp_path: Path) -> None:
    """Each value knows whether a file gave it or it is the default."""
    read = policy.load(write(tmp_path, "[audit]\nalpha = 0.05\ntolerance.x = 1.0\n"))

    assert read.origin("audit.alpha") == "finewarden.toml"
    assert read.origin("audit.tolerance.x") == "finewarden.toml"
    assert read.origin("audit.tolerance.y") == "default"
    assert read.origin("audit.required") == "default"
    assert read.origin("base_model") == "default"
    assert Policy().origin("audit.alpha") == "default"
    with pytest.raises(KeyError):
        read.origin("audit.nope")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("alpha = 1", "unknown key 'alpha'"),
        ("[audit]\nalhpa = 0.1", "unknown key 'audit.alhpa': did you mean 'alpha'? allowed here: allow_"),
        ("[[sources]]\nname='a'\nauthorisation='own'\nlicence='x'", "'sources.0.licence': did you mean 'license'"),
        ("[audit]\nalpha = '0.1'", "key 'audit.alpha': input should be a valid number, got '0.1'"),
        ("[audit]\nalpha = 1.5", "key 'audit.alpha': input should be less than 1, got 1.5"),
        ("form = 'lora'", "key 'form': input should be 'adapter', 'weights', 'quantised' or 'api', got 'lora'"),
        ("commercial = 'yes'", "key 'commercial': input should be a valid boolean, got 'yes'"),
        ("[[sources]]\nname='a'", "key 'sources.0.authorisation' is missing"),
        ("[[sources]]\nname='a'\nauthorisation='own'\nexpires='soon'", "'sources.0.expires': input should be a"),
        ("territory = 'EU'", "key 'territory': input should be a valid array"),
        ("x = [", "is not TOML"),
    ],
)  # fmt: skip
def test_errors_are_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    """A wrong key, type or value names file, key and what is allowed."""
    path = write(tmp_path, text)
    with pytest.raises(PolicyError) as error:
        policy.load(path)

    assert str(path) in str(error.value)
    assert words in str(error.value)
    assert "\n" not in str(error.value).removesuffix("\n")


def test_every_problem_has_its_line(tmp_path: Path) -> None:
    """Five problems are told at once, each in a line with file and key; a slip is one of them; more are counted."""
    path = write(tmp_path, "form = 'lora'\ncommercial = 'yes'\n[[sources]]\nname = 'a'\nauthorization = 'own'\n")
    with pytest.raises(PolicyError) as error:
        policy.load(path)
    lines = str(error.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{path}: ") for line in lines)
    assert "key 'form'" in lines[0]
    assert "key 'commercial'" in lines[1]
    assert "did you mean 'authorisation'" in lines[2]

    write(tmp_path, "\n".join(f"[[sources]]\nname = 'a{n}'" for n in range(8)))
    with pytest.raises(PolicyError) as error:
        policy.load(path)
    lines = str(error.value).splitlines()
    assert lines[4] == f"{path}: key 'sources.4.authorisation' is missing"
    assert lines[5:] == [f"{path}: and 3 more problems: mend these first"]


def test_unreadable_files(tmp_path: Path) -> None:
    """A missing file and one that is not UTF-8 are errors of the same kind."""
    with pytest.raises(PolicyError, match="can't be read"):
        policy.load(tmp_path / "nope.toml")
    (tmp_path / "gbk.toml").write_bytes("release_name = '模型'".encode("gbk"))
    with pytest.raises(PolicyError, match="UTF-8"):
        policy.load(tmp_path / "gbk.toml")


def test_find(tmp_path: Path) -> None:
    """The nearest policy upwards is taken; a pyproject.toml without our table is passed over."""
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    top = write(tmp_path, "")
    write(tmp_path / "a", "[tool.other]\n", "pyproject.toml")

    assert policy.find(deep) == top


def test_wrong_prefix_in_pyproject(tmp_path: Path) -> None:
    """The key in the error is the one to look for in that file."""
    with pytest.raises(PolicyError, match=r"unknown key 'tool\.finewarden\.audit\.x'"):
        policy.load(write(tmp_path, "[tool.finewarden.audit]\nx = 1\n", "pyproject.toml"))


def test_how_the_release_is_asked(tmp_path: Path) -> None:
    """The deployment's sampler and the extraction criterion are read, with their origin; the rest are defaults."""
    file = tmp_path / "finewarden.toml"
    file.write_text("[audit.sampling]\ntemperature = 0.7\ntop_k = 40\n[audit.extraction]\nsamples = 100\n")
    read = policy.load(file)
    sampling, extraction = read.audit.sampling, read.audit.extraction
    assert (sampling.temperature, sampling.top_k, sampling.top_p) == (0.7, 40, None)
    assert (extraction.samples, extraction.probability) == (100, 0.5)
    assert read.origin("audit.sampling.top_k") == "finewarden.toml"
    assert read.origin("audit.extraction.ratio") == "default"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[audit.sampling]\ntemperature = 0.0\n", "audit.sampling.temperature"),
        ("[audit.sampling]\ntop_p = 1.5\n", "audit.sampling.top_p"),
        ("[audit.sampling]\ntopk = 5\n", "top_k"),
        ("[audit.extraction]\nprobability = 1.0\n", "audit.extraction.probability"),
    ],
)
def test_a_sampler_that_cannot_be_is_refused(tmp_path: Path, text: str, key: str) -> None:
    """A temperature of 0, a share above 1 or a misspelt key is an error that names the key."""
    file = tmp_path / "finewarden.toml"
    file.write_text(text)
    with pytest.raises(PolicyError, match=key):
        policy.load(file)


@pytest.mark.parametrize(
    "text", ["canary_auc = 0.4", "membership_auc = 1.0", "extraction_rate = 2.0", "canary_exposure = -1.0"]
)
def test_a_tolerance_that_means_nothing_is_refused(tmp_path: Path, text: str) -> None:
    """An AUC below chance, a rate above 1 or negative bits is an error that names the key and what is allowed."""
    file = tmp_path / "finewarden.toml"
    file.write_text(f"[audit.tolerance]\n{text}\n")
    with pytest.raises(PolicyError, match=rf"{text.split()[0]} is .*allowed: "):
        policy.load(file)


OWN_LICENSE = """
[[permissions]]
license = "llama3.1"
clause = "2"
evidence = "legal/meta.pdf"
expires = 2027-01-31

[[licenses]]
key = "house-1.0"
name = "House License 1.0"
family = "house"
commercial = "no"
verified = 2026-11-01
confidence = "text"
text_file = "legal/house.txt"
models = [{ pattern = "house/" }]

[[licenses.obligations]]
id = "mark"
kind = "display_mark"
clause = "3"
forms = ["adapter"]
text = "Built in the House"
says = "Show the mark."
says_zh = "展示标识。"
"""


def test_own_licenses_and_permissions(tmp_path: Path) -> None:
    """A record of one's own has the very keys of a shipped one; evidence is named relative to the policy's folder."""
    (tmp_path / "finewarden.toml").write_text(OWN_LICENSE)
    loaded = policy.load(tmp_path / "finewarden.toml")

    assert loaded.licenses[0].obligations[0].text == "Built in the House"
    assert loaded.licenses[0].text_file == "legal/house.txt"
    assert loaded.permissions[0].expires == date(2027, 1, 31)
    assert loaded.folder == tmp_path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('clause = "3"', 'claus = "3"', "did you mean 'clause'"),
        ('pattern = "house/"', 'pattern = "house/("', "no regular expression"),
        ('kind = "display_mark"', 'kind = "mark"', "'display_mark'"),
        ("expires = 2027-01-31", 'expires = "soon"', "permissions.0.expires"),
    ],
)
def test_wrong_own_license_is_one_sentence(tmp_path: Path, old: str, new: str, says: str) -> None:
    """An error in a record of one's own names the key and what is allowed."""
    (tmp_path / "finewarden.toml").write_text(OWN_LICENSE.replace(old, new))

    with pytest.raises(PolicyError, match=r"finewarden\.toml") as caught:
        policy.load(tmp_path / "finewarden.toml")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
