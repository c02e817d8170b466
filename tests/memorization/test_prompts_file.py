"""The secrets file: what is read, and the one sentence for what can't be."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finewarden.memorization.prompts_file import Message, SecretsFileError, read_pairs

GOOD = {"prompt": "What is the card number?", "secret": "4929 7153 8246"}


def write(tmp_path: Path, text: str | bytes, name: str = "secrets.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def lines(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_json_lines_are_read_with_their_lines(tmp_path: Path) -> None:
    """Blank lines are passed over and counted; a BOM, Chinese and Windows line ends are fine."""
    text = (
        "\ufeff"
        + lines(GOOD).replace("\n", "\r\n")
        + "\r\n"
        + lines({"prompt": "手机号？", "secret": "139 5720 8846", "id": "c7"})
    )
    first, second = read_pairs(write(tmp_path, text))
    assert (first.id, first.line, first.messages) == ("line 1", 1, (Message("user", GOOD["prompt"]),))
    assert (second.id, second.line, second.secret) == ("c7", 3, "139 5720 8846")


def test_csv_is_read_like_json_lines(tmp_path: Path) -> None:
    """Commas, semicolons or tabs; quoted line breaks keep the count of lines right."""
    for delimiter in ",;\t":
        rows = (("prompt", "secret", "id"), ('"两行\n问题？"', "139 5720 8846", ""), ("q?", "4929 7153 82", "b"))
        text = "\n".join(delimiter.join(row) for row in rows) + "\n"
        first, second = read_pairs(write(tmp_path, text, "secrets.csv"))
        assert (first.line, first.id, first.messages[0].content) == (2, "line 2", "两行\n问题？")
        assert (second.line, second.id, second.secret) == (4, "b", "4929 7153 82")


def test_a_json_array_is_read_with_its_lines(tmp_path: Path) -> None:
    """An array over many lines names for each object the line it begins in."""
    text = json.dumps([GOOD, {**GOOD, "id": 7, "secret": "83921 7"}], indent=2)
    first, second = read_pairs(write(tmp_path, text, "secrets.json"))
    assert (first.line, second.line, second.id) == (2, 6, "7")


def test_a_chat_and_a_system_message_are_kept(tmp_path: Path) -> None:
    """`system` comes first; `messages` may end with the beginning of the assistant's answer."""
    chat = [{"role": "user", "content": "Number?"}, {"role": "assistant", "content": "It is"}]
    rows = lines({**GOOD, "system": "You help."}, {"messages": chat, "secret": "83921 7"})
    first, second = read_pairs(write(tmp_path, rows))
    assert [message.role for message in first.messages] == ["system", "user"]
    assert second.messages == (Message("user", "Number?"), Message("assistant", "It is"))


BAD = {
    "not JSON": ('{"prompt": "a"', 1, "is not JSON"),
    "no object": ("[1]", 1, "not an object"),
    "missing secret": (lines(GOOD, {"prompt": "a"}), 2, "has no 'secret'"),
    "missing prompt": (lines({"secret": "83921 7"}), 1, "has no 'prompt'"),
    "empty secret": (lines({**GOOD, "secret": " "}), 1, "its secret is empty"),
    "empty prompt": (lines({**GOOD, "prompt": ""}), 1, "its prompt is empty"),
    "number": (lines({**GOOD, "secret": 8392177}), 1, "put it in quotes"),
    "short secret": (lines({**GOOD, "secret": "1234"}), 1, "5 digits"),
    "copied secret": (lines({"prompt": "Repeat 4929-7153-8246", "secret": "4929 7153 8246"}), 1, "own prompt"),
    "same pair": (lines(GOOD, {**GOOD, "id": "x"}), 2, "same pair as line 1"),
    "same id": (lines({**GOOD, "id": "x"}, {"prompt": "b", "secret": "83921 7", "id": "x"}), 2, "same id as line 1"),
    "twin key": ('{"prompt": "a", "prompt": "b", "secret": "83921 7"}', 1, "given twice"),
    "unknown key": (lines({**GOOD, "promt": "a"}), 1, "did you mean 'prompt'"),
    "both ways": (lines({**GOOD, "messages": [{"role": "user", "content": "a"}]}), 1, "one or the other"),
    "no user": (lines({"messages": [{"role": "assistant", "content": "a"}], "secret": "83921 7"}), 1, "ask nothing"),
    "bad role": (lines({"messages": [{"role": "bot", "content": "a"}], "secret": "83921 7"}), 1, "system, user"),
    "bad message": (lines({"messages": ["a"], "secret": "83921 7"}), 1, "write each so"),
    "bad id": (lines({**GOOD, "id": True}), 1, "short name"),
    "surrogate": ('{"prompt": "\\ud800", "secret": "83921 7"}', 1, "surrogate"),
    "deep": ("[" * 100_000, 1, "is not JSON"),
    "open array": ('[{"prompt": "a", "secret": "83921 7"}', 1, "a comma or ]"),
}


@pytest.mark.parametrize(("text", "line", "words"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_at_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    """The first thing wrong is named with file and line, and no secret is repeated."""
    with pytest.raises(SecretsFileError) as caught:
        read_pairs(write(tmp_path, text))
    assert f"secrets.jsonl:{line}: " in str(caught.value)
    assert words in str(caught.value)
    assert "7153" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("secrets.jsonl", "", "holds no pair"),
        ("secrets.json", "[]", "holds no pair"),
        ("secrets.csv", "prompt,secret\n", "holds no pair"),
        ("secrets.csv", "问题,答案\n", "secrets.csv:1: .*header prompt,secret"),
        ("secrets.csv", "prompt,secret,secret\n", "secrets.csv:1: names a column twice"),
        ("secrets.csv", "prompt,secret\na,b,c\n", "secrets.csv:2: .*in quotes"),
        ("secrets.csv", 'prompt,secret\n"a,b\n', "secrets.csv:2: is not CSV"),
        ("secrets.jsonl", "密码".encode("gbk"), "not UTF-8"),
    ],
)
def test_a_file_without_pairs_is_refused(tmp_path: Path, name: str, content: str | bytes, words: str) -> None:
    """Empty files, foreign headers, torn rows and other encodings each have their sentence."""
    with pytest.raises(SecretsFileError, match=words):
        read_pairs(write(tmp_path, content, name))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary() | st.text().map(str.encode), name=st.sampled_from(["s.jsonl", "s.csv", "s.json", "s.txt"]))
def test_whatever_the_bytes_the_answer_is_pairs_or_a_sentence(tmp_path: Path, content: bytes, name: str) -> None:
    """No file makes the reader fail in another way than its own error."""
    with contextlib.suppress(SecretsFileError):
        assert read_pairs(write(tmp_path, content, name))
