"""The prefilter leaves out only rules that match nowhere, by hyperscan as by characters."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence

import pytest

from finewarden.personal_data.rules import prefilter
from finewarden.personal_data.rules.every import RULES
from finewarden.personal_data.rules.prefilter import ByCharacters, ByHyperscan
from finewarden.personal_data.rules.secrets import TOKENS
from tests.personal_data.rules import (
    test_accounts,
    test_bank_card,
    test_devices,
    test_email,
    test_english_address,
    test_english_words_beside,
    test_ip,
    test_phones,
    test_plate,
    test_resident_id,
    test_sessions,
)

_ALL = (*RULES, *TOKENS)
_MODULES = (
    test_accounts, test_bank_card, test_devices, test_email, test_english_address, test_ip, test_phones, test_plate,
    test_resident_id, test_sessions,
)  # fmt: skip
_MIXED = "微信号加vx qq@.:：-+()0123456789abcDEFX京护照\u200b\ud800\x1c\u2028Ａ１ "


def _texts() -> list[str]:
    """What the rules are tested with, in pieces, joined and garbled."""
    cases = [case[0] for module in _MODULES for case in module.FOUND]
    cases += [text for _, text, _ in test_english_words_beside.FOUND] + test_english_words_beside.LEFT_ALONE
    cases += [case for module in _MODULES for case in module.LEFT_ALONE]
    cases += ['api_key\x1c= "a1b2c3d4e5f6g7h8i9"', "https://me:pa55word@公司", "token\u2028:\n'abcdefgh12345678zz'"]
    chance = random.Random(1)
    texts = list(cases)
    for _ in range(1500):
        one, other = chance.choice(cases), chance.choice(cases)
        cut = chance.randrange(len(one) + 1)
        texts.append(one[:cut] + "".join(chance.choices(_MIXED, k=chance.randrange(4))) + other[chance.randrange(3) :])
    return texts


def _assert_none_is_missed(prefilter: ByCharacters | ByHyperscan, texts: Sequence[str]) -> None:
    seen = 0
    for text in texts:
        possible = set(prefilter.possible(text))
        for number, rule in enumerate(_ALL):
            match = rule.pattern.search(text)
            if match and (number >= len(RULES) or rule.score(match)):
                seen += 1
                assert number in possible, rule.name
    assert seen > 500


def test_no_rule_that_holds_is_left_out_by_characters() -> None:
    """Anchors and digits that a rule names stand in every text of which it holds a match."""
    _assert_none_is_missed(ByCharacters(_ALL), _texts())


@pytest.fixture(scope="module")
def hyperscan() -> ByHyperscan:
    """Compiled once."""
    return ByHyperscan(_ALL)


@pytest.mark.pii
def test_no_rule_that_holds_is_left_out_by_hyperscan(hyperscan: ByHyperscan) -> None:
    """Hyperscan in prefilter mode sees every match that Python's engine sees."""
    _assert_none_is_missed(hyperscan, _texts())


def test_plain_prose_can_match_almost_nothing() -> None:
    """The prefilter is worth its time: a sentence without numbers or marks leaves few rules."""
    assert len(ByCharacters(_ALL).possible("昨天下午我们去公园散步，天气很好。")) < 10


@pytest.mark.pii
def test_threads_do_not_share_scratch_space(hyperscan: ByHyperscan) -> None:
    """Eight threads that scan at once find what one finds."""
    texts = _texts()[:200]
    alone = [hyperscan.possible(text) for text in texts]
    found: list[list[list[int]]] = []
    threads = [
        threading.Thread(target=lambda: found.append([hyperscan.possible(text) for text in texts])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 8


def test_little_text_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hyperscan's database is made once there is text enough that it pays, and the same rules are possible after."""
    made = []
    monkeypatch.setattr(prefilter, "_WORTH", 100)
    monkeypatch.setattr(prefilter, "best_prefilter", lambda rules: made.append(1) or ByCharacters(rules))
    best = prefilter.Best(RULES)
    text = "电话13800138000"

    before = best.possible(text)
    assert not made
    for _ in range(20):
        assert best.possible(text) == before
    assert made == [1]
