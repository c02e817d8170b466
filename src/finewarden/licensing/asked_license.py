"""Which license a person means: by one of its names, or by a model that is under it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from finewarden.license_record import LicenseRecord
from finewarden.licensing.base.repacks import origin_of
from finewarden.licensing.library import Library, RecordError

__all__ = ["Asked", "asked_for"]

_KNOWN = {
    "text": "read at its source",
    "scancode": "read at its source",
    "excerpt": "read in part",
    "secondary": "told by others, or by the name alone",
}


@dataclass(frozen=True)
class Asked:
    """A record and why it is the one; *model* is the Hub id that was asked for, None when the license was named."""

    record: LicenseRecord
    model: str | None
    why: str


def asked_for(name: str, library: Library) -> list[Asked]:
    """Every license that *name* means: a key, SPDX id, Hub tag or `license_name`, else a Hub model id.

    Raises RecordError, whose text is one sentence with what may have been meant.
    """
    named = library.get(name)
    if named is not None:
        return [Asked(named, None, "")]
    tagged = [one.key for one in library if name.lower() in {tag.lower() for tag in (*one.hub, *one.hub_names)}]
    if tagged:
        raise RecordError(f"{name!r} is what several are tagged: name one of {', '.join(map(repr, tagged))}")
    origin = origin_of(name, library)
    being = {"repack": f"{name} is {{}} in other bytes; ", "made-from": f"{name} is made from {{}}; "}
    found = [
        Asked(
            record,
            model,
            f"{being.get(origin.relation, '').format(model)}{model} is under it: "
            f"its name matches '{pattern.pattern}' ({_KNOWN[pattern.confidence]})",
        )
        for model in origin.models
        for record, pattern in library.of_model(model)
    ]
    if found:
        return found
    known = {known.lower(): one.key for one in library for known in (one.key, one.name, *one.hub_names, *one.aliases)}
    near = [known[close] for close in difflib.get_close_matches(name.lower(), known, n=5, cutoff=0.6)]
    hint = f"did you mean {' or '.join(map(repr, dict.fromkeys(near[:3])))}? " if near else ""
    what = "no license record knows the model" if "/" in name else "no license record"
    raise RecordError(f"{what} {name!r}: {hint}`finewarden licenses` lists them all")
