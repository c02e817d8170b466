"""Names, forms of address, nicknames and what is none."""

from __future__ import annotations

import pytest

from finewarden.personal_data.chinese_names.person_names import (
    FORM_OF_ADDRESS,
    FULL_NAME,
    NICKNAME,
    score_of,
    without_title,
)


@pytest.mark.parametrize(
    "name", ["张伟", "欧阳娜娜", "阿依古丽", "米歇尔·奥巴马", "次仁旺堆", "王小明", "買買提", "彼得"]
)
def test_names_of_any_people_are_names(name: str) -> None:
    """A name needs no Chinese surname."""
    assert score_of(name) == FULL_NAME


@pytest.mark.parametrize("name", ["李女士", "王医生", "老王", "小李", "欧阳老师", "张总", "季老"])
def test_a_surname_with_a_title_scores_lower(name: str) -> None:
    """A surname and a title name somebody only to those who were there."""
    assert score_of(name) == FORM_OF_ADDRESS
    assert without_title(name) == name


@pytest.mark.parametrize("name", ["豆豆", "拉拉", "小黑", "丹丹", "阿美"])
def test_nicknames_are_not_counted(name: str) -> None:
    """A doubled or little name is shown and not counted."""
    assert score_of(name) == NICKNAME < 0.4


@pytest.mark.parametrize("name", ["高清", "童鞋", "张", "，", "XP", "对这一項", "高的", "因為", "A张"])
def test_junk_is_no_name(name: str) -> None:
    """Words that the model takes for names, single characters and Latin words are none."""
    assert score_of(name) == 0


@pytest.mark.parametrize(
    ("text", "name"), [("张伟先生", "张伟"), ("欧阳娜娜老师", "欧阳娜娜"), ("王建国总经理", "王建国"), ("李导", "李导")]
)
def test_a_title_is_no_part_of_a_full_name(text: str, name: str) -> None:
    """The title goes where a name is left."""
    assert without_title(text) == name
