"""A kept result is taken again only as it was written, for what it was written for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finewarden.personal_data.scan_report import ScanSettings
from finewarden.personal_data.shards.plan import Shard
from finewarden.personal_data.shards.result import ShardResult, load, save, shard_key

SHARD = Shard(Path("a.jsonl"), "a.jsonl", "jsonl", False, 0, 9, 1, "0" * 64, 9, 1, 9)


def test_a_result_comes_back_whole_or_not_at_all(tmp_path: Path) -> None:
    """Under its key it is itself; under another, cut off or with a byte changed it is none; it is its owner's alone."""
    path = tmp_path / "s" / "a.json"
    result = ShardResult(name="a.jsonl", rows=7, rows_with_findings=1, values=(("d", "E", "…", 1, "p"),))
    save(path, "key", result)
    assert load(path, "key") == result
    assert load(path, "other") is None
    assert path.stat().st_mode & 0o077 == 0
    content = path.read_bytes()
    for damaged in (content[:-1], content.replace(b'"rows":7', b'"rows":0'), b"", b"[" * 100_000):
        path.write_bytes(damaged)
        assert load(path, "key") is None


@pytest.mark.parametrize(
    "change", [{"sha256": "1" * 64}, {"start": 1}, {"end": None}, {"first": 2}, {"name": "b.jsonl"}, {"kind": "text"}]
)
def test_another_part_has_another_key(change: dict[str, object]) -> None:
    """Bytes, place, number, name and kind are what a result is bound to."""
    assert shard_key(replace(SHARD, **change), ScanSettings(), b"") != shard_key(SHARD, ScanSettings(), b"")  # type: ignore[arg-type]


def test_other_settings_have_another_key_and_a_touched_file_has_not() -> None:
    """Settings and the key of hashes decide what is in a result; the time of the file does not."""
    key = shard_key(SHARD, ScanSettings(), b"")
    assert shard_key(SHARD, ScanSettings(seed=1), b"") != key
    assert shard_key(SHARD, ScanSettings(), b"k") != key
    assert shard_key(replace(SHARD, modified=2), ScanSettings(), b"") == key
