"""The duties of one license in every form at once, and in words: what `finewarden licenses explain` shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from finewarden.license_record import Form, LicenseRecord, ModelPattern, Obligation
from finewarden.licensing.duties import duties_of
from finewarden.licensing.terms import Terms
from finewarden.policy import Policy

__all__ = ["FORMS", "Audience", "Row", "models_in_short", "readable", "rows_of", "source_of"]

Audience = Literal["internal", "customers", "public"]
FORMS: tuple[Form, ...] = get_args(Form)


@dataclass(frozen=True)
class Row:
    """One duty, and the forms in which it is due or may be."""

    obligation: Obligation
    due: frozenset[Form]
    arguable: frozenset[Form]

    def cell(self, form: Form) -> str:
        """How it stands in that column of the matrix."""
        if form not in self.due | self.arguable:
            return "-"
        if not self.obligation.required:
            return "asked"
        return "due" if form in self.due else "arguable"


def rows_of(
    record: LicenseRecord, *, model: str | None, audience: Audience | None, forms: Sequence[Form] = FORMS
) -> list[Row]:
    """The duties of *record* that some of *forms* meets, in the record's order.

    *model*: a duty for other models only is left out; None keeps all. *audience* None stands for giving it to others.
    """
    if model is None:
        everyone = tuple(one.model_copy(update={"only_for": None}) for one in record.obligations)
        record = record.model_copy(update={"obligations": everyone})
    policy = Policy(audience=audience or "public")
    due: dict[str, set[Form]] = {}
    arguable: dict[str, set[Form]] = {}
    for form in forms:
        for duty in duties_of([Terms(record, "base", model or "", "", True)], form=form, policy=policy):
            open_to_dispute = form not in duty.obligation.forms
            (arguable if open_to_dispute else due).setdefault(duty.obligation.id, set()).add(form)
    return [
        Row(one, frozenset(due.get(one.id, ())), frozenset(arguable.get(one.id, ())))
        for one in record.obligations
        if one.id in due or one.id in arguable
    ]


def source_of(record: LicenseRecord) -> str:
    """Where the text was read, on one line."""
    source = record.source
    place = " ".join(part for part in (source.repo, source.path) if part)
    place += f" @ {source.commit}" if place and source.commit else ""
    return ", ".join(part for part in (place, source.url) if part) or "none: no text stands behind it"


def models_in_short(models: Sequence[ModelPattern], *, most: int = 2) -> str:
    """The first of *models* as a person would write them, one a line, and how many more there are."""
    best = [one for one in models if one.confidence != "secondary"] or list(models)
    shown = list(dict.fromkeys(readable(one.pattern) for one in best))
    left = [f"and {len(shown) - most} more"] if len(shown) > most else []
    return "\n".join((*shown[:most], *left))


def readable(pattern: str) -> str:
    """A pattern of Hub ids without what only a machine needs; of many alternatives the first."""
    plain = re.sub(r"\(\?[!=][^()]*\)|\((?:\?:)?(?:-|\[[^\]]*\])\|\$?\)|\$|\\b", "", pattern)
    for regex, words in ((r"\[\^/\][+*]", "*"), (r"\(\?:", "("), (r"\\d\+?", "N"), (r"\\(.)", r"\1")):
        plain = re.sub(regex, words, plain)
    while (shorter := re.sub(r"\(([^()|]*)\|[^()]{12,}\)", r"\1…", plain)) != plain:
        plain = shorter
    return plain.removesuffix("*")
