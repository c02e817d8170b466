"""What one license obliges to, as data: the schema of `records/*.toml` and of `[[tool.finewarden.licenses]]`.

A record says in our own words what a text says, clause by clause, with its source, the day it was read and how much
of it was read. Only sentences that a license itself asks to be shown are quoted. What was not read in full warns and
never fails a build.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = [
    "Confidence",
    "Form",
    "Kind",
    "LicenseRecord",
    "ModelPattern",
    "Obligation",
    "Outputs",
    "Territory",
    "TextSource",
    "Threshold",
    "is_read_in_full",
]

Form = Literal["weights", "adapter", "quantised", "api", "product", "outputs"]
"""What is given away: full weights, an adapter, weights in fewer bits, answers of a hosted model, a product with the
model inside, a model that was trained on outputs of the licensed one.
"""

Confidence = Literal["text", "scancode", "excerpt", "secondary"]
"""How the clause is known: the whole text read at its source or in scancode's data; a part of it; a description."""

Kind = Literal[
    "license_copy",  # recipients get the text of the license
    "notice_file",  # a text file called Notice carries a given sentence
    "display_mark",  # a given phrase is shown in named places
    "name_prefix",  # the model's name begins with a mark
    "name_not",  # the model's name is not a mark
    "modified_files_notice",  # what was changed says so
    "keep_notices",  # copyright and attribution notices that came along stay
    "restrictions_flowdown",  # use restrictions are an enforceable term of what you give away
    "restrictions_notice",  # later users are told of the restrictions
    "aup_binding",  # an acceptable-use policy is part of the contract
    "no_train_other_llm",  # outputs may not improve other models
    "noncommercial",  # no commercial use
    "registration",  # a form, e-mail or approval before commercial use
    "ui_mark",  # a mark in the user interface of a product
    "no_safety_bypass",  # the license ends where guardrails are bypassed
    "ai_disclosure",  # machine-made content is disclosed
    "documentation",  # documentation of equal quality goes along
    "attribution",  # whoever made the material is named (data licenses)
    "no_derivatives",  # what is made from it is not given to anyone (data licenses)
    "share_alike",  # what is made from it is under the same license (data licenses)
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def is_read_in_full(confidence: Confidence) -> bool:
    """Whether a finding may rest on it alone."""
    return confidence in ("text", "scancode")


class ModelPattern(_Strict):
    """Hub ids that are under the license: a regular expression, matched from the start, letter case aside. *ships* is
    the record whose text alone their publisher ships, where that is another's."""

    pattern: str
    confidence: Confidence = "text"
    note: str = ""
    ships: str | None = None
    multimodal: bool = False  # Llama's EU clause is about multimodal models only

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, given: str) -> str:
        try:
            re.compile(given, re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"{given!r} is no regular expression ({error})") from None
        return given


