"""Every identifier that a record may hold has words, in English and in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

import pytest

from finewarden.license_record import Form, Kind, LicenseRecord, Threshold
from finewarden.report import license_words as words

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (get_args(Kind), words.KINDS),
        (get_args(Form), words.FORMS),
        (get_args(Threshold.model_fields["kind"].annotation), words.LIMITS),
        (get_args(LicenseRecord.model_fields["commercial"].annotation), words.COMMERCIAL),
        ((None, "internal", "customers", "public"), words.AUDIENCES),
        ((True, False, None), words.ANSWERS),
    ],
)
def test_all_have_words(known: Iterable[object], said: dict[object, str | tuple[str, str]]) -> None:
    """None is missing, none is left over, and the last word is Chinese."""
    assert set(said) == set(known)
    assert all(CHINESE.search(one if isinstance(one, str) else one[1]) for one in said.values())
