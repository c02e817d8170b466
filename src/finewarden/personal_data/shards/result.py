"""What scanning one shard gave, and the file that keeps it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from finewarden.evidence.atomic import write_bytes
from finewarden.personal_data.scan_report import BrokenLine, Count, Natural, ScanSettings
from finewarden.personal_data.shards.plan import Shard
from finewarden.personal_data.shards.repeats import Value

__all__ = ["ShardResult", "load", "save", "shard_key"]

_FORMAT = "finewarden scan shard 1"


class ShardResult(BaseModel):
    """Counts of one shard, with masked examples; *findings_sha256*: of its file of findings, where one was asked for.

    *drawn*: rows whose names were looked for, *hit*: those of them that have one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    rows: Natural
    rows_with_findings: Natural
    counts: tuple[Count, ...] = ()
    values: tuple[Value, ...] = ()
    broken: tuple[BrokenLine, ...] = ()
    broken_lines: Natural = 0
    missing: tuple[str, ...] = ()
    drawn: Natural = 0
    hit: Natural = 0
    findings_sha256: str | None = None


def shard_key(shard: Shard, settings: ScanSettings, key: bytes) -> str:
    """What a result is bound to: the part's bytes, place and name, the settings, the key of its hashes."""
    told = [_FORMAT, shard.name, shard.kind, shard.packed, shard.start, shard.end, shard.first, shard.sha256]
    told += [settings.model_dump(mode="json"), hashlib.sha256(key).hexdigest()]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def save(path: Path, key: str, result: ShardResult) -> None:
    """Write *result*, whole or not at all. Raises OSError."""
    body = result.model_dump_json().encode()
    head = {"format": _FORMAT, "shard": key, "sha256": hashlib.sha256(body).hexdigest()}
    write_bytes(path, json.dumps(head).encode() + b"\n" + body, private=True)


def load(path: Path, key: str) -> ShardResult | None:
    """The result in *path*; None where there is none, or it is another's, damaged or of another version."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        told = json.loads(head)
        if told != {"format": _FORMAT, "shard": key, "sha256": hashlib.sha256(body).hexdigest()}:
            return None
        return ShardResult.model_validate_json(body)
    except (OSError, ValueError, ValidationError, RecursionError):
        return None