class Obligation(_Strict):
    """One duty. *forms* are the columns that it is due in, *arguable* those where the text can be read either way."""

    id: str
    kind: Kind
    clause: str
    forms: tuple[Form, ...] = ()
    arguable: tuple[Form, ...] = ()
    required: bool = True  # False: the text encourages it
    internal: bool = False  # True: due without giving anything to anyone
    text: str | None = None  # the sentence asked for; {release_name} stands for the model's name
    any_of: tuple[str, ...] = ()  # or one of these
    prefix: str | None = None
    places: tuple[str, ...] = ()
    only_for: str | None = None  # pattern of Hub ids
    exception: str = ""  # of no_train_other_llm: pattern of the models that may be improved all the same
    refers_to: str = ""  # where the restrictions stand
    policy_url: str | None = None
    when: Literal["always", "commercial"] = "always"
    says: str  # the duty in words
    says_zh: str
    confidence: Confidence | None = None  # None: the record's own

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences of which one satisfies it."""
        return self.any_of or ((self.text,) if self.text else ())


class Threshold(_Strict):
    """Above *above*, the grant ends or changes."""

    id: str
    kind: Literal["monthly_active_users", "daily_active_users", "monthly_revenue_usd", "annual_revenue_usd"]
    above: Annotated[int, Field(ge=0)]
    clause: str
    measured: str = ""  # when and of what, in words
    month: str | None = None  # "2024-06": the one calendar month that counts
    who: str = ""
    when: Literal["always", "commercial"] = "always"
    then: str  # what is due above it
    says: str
    says_zh: str
    confidence: Confidence | None = None


class Territory(_Strict):
    """Places for which nothing is granted: "EU", or ISO 3166 alpha-2 codes ("GB", "KR")."""

    excluded: tuple[str, ...]
    clause: str
    about: Literal["use", "licensee"] = "use"  # where it is used, or where whoever holds the license is at home
    multimodal_only: bool = False
    who: str = ""
    says: str
    says_zh: str
    confidence: Confidence | None = None


class Outputs(_Strict):
    """Whether what the model says may train other models; None where the text says nothing or was not read."""

    may_train_others: bool | None = None
    condition: str = ""
    condition_zh: str = ""
    clause: str = ""
    exception: str = ""  # pattern of the models that may be improved all the same
    confidence: Confidence | None = None


class TextSource(_Strict):
    """Where the text was read."""

    repo: str | None = None
    path: str | None = None
    commit: str | None = None
    url: str | None = None


class LicenseRecord(_Strict):
    """One license, one revision of its duties.

    *texts* names the fingerprints that are texts of it, newest first (`finewarden.licensing.texts.match`).
    *derivatives*: "any" when a fine-tune may be under other terms altogether as long as copy and notices go along
    (Apache-2.0, MIT); "own-terms" where the text lets a fine-tune have additional or different terms as long as its own
    conditions are kept (Gemma, Qwen, DeepSeek); "bound" when the base's own terms travel with it and no others.
    """

    schema_version: Literal[1] = 1
    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.+-]*$")]
    name: str
    about: Literal["model", "data", "service"] = "model"
    family: str
    released: date | None = None
    spdx: str | None = None
    licenseref: str | None = None
    hub: tuple[str, ...] = ()  # `license:` on the Hub
    hub_names: tuple[str, ...] = ()  # `license_name:` beside `license: other`
    hub_link: str | None = None  # `license_link:`
    aliases: tuple[str, ...] = ()  # how people write it
    texts: tuple[str, ...] = ()
    derivatives: Literal["any", "own-terms", "bound"] = "bound"
    commercial: Literal["yes", "conditional", "no", "unspecified"]
    superseded_by: str | None = None
    models: tuple[ModelPattern, ...] = ()
    not_models: tuple[str, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    territory: tuple[Territory, ...] = ()
    restrictions: tuple[str, ...] = ()  # topics, in our words
    restrictions_zh: tuple[str, ...] = ()
    outputs: Outputs = Outputs()
    governing_law: str | None = None
    note: str = ""
    note_zh: str = ""
    verified: date
    confidence: Confidence
    source: TextSource = TextSource()

    @field_validator("key")
    @classmethod
    def _lower(cls, given: str) -> str:
        return given.lower()

    def model_pattern(self, hub_id: str) -> ModelPattern | None:
        """The pattern that claims the model *hub_id* ("org/name"); None when the record is not about it."""
        if any(re.match(pattern, hub_id, re.IGNORECASE) for pattern in self.not_models):
            return None
        return next((one for one in self.models if re.match(one.pattern, hub_id, re.IGNORECASE)), None)

    @property
    def travels(self) -> bool:
        """Whether its own terms travel with whatever is made from the model."""
        return self.derivatives != "any"

    @property
    def allows_other_terms(self) -> bool:
        """Whether a fine-tune may be declared under another license beside its own conditions. A grant of "additional
        or different terms" is none to drop restrictions that must be passed on, or to allow commercial use.
        """
        kept = {one.kind for one in self.obligations if one.required} & {"restrictions_flowdown", "noncommercial"}
        return self.derivatives == "any" or (self.derivatives == "own-terms" and not kept)

    @property
    def revision(self) -> str:
        """What a finding says it assumed: name and date of the text."""
        return f"{self.name} ({self.released})" if self.released else self.name
