"""Names in English text that the words beside them tell: a title, "my name is", a form, a letter, an envelope."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.english_address import DOORS
from finewarden.personal_data.rules.english_words import LETTER, NAME, UPPER
from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, rule

__all__ = ["RULES"]

_PART = rf"(?:{NAME}|[{UPPER}]\.?|de|da|di|van|von|der|den|bin|al|el|la|dos|del)"
_PERSON = rf"{NAME}(?: {_PART}){{0,3}}"
_MARKED = "À-ÖØ-öø-ɏ"
_LINE = re.compile(r"[>| \t]*([^\n]+)")


def _on_an_envelope(match: re.Match[str]) -> float:
    """Whether one of the next three lines that say something starts an address."""
    at, seen = match.end(), 0
    while seen < 3 and (line := _LINE.search(match.string, at, at + 200)):
        if any(pattern.match(match.string, line.start(1)) for pattern in DOORS):
            return BY_SHAPE
        at, seen = line.end(), seen + 1
    return 0.0


RULES = (
    rule(
        "PERSON",
        "name on an envelope",
        rf"(?:^|\n)[>| \t]{{0,4}}(?P<value>{NAME}(?: {_PART}){{1,3}})(?=[ \t]*\n)",
        _on_an_envelope,
    ),
    rule(
        "PERSON",
        "title and name",
        rf"(?<![{LETTER}])(?:[Mm]rs?\.?|[Mm]s\.|Ms|Miss|Mx\.?|Dr\.?|Prof(?:essor)?\.?|Sir|Dame|Rev\.?|Judge|Senator|Sgt\.?|Capt\.?|Nurse|Herr|Frau|Madame|Mme\.?) (?P<value>{_PERSON})",
        BY_CONTEXT,
    ),
    rule(
        "PERSON",
        "name that is said",
        rf"(?:\b(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir|[Yy]our|[Tt]he) (?:full |first |last |sur|maiden |nick)?name(?:'s| is|:)|\b(?:people |friends |they )?call(?:s|ed)? me|\bnamed (?:him|her)|\bchange it to|\b[Ii]t's under|\b(?:I am|I'm|[Tt]his is) (?=[^.\n]{{2,40}} (?:calling|speaking|from|here)\b)) "
        rf"(?P<value>{_PERSON})",
        BY_CONTEXT,
    ),
    rule(
        "PERSON",
        "name in a form",
        rf"(?:\b(?:[Ff]ull |[Ff]irst |[Ll]ast |[Cc]ustomer |[Pp]atient |[Cc]ontact |[Aa]ccount )?[Nn]ame|\b[Dd]irected [Bb]y|\b(?:Patient|Customer|Attn|Recipient|Cardholder|Beneficiary|Sender|Signed|Author|Contact)):[ \t]{{0,4}}(?P<value>{NAME}(?: {_PART}){{1,3}})(?=[ \t]*(?:[,;|\n]|$))",
        BY_CONTEXT,
        anchors="name: by: patient: customer: attn: recipient: cardholder: beneficiary: sender: signed: author: contact:",
    ),
    rule(
        "PERSON",
        "answer to a question for a name",
        rf"\bname(?: on [^?\n]{{1,30}})?\?[ \n](?:[A-Z][a-z]{{2,10}}: ?)?(?P<value>{_PERSON})(?=[.!\n]|$)",
        BY_CONTEXT,
        anchors="name?",
    ),
    rule(
        "PERSON",
        "greeting or end of a letter",
        rf"(?:^|\n)[ \t]{{0,4}}(?:(?:Dear|Hi|Hello|Hey) (?P<value>(?!There|All|Everyone|World|Team|Sir|Madam|Customer|Friends?\b){NAME}(?: {_PART}){{0,2}})(?=,|!|\n))",
        BY_CONTEXT,
        anchors="dear hi hello hey",
    ),
    rule(
        "PERSON",
        "name of somebody who lives or talks",
        rf"(?<![{LETTER}])(?P<value>(?!He\b|She\b|It\b|They\b|We\b|You\b|Who\b|That\b|This\b|There\b){NAME}(?: {_PART}){{0,3}})(?:'s (?:daughter|son|kids?|wife|husband|mother|father|brother|sister|killers?|address|phone|e-?mail|birthday)\b| (?:lives|resides|lived|resided) (?:at|on|in) (?=[0-9{UPPER}])| (?:was born|began writing|will be talking|will be speaking)\b)",
        BY_CONTEXT,
    ),
    rule(
        "PERSON",
        "name with marked letters",
        rf"(?<![{LETTER}])(?=[{LETTER}'’\-.]{{0,25}}(?: [{LETTER}'’\-.]{{1,25}}){{0,1}}(?<=[{LETTER}.'])(?![{LETTER}]))(?=[^ ]{{0,24}}[{_MARKED}]|[^ ]{{1,24}} [^ ]{{0,24}}[{_MARKED}])(?P<value>{NAME} (?:{NAME}|[{UPPER}]\.? {NAME})(?: {NAME})?)(?![{LETTER}])",
        BY_SHAPE,
    ),
)
