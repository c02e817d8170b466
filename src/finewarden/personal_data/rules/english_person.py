"""Names in English text that the words beside them tell: a title, "my name is", a form, a letter, an envelope."""

from __future__ import annotations

import re

from finewarden.personal_data.no_persons import may_be_name
from finewarden.personal_data.rules.english_address import DOORS
from finewarden.personal_data.rules.english_words import LETTER, NAME, UPPER
from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, rule

__all__ = ["RULES"]

_FIRST, _LAST = rf"(?<![{LETTER}])", rf"(?![{LETTER}])"
_PART = rf"(?:{NAME}|[{UPPER}]\.?|de|da|di|van|von|der|den|ten|bin|al|el|la|dos|del)"
_PERSON = rf"{NAME}(?: {_PART}){{0,3}}"
_MARKED = "À-ÖØ-öø-ɏ"
_TITLE = (
    r"[Mm]rs?\.?|[Mm]s\.|Ms|Miss|Mx\.?|Dr\.?|Prof(?:essor)?\.?|Sir|Dame|Rev\.?|Judge|Senator|Sgt\.?|Capt\.?|Nurse|Herr|Frau"
    r"|Madame|Mme\.?"
)
_SAID = (
    r"(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir|[Yy]our|[Tt]he) (?:full |first |last |sur|maiden |nick)?name(?:'s| is|:)"
    r"|(?:people |friends |they )?call(?:s|ed)? me|named (?:him|her)|change it to|[Ii]t's under"
    r"|(?:I am|I'm|[Tt]his is) (?=[^.\n]{2,40} (?:calling|speaking|from|here)\b)"
)
_FORM = (
    r"\b(?:[Ff]ull |[Ff]irst |[Ll]ast |[Cc]ustomer |[Pp]atient |[Cc]ontact |[Aa]ccount )?[Nn]ame|\b[Dd]irected [Bb]y"
    r"|\b(?:Patient|Customer|Attn|Recipient|Cardholder|Beneficiary|Sender|Signed|Author|Contact)"
)
_DOES = (
    r"'s (?:daughter|son|kids?|wife|husband|mother|father|brother|sister|killers?|address|phone|e-?mail|birthday)\b"
    rf"| (?:lives|resides|lived|resided) (?:at|on|in) (?=[0-9{UPPER}])"
    r"| (?:was born|began writing|will be talking|will be speaking)\b"
)
_INTRODUCED = (
    r"(?:(?<![A-Za-z])(?:I['’]?m|I am|(?:[Tt]his|[Ii]t)(?: is|['’]s)|[Mm]y name['’]s|[Ss]orry,|[Ss]igned,?)[ \n]"
    r"|(?:[Rr]egards|[Ss]incerely|[Tt]hanks|[Tt]hank you|[Cc]heers|[Ww]ishes|[Yy]ours|[Rr]espectfully|[Tt]ruly|[Ll]ove)"
    r"[,.!]?[ \t]{0,2}\n{1,2}[ \t]{0,2})"
)
_GOES_ON = r"(?=[ \t]*(?:[.,;!?\n(]|$)| (?:from|here|with|at|in|and|calling|speaking|writing|of|again|by)\b|['’]s )"
_BEGINS_OTHERS = (
    "African All American An And April Asian August Best Big Black British Buddhist But Catholic Central Chief "
    "Chinese Christian Christmas Costa December Dr East Easter Eastern El English European February First French "
    "Friday Full General German Good Great Happy Head Her Here High His Hong How If Indian It Italian January "
    "Japanese Jewish July June Just Kind Korean Las Latin Lead Little Los Low March Merry Middle Monday Mr Mrs Ms "
    "Muslim Native New North Northern Not November Now October Old Or Our Part Prime Pro Puerto Real Really Roman "
    "Russian Saint San Saturday Saudi Second Senior September Sir So South Southern Spanish Sri St Sunday Super "
    "That The Their There This Thursday Tuesday United Very Vice Warm Wednesday West Western What When Where White "
    "Who Why Your"
)
_NO_FIRST_NAME = frozenset(_BEGINS_OTHERS.split())
_ENDS_OTHERS = (
    "Airport American April August Avenue Bank Center Centre City College Company Corp County Day December "
    "Department Edition February Friday Group Hospital Inc January July June Ltd March Monday November October Plus "
    "Pro Road Saturday School September State Station Street Sunday Team Thursday Tuesday University Wednesday"
)
_NO_SURNAME = frozenset(_ENDS_OTHERS.split())
_LINE = re.compile(r"[>| \t]*([^\n]+)")


