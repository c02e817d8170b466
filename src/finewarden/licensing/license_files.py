"""Which files of a release speak of licenses, told by their names alone.

Names vary in the wild: `LICENSE-MODEL` beside `LICENSE-CODE` (DeepSeek), `Notice` and `notice.txt`, `USE_POLICY.md`,
`GEMMA_TERMS_OF_USE.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["find_license", "is_beside", "is_code_license", "license_files", "notice_files", "policy_files"]

_LICENSE = re.compile(r"(?:LICEN[SC]E|COPYING)(?:\.(?:txt|md))?", re.IGNORECASE)
_LICENSE_OF = re.compile(
    r"(?:LICEN[SC]E|COPYING)(?:[-_.][A-Z0-9.\-_]+)?|[A-Z0-9]+_LICEN[SC]E(?:_AGREEMENT)?(?:\.(?:txt|md))?"
    r"|[A-Z0-9]+_TERMS_OF_USE(?:\.(?:txt|md))?",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"NOTICE(?:\.(?:txt|md))?", re.IGNORECASE)
_POLICY = re.compile(
    r"(?:[A-Z0-9]+_)?(?:(?:ACCEPTABLE|PROHIBITED)_)?(?:USE|USAGE)_POLICY(?:\.(?:txt|md))?", re.IGNORECASE
)
_CODE = re.compile(r"CODE", re.IGNORECASE)


def find_license(names: Iterable[str]) -> str | None:
    """The file among *names* that is a release's license: `LICENSE` first, never the license of code beside it."""
    return next((name for name in license_files(names) if not is_code_license(name)), None)


def license_files(names: Iterable[str]) -> list[str]:
    """Every file among *names* that holds a license text by its name: the release's own first, the code's last."""
    found = [name for name in names if _LICENSE_OF.fullmatch(name)]
    return sorted(
        found, key=lambda name: (bool(_CODE.search(name)), name != "LICENSE", not _LICENSE.fullmatch(name), name)
    )


def is_code_license(name: str) -> bool:
    """Whether *name* is the license of the code beside the model (`LICENSE-CODE`), and none of the model."""
    return _LICENSE_OF.fullmatch(name) is not None and _CODE.search(name) is not None


def notice_files(names: Iterable[str]) -> list[str]:
    """Every "Notice" text file among *names*; `NOTICE` first."""
    return sorted((name for name in names if _NOTICE.fullmatch(name)), key=lambda name: (name != "NOTICE", name))


def policy_files(names: Iterable[str]) -> list[str]:
    """Every acceptable-use policy among *names*."""
    return sorted(name for name in names if _POLICY.fullmatch(name))


def is_beside(name: str) -> bool:
    """Whether a base model's file of this name goes along with the weights: license, notice or policy."""
    return any(pattern.fullmatch(name) for pattern in (_LICENSE_OF, _NOTICE, _POLICY))
