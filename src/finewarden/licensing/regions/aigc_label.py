"""The implicit label that Chinese law asks of machine-made content: an object `AIGC` in a file's metadata.

人工智能生成合成内容标识办法 (in force since 2025-09-01), Art. 5: what it is, who provides it, and its number.
GB 45438-2025, Annex E: the seven fields. The standard was read through others' descriptions, not in full:
https://cloud.tencent.com/document/api/460/123077, https://github.com/OPN48/cnTC260.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["EXAMPLE", "LabelProblem", "is_explicit_label", "label_of", "label_problems"]

_ASKED = ("Label", "ContentProducer", "ProduceID")  # Art. 5: attribute, provider, number
_FIELDS = (*_ASKED, "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2")
_VALUES = frozenset({"1", "2", "3"})  # is, may be, is suspected to be machine-made
_EXPLICIT = re.compile(
    r"(?:人工智能|\bAI\b|(?<![A-Za-z])AI(?![A-Za-z])).{0,40}(?:生成|合成|generat|synthe)", re.IGNORECASE
)
EXAMPLE = (
    '"AIGC": {"Label": "1", "ContentProducer": "<provider>", "ProduceID": "<number>", "ReservedCode1": "", '
    '"ContentPropagator": "", "PropagateID": "", "ReservedCode2": ""}'
)


@dataclass(frozen=True, slots=True)
class LabelProblem:
    """One thing wrong with a label; *certain* when the measures themselves ask for it."""

    what: str
    certain: bool


def label_of(metadata: Any) -> Any:
    """The label in *metadata*: the value of "AIGC", there or under "metadata"; None when there is none."""
    if not isinstance(metadata, dict):
        return None
    found = metadata.get("AIGC")
    if found is None and isinstance(metadata.get("metadata"), dict):
        found = metadata["metadata"].get("AIGC")
    if isinstance(found, str):  # many formats have texts only, so the object travels as one
        try:
            return json.loads(found)
        except (ValueError, RecursionError):
            return found
    return found


def label_problems(label: Any) -> Iterator[LabelProblem]:
    """What is wrong with *label*, the least first known last."""
    if label is None:
        yield LabelProblem("has no AIGC object", True)
        return
    if not isinstance(label, dict):
        yield LabelProblem("has an AIGC that is no object", True)
        return
    lacks = [name for name in _ASKED if not isinstance(label.get(name), str) or not label[name].strip()]
    if lacks:
        yield LabelProblem(f"has an AIGC without {', '.join(lacks)}", True)
    elif label["Label"] not in _VALUES:
        yield LabelProblem("has a Label that is none of 1, 2, 3", False)
    absent = [name for name in _FIELDS[len(_ASKED) :] if not isinstance(label.get(name), str)]
    if absent:
        yield LabelProblem(f"has an AIGC without the fields {', '.join(absent)}", False)


def is_explicit_label(text: str) -> bool:
    """Whether *text* tells a reader that the content is machine-made (GB 45438-2025, 5: "AI" and "generated")."""
    return _EXPLICIT.search(text) is not None
