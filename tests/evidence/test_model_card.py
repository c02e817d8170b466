"""The public record: strict, canonical, and unable to hold what is private."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import jsonschema
import pytest

from finewarden.evidence.model_card import (
    SCHEMA_FILE,
    Base,
    Commitment,
    DataSource,
    FileHash,
    Guard,
    ModelCard,
    ModelCardError,
    PrivacyClaim,
    Training,
    dump,
    parse,
    schema,
)

SHA = "0" * 64
TOKEN = "hf_" + "QmZtRkWvXpLsYhDnGcBjFuAoEiTrSw2468"


def whole() -> ModelCard:
    """A record with every field set."""
    return ModelCard(
        written_by="finewarden 0.1.0",
        release_name="Llama-3.1-客服",
        form="adapter",
        base_model="meta-llama/Llama-3.1-8B-Instruct",
        base=Base(revision="a" * 40, loaded_from="unsloth/Llama-3.1-8B-Instruct-bnb-4bit", license_sha256=SHA),
        license="llama3.1",
        training_data_source="support-2025",
        training_date=date(2026, 11, 2),
        unsloth_version="2026.10.9",
        training=Training(
            started=datetime(2026, 11, 1, 8, tzinfo=UTC),
            ended=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
            steps=3,
            examples=8,
            resumed=1,
        ),
        guards=(Guard(name="gradient_clipping", settings={"max_norm": 1.0}, events={"train-begin": 1}),),
        privacy=PrivacyClaim(
            sha256=SHA,
            epsilon=7.9,
            delta=1e-6,
            unit="example",
            relation="zero-out",
            dataset_size_is="public bound",
            mechanism="DP-SGD, truncated Poisson sampling",
        ),
        packages={"torch": "2.13.0+cpu"},
        sources=(
            DataSource(
                name="support-2025",
                uri="s3://bucket/home/2025",
                license="proprietary",
                authorisation="contract",
                evidence="legal/2025/113.pdf",
                expires=date(2027, 1, 31),
                personal_data=True,
            ),
        ),
        files={"model.safetensors": FileHash(sha256=SHA, bytes=10)},
        not_hashed=("README.md",),
        commitments={"run.jsonl": Commitment(sha256=SHA, bytes=5)},
    )


def test_round_trip() -> None:
    """What is written is read back equal, and written again to the same bytes."""
    text = dump(whole())
    assert parse(text) == whole()
    assert dump(parse(text)) == text


def test_canonical() -> None:
    """The text has sorted keys at every level, one newline at the end, and Chinese as it is."""
    text = dump(whole())
    shuffled = json.dumps(dict(reversed(json.loads(text).items())))
    assert dump(parse(shuffled)) == text
    assert text.endswith("}\n")
    assert "客服" in text
    assert list(json.loads(text)) == sorted(json.loads(text))


def test_schema_in_step() -> None:
    """The shipped JSON Schema is that of the model, and a whole record is valid under it."""
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == schema()
    for card in (whole(), ModelCard(written_by="finewarden 0.1.0")):
        jsonschema.validate(json.loads(dump(card)), schema(), cls=jsonschema.Draft202012Validator)


def test_unknown_is_null() -> None:
    """A record of nothing states nothing: each field that deployment tools read is there and null."""
    made = json.loads(dump(ModelCard(written_by="finewarden 0.1.0")))
    for key in ("base_model", "license", "training_data_source", "training_date", "unsloth_version", "files"):
        assert made[key] is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"licence": "mit"}, "licence"),
        ({"version": 2}, "version"),
        ({"version": "1"}, "version"),
        ({"training": {"steps": "3"}}, "training.steps"),
        ({"training": {"steps": -1}}, "training.steps"),
        ({"files": {"a": {"sha256": "abc", "bytes": 1}}}, "files.a.sha256"),
        ({"sources": [{"name": "x", "authorisation": "stolen"}]}, "authorisation"),
        ({"training_date": "yesterday"}, "training_date"),
    ],
)
def test_strict(change: dict[str, object], says: str) -> None:
    """An unknown key, version, type or value is refused in one sentence that names the field."""
    with pytest.raises(ModelCardError, match=says) as caught:
        parse(json.dumps(json.loads(dump(whole())) | change))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"written_by": "x"} x'])
def test_no_record(text: str) -> None:
    """What is no JSON object is refused."""
    with pytest.raises(ModelCardError):
        parse(text)


@pytest.mark.parametrize("private", [TOKEN, "/home/alice/data/train.jsonl", "see /Users/bob/x"])
@pytest.mark.parametrize("key", ["release_name", "license", "training_data_source"])
def test_nothing_private(key: str, private: str) -> None:
    """A record can't be made or read with a token or a path of someone's machine in it, and the error hides both."""
    data = json.loads(dump(whole())) | {key: private}
    with pytest.raises(ModelCardError, match=key) as caught:
        parse(json.dumps(data))
    assert private not in str(caught.value)
    with pytest.raises(ValueError, match="public record"):
        ModelCard(written_by="x", packages={private: "1"})
