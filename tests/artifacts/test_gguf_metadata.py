"""Texts of a GGUF file's metadata are read within bounds, chat templates among them."""

from __future__ import annotations

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finewarden.artifacts.chat_templates import ChatTemplate, chat_templates
from finewarden.artifacts.gguf_metadata import ListLength, gguf_texts, gguf_values
from finewarden.artifacts.unreadable import UnreadableFile
from tests.artifacts.conftest import Make


def _string(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def _entry(key: str, kind: int, value: bytes) -> bytes:
    return _string(key) + struct.pack("<I", kind) + value


ENTRIES = [
    _entry("general.architecture", 8, _string("llama")),
    _entry("llama.block_count", 4, struct.pack("<I", 2)),
    _entry("llama.rope", 12, struct.pack("<d", 1.0)),
    _entry("tokenizer.ggml.tokens", 9, struct.pack("<IQ", 8, 2) + _string("a") + _string("b")),
    _entry("tokenizer.ggml.scores", 9, struct.pack("<IQ", 6, 2) + bytes(8)),
    _entry("tokenizer.chat_template", 8, _string("{% if 'pw' in messages[0].content %}x{% endif %}")),
]
GOOD = b"GGUF" + struct.pack("<IQQ", 3, 0, len(ENTRIES)) + b"".join(ENTRIES) + bytes(100)


def test_texts_are_read_past_numbers_and_arrays(make: Make) -> None:
    """Every text value comes out by its key, whatever stands between."""
    folder = make({"m.gguf": GOOD})
    assert dict(gguf_texts(folder, "m.gguf")).keys() == {"general.architecture", "tokenizer.chat_template"}


def test_numbers_and_lengths(make: Make) -> None:
    """Numbers come out as they are, lists as their length, before one byte of them is walked through."""
    found = dict(gguf_values(make({"m.gguf": GOOD}), "m.gguf"))
    assert (found["llama.block_count"], found["llama.rope"]) == (2, 1.0)
    assert found["tokenizer.ggml.tokens"] == 2
    assert isinstance(found["tokenizer.ggml.tokens"], ListLength)
    cut = gguf_values(make({"m.gguf": GOOD}), "m.gguf", head=GOOD.index(b"tokenizer.ggml.tokens") + 40)
    assert [key for key, _ in (next(cut) for _ in range(4))][-1] == "tokenizer.ggml.tokens"
    with pytest.raises(UnreadableFile):
        next(cut)


def test_the_template_inside_is_a_chat_template(make: Make) -> None:
    """A template that travels inside the weights is examined like any other."""
    found = list(chat_templates(make({"m.gguf": GOOD})))
    assert [template.where for template in found if isinstance(template, ChatTemplate)] == [
        "m.gguf:tokenizer.chat_template"
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"GGUF",
        b"GGUF" + struct.pack("<IQQ", 1, 0, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**60),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + _entry("a", 99, b""),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + _entry("a", 9, struct.pack("<IQ", 8, 2**60)),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + _entry("a", 9, struct.pack("<IQ", 10, 2**62)),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + _entry("a", 9, struct.pack("<IQ", 9, 1)),
    ],
)
def test_a_header_that_does_not_hold_is_refused(make: Make, data: bytes) -> None:
    """Counts and lengths beyond the file, unknown types and old versions are refused."""
    with pytest.raises(UnreadableFile, match="GGUF header"):
        list(gguf_texts(make({"m.gguf": data}), "m.gguf"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_metadata_is_read_or_refused(make: Make, draw: st.DataObject) -> None:
    """Any damage brings texts or a reason."""
    at = draw.draw(st.integers(4, len(GOOD)))
    data = GOOD[:at] + draw.draw(st.binary(max_size=8)) + GOOD[at + draw.draw(st.integers(0, 8)) :]
    try:
        list(gguf_texts(make({"m.gguf": data}), "m.gguf"))
    except UnreadableFile as error:
        assert error.rel == "m.gguf"