def _on_an_envelope(match: re.Match[str]) -> float:
    """Whether one of the next three lines that say something starts an address."""
    at, seen = match.end(), 0
    while seen < 3 and (line := _LINE.search(match.string, at, at + 200)):
        if any(each.pattern.match(match.string, line.start(1)) for each in DOORS):
            return BY_SHAPE
        at, seen = line.end(), seen + 1
    return 0.0


def _introduced(match: re.Match[str]) -> float:
    """Two words with capitals that can be a name: no product, no day or month, no place that begins like many."""
    words = match["value"].split()
    if words[0] in _NO_FIRST_NAME or words[-1] in _NO_SURNAME or match["value"].isupper():
        return 0.0
    return BY_SHAPE if may_be_name(words[0]) and may_be_name(words[-1]) else 0.0


RULES = (
    rule(
        "PERSON",
        "name of somebody who says who it is",
        rf"{_INTRODUCED}(?P<value>{NAME}(?: [{UPPER}]\.)? {NAME}){_GOES_ON}",
        _introduced,
        sign=rf"{_INTRODUCED.replace('(?<![A-Za-z])', '')}[{UPPER}]",
    ),
    rule(
        "PERSON",
        "name on an envelope",
        rf"(?:^|\n)[>| \t]{{0,4}}(?P<value>{NAME}(?: {_PART}){{1,3}})(?=[ \t]*\n)",
        _on_an_envelope,
        digits=1,
    ),
    rule("PERSON", "title and name", rf"{_FIRST}(?:{_TITLE}) (?P<value>{_PERSON})", BY_CONTEXT),
    rule("PERSON", "name that is said", rf"\b(?:{_SAID}) (?P<value>{_PERSON})", BY_CONTEXT),
    rule(
        "PERSON",
        "name in a form",
        rf"(?:{_FORM}):[ \t]{{0,4}}(?P<value>{NAME}(?: {_PART}){{1,3}})(?=[ \t]*(?:[,;|\n]|$))",
        BY_CONTEXT,
        anchors="name by patient customer attn recipient cardholder beneficiary sender signed author contact",
    ),
    rule(
        "PERSON",
        "answer to a question for a name",
        rf"\bname(?: on [^?\n]{{1,30}})?\?[ \n](?:[A-Z][a-z]{{2,10}}: ?)?(?P<value>{_PERSON})(?=[.!\n]|$)",
        BY_CONTEXT,
        anchors="name",
    ),
    rule(
        "PERSON",
        "greeting of a letter",
        rf"(?:^|\n)[ \t]{{0,4}}(?:Dear|Hi|Hello|Hey) (?!There|All|Everyone|World|Team|Sir|Madam|Customer|Friends?\b)"
        rf"(?P<value>{NAME}(?: {_PART}){{0,2}})(?=,|!|\n)",
        BY_CONTEXT,
        anchors="dear hi hello hey",
    ),
    rule(
        "PERSON",
        "name of somebody who lives or talks",
        rf"{_FIRST}(?!(?:He|She|It|They|We|You|Who|That|This|There)\b)(?P<value>{_PERSON})(?:{_DOES})",
        BY_CONTEXT,
        sign=_DOES,
    ),
    rule(
        "PERSON",
        "name with marked letters",
        rf"{_FIRST}(?=[^ ]{{0,24}}[{_MARKED}]|[^ ]{{1,24}} [^ ]{{0,24}}[{_MARKED}])"
        rf"(?P<value>{NAME} (?:{NAME}|[{UPPER}]\.? {NAME})(?: {NAME})?){_LAST}",
        BY_SHAPE,
        sign=f"[{_MARKED}]",
    ),
)
