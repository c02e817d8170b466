"""The pictures: what was measured, drawn without a network, a script or a date, the same for the same numbers."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from finewarden.report.figures import FiguresError, write
from tests.audits.measured import canaries, exposed, membership


def texts(path: Path) -> str:
    """What a reader of the picture can read."""
    return " ".join(element.text or "" for element in ElementTree.parse(path).iter() if element.tag.endswith("text"))


@pytest.mark.training  # the environment with the report extra
def test_what_is_drawn(tmp_path: Path) -> None:
    """Exposure beside its references, ROC on logarithmic axes; as text, and nothing that leads elsewhere."""
    drawn = write(tmp_path, exposed(canaries(shift=1.0), repetitions=1), membership(groups=20), alpha=0.01)
    assert [path.name for path in drawn] == ["exposure.svg", "roc.svg", "power.svg"]
    assert "11.0 bits" in texts(drawn[0])
    assert "card, 16×" in texts(drawn[0])
    assert "canaries" in texts(drawn[1])
    assert "false positive rate" in texts(drawn[1])
    assert "largest ε that could be falsified" in texts(drawn[2])
    for path in drawn:
        plain = path.read_text(encoding="utf-8")
        assert "<script" not in plain
        assert not re.search(r'href="(?!#)', plain)
        assert "dc:date" not in plain


@pytest.mark.training  # the environment with the report extra
def test_drawn_twice_it_is_the_same(tmp_path: Path) -> None:
    """Equal numbers make equal files."""
    first, second = (write(tmp_path / name, canaries(), None, alpha=0.05) for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.training  # the environment with the report extra
def test_nothing_measured_nothing_drawn(tmp_path: Path) -> None:
    """Without a section there is no picture."""
    assert write(tmp_path, None, None, alpha=0.01) == []


def test_without_matplotlib_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(FiguresError, match=r"pip install finewarden\[report\]"):
        write(tmp_path, canaries(), None, alpha=0.01)
