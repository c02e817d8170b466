"""Towns in English text that a line of an address or a verb of living and travelling tells."""

from __future__ import annotations

from finewarden.personal_data.rules.english_words import COUNTRIES, LETTER, NAME, STATES, UPPER
from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, rule

__all__ = ["RULES"]

_TOWN = rf"{NAME}(?: (?:{NAME}|de|da|do|di|del|van|am|an der|upon|sur|la|le)){{0,3}}"

RULES = (
    rule(
        "LOCATION",
        "town, state and ZIP code",
        rf"(?<![{LETTER}0-9]){_TOWN},? (?:{STATES}),? [0-9]{{5}}(?:-[0-9]{{4}})?(?![{LETTER}0-9])",
        BY_CONTEXT,
        digits=5,
    ),
    rule(
        "LOCATION",
        "town, country and postcode",
        rf"(?<![{LETTER}0-9]){_TOWN}[ ]?,?\n?[ >|]{{0,4}},?[ ]?(?:[A-Z]{{2,3}}[ ,\n>|]{{1,4}})?(?:{COUNTRIES}) [0-9]{{4,6}}(?![{LETTER}0-9])",
        BY_CONTEXT,
        digits=4,
    ),
    rule(
        "LOCATION",
        "town where somebody is",
        rf"\b(?:(?:moved|came|come|comes|coming) (?:here |over )?from|(?:grew up|born|raised|lived|reside[sd]?|stationed) in"
        rf"|travel(?:l?ing|l?ed|s)? to|(?:trip|flight|flew|fly|flying|moved|moving|relocat(?:ed|ing)) to|I(?:'m| am) (?:in|from)"
        rf"|(?:he|she|we|they)(?:'s| is| are|'re) from|hometown (?:is|of)|native of|citizen of|based in|[Uu]niversity of|(?:office|branch|hotel|meeting|conference) in|visit(?:ed|ing)) "
        rf"(?P<value>{_TOWN}(?:, {NAME})?)(?![{LETTER}0-9/_.(]*[/_(])",
        BY_SHAPE,
    ),
)
