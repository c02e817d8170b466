"""Which license a release states: what a person said, else the base model's own where its terms travel with it.

A permissive base leaves the choice to people, so nothing is stated for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finewarden.licensing.hub_licenses import HUB_LICENSES, as_front_matter, hub_id
from finewarden.licensing.library import Library
from finewarden.release.license_duties import Owed, named
from finewarden.release.missing import Missing

__all__ = ["follows", "front_matter", "refused"]

_SAYS_NOTHING = frozenset({"other", "unknown"})


def refused(stated: str | None, owed: Owed) -> Missing | None:
    """Why the license *stated* can't be the release's; None when no base model's own license stands against it."""
    if stated is None or not _is_known(stated, owed.licensed.library):
        return None
    for model in owed.bound:
        if all(one.record.allows_other_terms for one in model):
            continue
        if all(one.certain for one in model) and not any(_means(stated, one.record.key, owed) for one in model):
            what = f"the license: {stated!r} is stated, but {model[0].of} is under the {model[0].record.revision}"
            return Missing(what, f'set license = "{_own(owed)}" in the policy; README.md is left as it is until then')
    return None


def follows(front: Mapping[str, Any], owed: Owed) -> str | None:
    """The license that follows from the bases alone, as a front matter calls it; None where people have to say.

    *front* is README's: a name there that no record knows is a person's own terms, and stays.
    """
    if not owed.bound or not all(one.certain for model in owed.bound for one in model):
        return None
    value = front.get("license")
    there = front.get("license_name") if value == "other" else value
    own = _own(owed)
    if isinstance(there, str) and there not in (own, *_SAYS_NOTHING) and not _is_known(there, owed.licensed.library):
        return None
    return own


def front_matter(stated: str, front: Mapping[str, Any], *, link: str | None, owed: Owed | None) -> dict[str, Any]:
    """Changes to *front* that state the license *stated*, whose text is in the file *link* as far as nothing better
    is known of what is *owed*.

    A name and link that a person gave for the same "other" license stay, unless the name is another license's.
    """
    library = owed.licensed.library if owed is not None else None
    record = library.get(stated) if library is not None else None
    link = owed.text_of(record) if owed is not None else link
    wanted = as_front_matter(stated, link=link)
    if record is not None and wanted["license"] == "other":
        tag = next((tag for tag in record.hub if tag in HUB_LICENSES), None)
        if tag is not None:
            wanted = as_front_matter(tag)
        else:
            wanted |= {"license_name": named(record), "license_link": link or record.hub_link or "LICENSE"}
    if front.get("license") != "other" or wanted["license"] != "other":
        return wanted
    there = library.get(front["license_name"]) if library and isinstance(front.get("license_name"), str) else None
    kept = {key for key in wanted if key in front}
    if there is not None and there != record:
        kept -= {"license_name", "license_link"}
    return {key: value for key, value in wanted.items() if key not in kept}


def _own(owed: Owed) -> str:
    """The bases' own license; that of a merge has the names of all."""
    return "-and-".join(dict.fromkeys(named(model[0].record) for model in owed.bound))


def _is_known(name: str, library: Library) -> bool:
    return library.get(name) is not None or (hub_id(name) or "other") not in _SAYS_NOTHING


def _means(name: str, key: str, owed: Owed) -> bool:
    record = owed.licensed.library.records[key]
    return Library({key: record}).get(name) is not None or hub_id(name) in record.hub
