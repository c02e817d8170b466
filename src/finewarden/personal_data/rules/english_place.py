"""Towns in English text that a line of an address or a verb of living and travelling tells."""

from __future__ import annotations

from finewarden.personal_data.rules.english_words import COUNTRIES, LETTER, NAME, STATES
from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, rule

__all__ = ["RULES"]

_FIRST, _LAST = rf"(?<![{LETTER}0-9])", rf"(?![{LETTER}0-9])"
_TOWN = rf"{NAME}(?: (?:{NAME}|de|da|do|di|del|van|am|an der|upon|sur|la|le)){{0,3}}"
_TOLD = (
    r"\b(?:(?:moved|came|come|comes|coming) (?:here |over )?from|(?:grew up|born|raised|lived|reside[sd]?|stationed) in"
    r"|travel(?:l?ing|l?ed|s)? to|(?:trip|flight|flew|fly|flying|moved|moving|relocat(?:ed|ing)) to"
    r"|I(?:'m| am) (?:in|from)|(?:he|she|we|they)(?:'s| is| are|'re) from|hometown (?:is|of)|native of|citizen of"
    r"|based in|[Uu]niversity of|(?:office|branch|hotel|meeting|conference) in|visit(?:ed|ing)) "
)

RULES = (
    rule(
        "LOCATION",
        "town, state and ZIP code",
        rf"{_FIRST}{_TOWN},? (?:{STATES}),? [0-9]{{5}}(?:-[0-9]{{4}})?{_LAST}",
        BY_CONTEXT,
        digits=5,
        sign=rf" (?:{STATES}),? [0-9]{{5}}",
    ),
    rule(
        "LOCATION",
        "town, country and postcode",
        rf"{_FIRST}{_TOWN}[ ]?,?\n?[ >|]{{0,4}},?[ ]?(?:[A-Z]{{2,3}}[ ,\n>|]{{1,4}})?"
        rf"(?:{COUNTRIES}) [0-9]{{4,6}}{_LAST}",
        BY_CONTEXT,
        digits=4,
        sign=rf"(?:{COUNTRIES}) [0-9]{{4}}",
    ),
    rule(
        "LOCATION",
        "town where somebody is",
        # Code lives in folders and modules, people don't.
        rf"{_TOLD}(?P<value>{_TOWN}(?:, {NAME})?)(?![{LETTER}0-9/_.(]*[/_(])",
        BY_SHAPE,
    ),
)
