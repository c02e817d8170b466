"""What no verdict depends on, and what every verdict depends on, whatever the text."""

from __future__ import annotations

import random
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.match import TextMatch, identify_text
from finewarden.licensing.texts.new_fingerprint import fingerprint_of
from finewarden.licensing.texts.tokens import hash_of, words_of
from tests.licensing.stand_ins import text_of

CHINESE = "许可协议\n\n" + "\n".join(
    f"{number}. {line}"
    for number, line in enumerate(
        [
            "许可方授予您非排他性的许可，您可以使用本模型。",
            "月活跃用户超过 100 万的，应当另行申请商业许可。",
            "您不得将本模型用于军事或者非法目的，也不得危害他人。",
            "本模型按“原样”提供，许可方不承担任何责任，除非法律另有规定。",
            "本协议适用中华人民共和国法律，争议由许可方所在地法院管辖。",
        ],
        1,
    )
)
TEXTS = {"llama3.1": text_of("llama3.1"), "gemma": text_of("gemma-2025-03-24"), "zh": CHINESE}
OWN: dict[str, Fingerprint] = {key: fingerprint_of(text, id=key, key=key) for key, text in TEXTS.items()}
keys = st.sampled_from(sorted(TEXTS))
seeds = st.integers(0, 2**32)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def verdict(key: str, text: str) -> TextMatch:
    return identify_text(text, own=OWN.values())


def _spaces(text: str, draw: random.Random) -> str:
    return re.sub(r"\s+", lambda _: draw.choice([" ", "\n", "\n\n", "\r\n", "\t", "   ", "\u00a0", "\u3000"]), text)


def _quotes(text: str, draw: random.Random) -> str:
    pairs = [("“", "”"), ('"', '"'), ("&quot;", "&quot;"), ("«", "»"), ("'", "'")]
    return re.sub(
        r"(?<=\s)[a-z]{4,}(?=\s)", lambda word: draw.choice(pairs)[0] + word[0] + draw.choice(pairs)[1], text, count=40
    )


def _emphasis(text: str, draw: random.Random) -> str:
    marks = ["**{}**", "*{}*", "__{}__", "`{}`", "<b>{}</b>", "<span class='x'>{}</span>", "[{}](https://a.example/b)"]
    return re.sub(r"(?<=\s)[a-z]{5,}(?=\s)", lambda word: draw.choice(marks).format(word[0]), text, count=60)


def _invisible(text: str, draw: random.Random) -> str:
    signs = ["\u00ad", "\u200b", "\u2060", "\ufeff", "<!-- lint: off -->"]
    at = sorted(draw.randrange(len(text)) for _ in range(20))
    words = [text[a:b] for a, b in zip([0, *at], [*at, len(text)], strict=True)]
    # A comment between two letters parts them on the screen, so it stands where a space is.
    return "".join(
        word + (sign if (sign := draw.choice(signs))[0] != "<" or word.endswith(" ") else "") for word in words
    )


def _lines(text: str, draw: random.Random) -> str:
    prefix = draw.choice(["", "> ", "# ", " * ", "// ", "    ", "\t"])
    return "\ufeff" + "".join(prefix + line + draw.choice(["\n", "\r\n"]) for line in text.split("\n"))


def _case(text: str, draw: random.Random) -> str:
    return draw.choice([str.upper, str.lower, str])(text)


def _width(text: str, draw: random.Random) -> str:
    return "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c not in "<>*`\\~_" and draw.random() < 0.2 else c for c in text
    )


# In an order in which none takes apart what another wrote.
SET_OTHERWISE = [_spaces, _case, _width, _invisible, _quotes, _emphasis, _lines]


@quick
@given(keys, seeds, st.lists(st.sampled_from(range(len(SET_OTHERWISE))), min_size=1, max_size=3, unique=True))
def test_how_it_is_set_makes_no_difference(key: str, seed: int, ways: list[int]) -> None:
    """Spaces, line ends, quotes, emphasis, tags, links, comments, invisible signs, case and width change no verdict."""
    text = TEXTS[key]
    for way in sorted(ways):
        text = SET_OTHERWISE[way](text, random.Random(seed))

    assert verdict(key, text) == TextMatch(key, key, True, ())


words = st.one_of(
    st.sampled_from(["not", "0", "1", "8.5", "%", "$", "не", "不", "十", "х", "ein", "2024"]),
    st.text("abcdefghijklmnopqrstuvwxyzабвгд0123456789", min_size=1, max_size=9),
)


@quick
@given(keys, seeds, words, st.sampled_from(["put", "take", "give", "letter"]), st.floats(0, 1))
def test_every_word_counts(key: str, seed: int, word: str, edit: str, where: float) -> None:
    """A word put in another's place, taken or given anywhere, a single letter, a number, a character: all are seen."""
    text, draw = TEXTS[key], random.Random(seed)
    spans = words_of(text).spans
    number = min(int(where * len(spans)), len(spans) - 1)
    start, end = spans[number]
    old = text[start:end]
    if edit == "letter":
        at = draw.randrange(len(old))
        word = old[:at] + ("q" if old[at].lower() != "q" else "z") + old[at + 1 :]
    if edit == "put" and hash_of(word.casefold()) == hash_of(old.casefold()):
        word += "x"
    new = {"take": "", "give": f"{old} {word}"}.get(edit, word)
    edited = f"{text[:start]} {new} {text[end:]}"
    match = verdict(key, edited)

    assert words_of(edited).hashes != words_of(text).hashes
    assert match.key == key
    assert not match.intact
    assert match.findings


@quick
@given(keys, seeds, st.integers(1, 25))
def test_every_stretch_counts(key: str, seed: int, length: int) -> None:
    """Words taken out in a row are seen, and told for the clause that they were taken from."""
    draw, text, one = random.Random(seed), TEXTS[key], OWN[key]
    spans = words_of(text).spans
    first = draw.randrange(len(spans) - length)
    match = verdict(key, text[: spans[first][0]] + " " + text[spans[first + length - 1][1] :])
    touched = {
        one.clauses[one.clause_at(at)][0] for at in range(max(0, first - 1), min(first + length + 1, len(spans)))
    }

    assert match.key == key
    assert not match.intact
    assert {found.clause for found in match.findings} <= touched
