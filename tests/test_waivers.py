"""The waivers file: strict, salted, dated."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finewarden import waivers
from finewarden.waivers import Waiver, Waivers, WaiversError

ENTRY = Waiver(audit="a.b", fingerprint="0123456789abcdef", reason="accepted by legal", expires=date(2027, 1, 31))


def test_round_trip(tmp_path: Path) -> None:
    """What is saved is what is read, salt included."""
    book = Waivers.empty()
    waivers.save(tmp_path / "w.toml", book, [ENTRY])
    read = waivers.load(tmp_path / "w.toml")

    assert (read.salt, list(read)) == (book.salt, [ENTRY])


def test_salts_differ() -> None:
    """Two projects never share a salt, so a fingerprint says nothing outside its file."""
    assert Waivers.empty().salt != Waivers.empty().salt


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("reason = \"accepted by legal\"", "reason = 'ok'"), "waiver.0.reason"),
        (("expires = 2027-01-31\n", ""), "waiver.0.expires"),
        (("expires = 2027-01-31", "expires = 'never'"), "waiver.0.expires"),
        (("0123456789abcdef", "0123"), "waiver.0.fingerprint"),
        (("version = 1", "version = 2"), "version 2"),
        (("version = 1", "version = 1\nextra = 1"), "extra"),
        (("version = 1", "version ="), "is not TOML"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    """One bad entry refuses the file, with the entry and what each entry needs."""
    path = tmp_path / "w.toml"
    waivers.save(path, Waivers.empty(), [ENTRY])
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change))
    with pytest.raises(WaiversError) as error:
        waivers.load(path)

    assert words in str(error.value)
