"""What licenses oblige a release to: records, the texts they are known by, and which base model a folder is made of.

Facts alone; `finewarden.audits.test_license_*` judge, `finewarden.release` writes what is due. Imported when asked for:

* `record(key)`: what one license obliges to.
* `identify_text(text)`: which license a text is, and each clause that is missing, altered or added.
* `identify_base(model_dir)`: which base model a folder is made of, by its own files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from finewarden.licensing.base.claims import BaseIdentity
    from finewarden.licensing.base.identity import identify_base
    from finewarden.licensing.library import record
    from finewarden.licensing.texts.findings import TextFinding
    from finewarden.licensing.texts.match import TextMatch, identify_text

__all__ = ["BaseIdentity", "TextFinding", "TextMatch", "identify_base", "identify_text", "record"]

# Every module of this package loads this one, and the release layer loads some of them where nothing else is needed.
_WHERE = {
    "BaseIdentity": "base.claims",
    "TextFinding": "texts.findings",
    "TextMatch": "texts.match",
    "identify_base": "base.identity",
    "identify_text": "texts.match",
    "record": "library",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
