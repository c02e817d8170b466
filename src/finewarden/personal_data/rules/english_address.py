"""Addresses down to the door in English text, as the post writes them in the English-speaking world and in Europe."""

from __future__ import annotations

from finewarden.personal_data.rules.english_streets import BEFORE, BEHIND, ENDINGS, TYPES, UNITS, WEAK_TYPES
from finewarden.personal_data.rules.english_words import COUNTRIES, LETTER, NAME, STATES, UPPER
from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, rule

__all__ = ["DOORS", "RULES"]

_FIRST = rf"(?<![{LETTER}0-9.\-/])"
_LAST = rf"(?![{LETTER}0-9])"
_NUMBER = r"[0-9]{1,6}[A-Za-z]?(?:[-/ ][0-9]{1,5})?"
_SMALL = "de|da|do|dos|di|del|della|des|du|la|le|van"
_NAMES = rf"(?:(?:{NAME}|[{UPPER}]\.?|{_SMALL}) ?){{1,5}}"
_WORDS = rf"{NAME}(?:\.(?= ))?(?: (?:{NAME}|[{UPPER}]\.?|{_SMALL}|of|the|von|der|den|na|nad|el)){{0,4}}"
_UNIT = rf"(?:{UNITS}) ?#? ?[0-9A-Z][0-9A-Za-z\-]{{0,6}}"
_POSTCODE = (
    rf"(?:(?:{STATES}|[A-Z]{{2,3}}) [0-9]{{4,5}}(?:-[0-9]{{4}})?"  # United States and Australia, with the state
    r"|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}"  # Canada, United Kingdom
    r"|[A-Z]{1,2}-[0-9]{4,5}|[0-9]{3} [0-9]{2}|[0-9]{4,6}(?:-[0-9]{3,4})?)"
)
# From one part of an address to the next: a comma, a line, a quoted line of a mail.
_GAP = r"[ ]?[,\n]?[ \n>|]{0,4}"
_PART = rf"[ ]?[,\n][ \n>|]{{0,4}}{_WORDS}"
# What follows the street: it ends in a postcode, a country, or a word between commas.
_TOWN = (
    rf"(?:(?:{_PART}){{0,2}}{_GAP}(?:(?:{COUNTRIES}) )?(?:[A-Z]{{2,3}}{_GAP})?(?:(?:{COUNTRIES}){_GAP})?"
    rf"{_POSTCODE}{_LAST}(?:[ ]?[,\n]?[ ]{{0,2}}{_WORDS}(?=[.,;\n]|$))?"
    rf"|(?:{_PART}){{0,2}}[ ]?[,\n][ \n>|]{{0,4}}(?:{COUNTRIES}){_LAST}"
    rf"|(?:[ ]?,[ \n>|]{{0,2}}{_WORDS}){{1,2}}(?=[.,;?!\n]|$))"
)
# Behind the number of a flat, the town may follow with no comma.
_TAIL = rf"(?:{_GAP}{_UNIT}{_LAST})?(?:{_TOWN}|(?<=[0-9]) {_WORDS}(?=[.,;?!\n]|$| [a-z]))?"

_STREETS = (
    # 12 N. Main Street, 300 5th Ave
    rf"{_NUMBER},? (?:[NSEW]{{1,2}}\.? )?(?:(?:{NAME}|[0-9]{{1,3}}(?:st|nd|rd|th)|St\.|[{UPPER}]\.) ){{1,4}}"
    rf"(?:{TYPES})\b\.?(?: [NSEW]{{1,2}}\b)?",
    # Via Roma 5, ul. 3 Maja 12
    rf"(?:{_NUMBER},? )?(?:{BEFORE}) ?(?:{NAME}|{_SMALL}|d'|l'|[0-9]{{1,2}})"
    rf"(?: (?:{NAME}|[{UPPER}]\.|{_SMALL}|[0-9]{{1,2}}°?)){{0,4}},? [0-9]{{1,4}}[A-Za-z]?\b",
    # 5 rue de la Paix
    rf"{_NUMBER},? (?:{BEFORE}) (?:{NAME}|{_SMALL})(?: (?:{NAME}|[{UPPER}]\.|{_SMALL})){{0,4}}",
    # Hauptstraße 5
    rf"(?:{_NUMBER},? )?(?:{NAME} ){{0,2}}[{UPPER}][{LETTER}\-]{{2,24}}(?:{ENDINGS}),? [0-9]{{1,4}}[A-Za-z]?\b",
    # Váci utca 5.
    rf"(?:{_NUMBER},? )?(?:{NAME} ){{1,3}}(?:{BEHIND}),? [0-9]{{1,4}}\b",
)
_STREET_SIGN = (
    rf" (?:{TYPES})\b|(?:{BEFORE}) [^\n]*[0-9]|[0-9][A-Za-z]?,? (?:{BEFORE}) "
    rf"|(?:{ENDINGS}),? [0-9]|(?:{BEHIND}),? [0-9]"
)

