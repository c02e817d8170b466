"""License identifiers of the Hugging Face Hub, and when two ways of writing a license mean the same one.

List: https://huggingface.co/docs/hub/repositories-licenses (83 identifiers, hub-docs 242f4a1e of August 2026). The Hub
refuses others and asks for `license: other` with `license_name` and `license_link`.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["HUB_LICENSES", "as_front_matter", "hub_id", "same_license"]

HUB_LICENSES = frozenset(
    {
        "apache-2.0",
        "mit",
        "openrail",
        "bigscience-openrail-m",
        "creativeml-openrail-m",
        "bigscience-bloom-rail-1.0",
        "bigcode-openrail-m",
        "afl-3.0",
        "artistic-2.0",
        "bsl-1.0",
        "bsd",
        "bsd-2-clause",
        "bsd-3-clause",
        "bsd-3-clause-clear",
        "c-uda",
        "cc",
        "cc0-1.0",
        "cc-by-2.0",
        "cc-by-2.5",
        "cc-by-3.0",
        "cc-by-4.0",
        "cc-by-sa-3.0",
        "cc-by-sa-4.0",
        "cc-by-nc-2.0",
        "cc-by-nc-3.0",
        "cc-by-nc-4.0",
        "cc-by-nd-4.0",
        "cc-by-nc-nd-3.0",
        "cc-by-nc-nd-4.0",
        "cc-by-nc-sa-2.0",
        "cc-by-nc-sa-3.0",
        "cc-by-nc-sa-4.0",
        "cdla-sharing-1.0",
        "cdla-permissive-1.0",
        "cdla-permissive-2.0",
        "wtfpl",
        "ecl-2.0",
        "epl-1.0",
        "epl-2.0",
        "etalab-2.0",
        "eupl-1.1",
        "eupl-1.2",
        "agpl-3.0",
        "gfdl",
        "gpl",
        "gpl-2.0",
        "gpl-3.0",
        "lgpl",
        "lgpl-2.1",
        "lgpl-3.0",
        "isc",
        "h-research",
        "intel-research",
        "lppl-1.3c",
        "ms-pl",
        "apple-ascl",
        "apple-amlr",
        "mpl-2.0",
        "odc-by",
        "odbl",
        "openmdw-1.0",
        "openmdw-1.1",
        "openrail++",
        "osl-3.0",
        "postgresql",
        "ofl-1.1",
        "ncsa",
        "unlicense",
        "zlib",
        "pddl",
        "lgpl-lr",
        "deepfloyd-if-license",
        "fair-noncommercial-research-license",
        "llama2",
        "llama3",
        "llama3.1",
        "llama3.2",
        "llama3.3",
        "llama4",
        "grok2-community",
        "gemma",
        "unknown",
        "other",
    }
)

_NOISE = re.compile(
    r"\b(?:the|meta|google|community|public|software|licen[sc]e[sd]?|agreement|terms of use|version|v)\b"
)


def hub_id(name: str) -> str | None:
    """The Hub's identifier for *name* ("Llama 3.1 Community License" -> "llama3.1"); None when it has none."""
    return _BY_BARE.get(_bare(name))


def same_license(one: str, other: str) -> bool | None:
    """Whether the two names mean one license; None when that can't be told (a name that is no Hub identifier)."""
    if _bare(one) == _bare(other):
        return True
    return False if hub_id(one) and hub_id(other) else None


def as_front_matter(license: str, *, link: str | None = None) -> dict[str, Any]:  # noqa: A002 - the field's own name
    """The front matter keys for *license*, whose text is in the file *link*; None for a key that must go."""
    found = license if license in HUB_LICENSES else hub_id(license)
    if found:
        # 'other' alone says nothing: its name comes from a person, so the keys that are there stay.
        return {"license": found} | ({} if found == "other" else {"license_name": None, "license_link": None})
    name = re.sub(r"[^a-z0-9.]+", "-", license.lower()).strip("-.")
    return {"license": "other", "license_name": name or "see-license-file", "license_link": link or "LICENSE"}


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9+]", "", _NOISE.sub(" ", name.lower().replace("_", " ")))


_BY_BARE = {_bare(name): name for name in sorted(HUB_LICENSES)}
