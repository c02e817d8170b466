"""Which files of a release speak of licenses, told by their names alone.

Names vary in the wild: `LICENSE-MODEL` beside `LICENSE-CODE` (DeepSeek), `Notice` and `notice.txt`, `USE_POLICY.md`,
`GEMMA_TERMS_OF_USE.md`. They lie in the folder itself, or one deep in `legal/`, `licenses/` or `LICENSES/` (REUSE).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = [
    "find_license",
    "is_beside",
    "is_code_license",
    "is_collected",
    "license_files",
    "notice_files",
    "policy_files",
    "third_party_files",
]

_LICENSE = re.compile(r"(?:LICEN[SC]E|COPYING)(?:\.(?:txt|md))?", re.IGNORECASE)
_LICENSE_OF = re.compile(
    r"(?:LICEN[SC]E|COPYING)(?:[-_.][A-Z0-9.\-_]+)?|LICEN[SC]ES(?:\.(?:txt|md))?"
    r"|[A-Z0-9]+_LICEN[SC]E(?:_AGREEMENT)?(?:\.(?:txt|md))?|[A-Z0-9]+_TERMS_OF_USE(?:\.(?:txt|md))?",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"NOTICES?(?:\.(?:txt|md))?", re.IGNORECASE)
_POLICY = re.compile(
    r"(?:[A-Z0-9]+_)?(?:(?:ACCEPTABLE|PROHIBITED)_)?(?:USE|USAGE)_POLICY(?:\.(?:txt|md))?", re.IGNORECASE
)
_THIRD_PARTY = re.compile(
    r"(?:THIRD|3RD)[-_ ]?PART(?:Y|IES)[-_ ]?(?:SOFTWARE[-_ ]?)?(?:LICEN[SC]ES?|NOTICES?)(?:\.(?:txt|md))?",
    re.IGNORECASE,
)
_CODE = re.compile(r"CODE", re.IGNORECASE)
_FOLDER = re.compile(r"legal|notices?|licen[sc]es?", re.IGNORECASE)
# In a folder of license texts each is called after its license: `Apache-2.0.txt`, `LicenseRef-llama3.1`.
_TEXTS = re.compile(r"licen[sc]es?", re.IGNORECASE)
_TEXT = re.compile(r"[A-Z0-9][A-Z0-9+\-_ ]{0,60}(?:\.\d[A-Z0-9+\-_]{0,20}){0,3}(?:\.(?:txt|md))?", re.IGNORECASE)


def find_license(names: Iterable[str]) -> str | None:
    """The file among *names* that is a release's license: `LICENSE` first, never one of a folder within it or the
    license of code beside it."""
    return next((name for name in license_files(names) if "/" not in name and not is_code_license(name)), None)


def license_files(names: Iterable[str]) -> list[str]:
    """Every file among *names* that holds a license text by its name: the release's own first, the code's last."""
    found = [name for name in names if _is_license(name)]
    return sorted(
        found,
        key=lambda name: ("/" in name, is_code_license(name), name != "LICENSE", not _LICENSE.fullmatch(name), name),
    )


def is_code_license(name: str) -> bool:
    """Whether *name* is the license of the code beside the model (`LICENSE-CODE`), and none of the model."""
    own = _own(name)
    return own is not None and _LICENSE_OF.fullmatch(own) is not None and _CODE.search(own) is not None


def is_collected(name: str) -> bool:
    """Whether *name* lies among texts that are collected from others: in `licenses/`, in THIRD_PARTY_NOTICES."""
    return _TEXTS.fullmatch(name.rpartition("/")[0]) is not None or bool(third_party_files([name]))


def notice_files(names: Iterable[str]) -> list[str]:
    """Every "Notice" text file among *names*; `NOTICE` first."""
    found = [name for name in names if (own := _own(name)) is not None and _NOTICE.fullmatch(own)]
    return sorted(found, key=lambda name: ("/" in name, name != "NOTICE", name))


def policy_files(names: Iterable[str]) -> list[str]:
    """Every acceptable-use policy among *names*."""
    return sorted(name for name in names if (own := _own(name)) is not None and _POLICY.fullmatch(own))


def third_party_files(names: Iterable[str]) -> list[str]:
    """Every file among *names* in which licenses and notices of others are collected (`THIRD_PARTY_LICENSES.txt`)."""
    return sorted(name for name in names if (own := _own(name)) is not None and _THIRD_PARTY.fullmatch(own))


def is_beside(name: str) -> bool:
    """Whether a base model's file of this name goes along with the weights: license, notice or policy."""
    return bool(license_files([name]) or notice_files([name]) or policy_files([name]) or third_party_files([name]))


def _is_license(name: str) -> bool:
    own = _own(name)
    if own is None:
        return False
    if _LICENSE_OF.fullmatch(own):
        return True
    other = (
        _NOTICE.fullmatch(own) or _POLICY.fullmatch(own) or _THIRD_PARTY.fullmatch(own) or own.lower() == "readme.md"
    )
    return _TEXTS.fullmatch(name.rpartition("/")[0]) is not None and bool(_TEXT.fullmatch(own)) and not other


def _own(name: str) -> str | None:
    """The file's own name, where it lies where licenses do."""
    folder, _, own = name.rpartition("/")
    return own if not folder or _FOLDER.fullmatch(folder) else None