_ANNOUNCED = (
    r"\b(?:(?:[Aa]ddress|residence)(?:es)?(?: (?:of [^.,\n]{1,60} )?(?:is|to|are|here they are|to the same))?:? ?"
    r"|(?:lives?|living|lived|office is|offices are located|is located|return(?: it)?|taxi|arrived|sent|delivered"
    r"|deliver|ship(?:ped)?|moved|one) (?:at|in|on|to) |ADDRESS:?\s{0,3})"
)

DOORS = (
    rule(
        "STREET_ADDRESS",
        "street address",
        rf"{_FIRST}(?:{'|'.join(_STREETS)}){_TAIL}",
        BY_SHAPE,
        digits=1,
        sign=_STREET_SIGN,
    ),
    rule(
        "STREET_ADDRESS",
        "street address with its town",
        rf"{_FIRST}(?:[0-9]{{2,6}}|[0-9]) (?:{NAME} ){{1,4}}(?:{WEAK_TYPES})(?:{_GAP}{_UNIT})?{_PART}"
        rf"{_GAP}(?:[A-Z]{{2,3}}{_GAP})?(?:(?:{COUNTRIES}){_GAP})?{_POSTCODE}{_LAST}",
        BY_SHAPE,
        digits=1,
        sign=rf"[0-9] [^\n]* (?:{WEAK_TYPES})[ ,\n]",
    ),
    rule(
        "STREET_ADDRESS",
        "door and its town",
        rf"{_FIRST}{_NUMBER},? {_NAMES}(?:[0-9]{{1,4}}[A-Z]? ?)?{_GAP}(?:Apartment|Apt\.?|Suite|Ste\.|Unit|Flat) ?#? ?"
        rf"[0-9]{{1,5}}[A-Z]?{_LAST}{_TAIL}",
        BY_SHAPE,
        anchors="apartment apt suite ste. unit flat",
        digits=1,
        sign=r"[0-9A-Za-z.] ?[,\n]?[ \n>|]*(?:Apartment|Apt\.?|Suite|Ste\.|Unit|Flat) ?#? ?[0-9]",
    ),
    rule(
        "STREET_ADDRESS",
        "military address",
        rf"(?<![{LETTER}0-9])(?:(?:PSC|CMR|Unit) [0-9]{{1,5}},? ?(?:Box|BOX) [0-9]{{1,5}}|US(?:S|NS|NV|CGC) {NAME})?"
        rf"[ ,]{{0,2}}\n?[ >|]{{0,4}}(?:APO|FPO|DPO),? A[AEP] [0-9]{{5}}(?:-[0-9]{{4}})?{_LAST}",
        BY_CONTEXT,
        anchors="apo fpo dpo",
        digits=5,
        sign=r"(?:APO|FPO|DPO),? A[AEP] [0-9]{5}",
    ),
    rule(
        "STREET_ADDRESS",
        "post box",
        rf"(?<![{LETTER}0-9])(?:P\.? ?O\.?|Post Office|GPO) Box [0-9]{{1,6}}{_LAST}{_TAIL}",
        BY_CONTEXT,
        anchors="box",
        digits=1,
        sign="O(?:\\.|ffice)? Box [0-9]",
    ),
)
"""What an address can start with."""

RULES = (
    *DOORS,
    rule(
        "STREET_ADDRESS",
        "address that is announced",
        rf"{_ANNOUNCED}(?P<value>(?:[0-9]{{1,6}}[A-Z]? ){{1,2}}{_WORDS}(?: [0-9]{{1,4}}[A-Za-z]?\b)?{_TAIL}"
        rf"|{_WORDS},? [0-9]{{1,4}}[A-Za-z]?\b(?! ?(?:years|days|weeks|minutes|hours|and|or)){_TAIL})",
        BY_CONTEXT,
        digits=1,
        sign=rf"{_ANNOUNCED}[{UPPER}0-9]",
    ),
    rule(
        "STREET_ADDRESS",
        "corner of two streets",
        rf"\b(?P<value>(?:the )?corner of (?:{_NUMBER} )?(?:{BEFORE} )?{_WORDS}(?: [0-9]{{1,4}})? and "
        rf"(?:{_NUMBER} )?(?:{BEFORE} )?{_WORDS}"
        rf"(?: [0-9]{{1,4}})?)",
        BY_CONTEXT,
        anchors="corner",
        sign=r"corner of [^\n]* and ",
    ),
)
