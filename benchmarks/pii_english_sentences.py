"""English sentences about invented people, with where each value stands; some of nobody. For `pii_peers.py`.

Values are Faker's, in the formats of several countries; the sentences are our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from pii_zh_generator import Sentence, Span

__all__ = ["english_sentences"]

_TEMPLATES = (
    "Hi, this is {{name}}, please call me back at {{phone}}.",
    "{{name}} asked us to ship the parcel to {{address}} and to write to {{email}}.",
    "Customer: {{name}}\nPhone: {{phone}}\nE-mail: {{email}}\nAddress: {{address}}",
    "My card number is {{card}}, it expires next month.",
    "SSN {{ssn}} belongs to {{name}}, who was born in Ohio.",
    "Wire it to {{iban}} in the name of {{name}}.",
    "Failed login from {{ip}} for {{email}}.",
    "user={{email}};ip={{ip}};mac={{mac}}",
    "Dear {{name}},\nyour appointment is confirmed. Reply to {{email}} or call {{phone}}.",
    "She lives at {{address}}; her number is {{phone}}.",
    '{"name": "{{name}}", "email": "{{email}}", "phone": "{{phone}}", "card": "{{card}}"}',
    "The key is {{token}}, don't share it.",
    "export OPENAI_API_KEY={{token}}",
    "The build took 42.5 seconds on version 3.11.7 and wrote 1280 files to the cache.",
    "Order 20260312-000481 shipped in 3 boxes of 12, total 1499.00 USD, ISBN 978-3-16-148410-0.",
    "See section 4.2.1 of the manual for the 10 most common questions, and figure 12 on page 310.",
    "The ratio rose from 0.1234 to 0.5678 between 2019 and 2024, see table 7.",
    "Write to support@example.com or connect to 192.168.0.1 if the router does not answer.",
)
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def english_sentences(count: int, seed: int = 0) -> Iterator[Sentence]:
    """*count* sentences, templates in turn. Raises ImportError without Faker."""
    make = _values(seed)
    for number in range(count):
        template = number % len(_TEMPLATES)
        source, text, at = _TEMPLATES[template], "", 0
        spans: list[Span] = []
        for place in _PLACE.finditer(source):
            text += source[at : place.start()]
            at = place.end()
            entity, value = make[place[1]]
            written = value()
            spans.append(Span(entity, len(text), len(text) + len(written)))
            text += written
        yield Sentence(text + source[at:], tuple(spans), template)


def _values(seed: int) -> dict[str, tuple[str, Callable[[], str]]]:
    from faker import Faker

    fakes = [Faker(place) for place in ("en_US", "en_GB", "en_AU", "de_DE", "fr_FR")]
    for each in fakes:
        each.seed_instance(seed)
    draw = Random(seed)

    def of(kind: str) -> Callable[[], str]:
        return lambda: str(getattr(draw.choice(fakes), kind)())

    def token() -> str:
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return draw.choice(("ghp_", "sk-proj-")) + "".join(draw.choices(letters, k=36))

    return {
        "name": ("PERSON", of("name")),
        "phone": ("PHONE_NUMBER", of("phone_number")),
        "email": ("EMAIL_ADDRESS", lambda: str(fakes[0].user_name()) + "@" + str(fakes[0].domain_name())),
        "address": ("STREET_ADDRESS", lambda: str(draw.choice(fakes).address()).replace("\n", ", ")),
        "card": ("CREDIT_CARD", lambda: str(fakes[0].credit_card_number(draw.choice(("visa", "mastercard", "amex"))))),
        "ssn": ("US_SSN", lambda: str(fakes[0].ssn())),
        "iban": ("IBAN_CODE", lambda: str(draw.choice(fakes[3:]).iban())),
        "ip": ("IP_ADDRESS", lambda: str(fakes[0].ipv4_public())),
        "mac": ("MAC_ADDRESS", lambda: str(fakes[0].mac_address())),
        "token": ("SECRET", token),
    }
