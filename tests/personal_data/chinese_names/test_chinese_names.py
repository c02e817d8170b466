"""The model as it comes with jieba, on real sentences."""

from __future__ import annotations

import subprocess
import sys

import pytest

from finewarden.personal_data.chinese_names import ChineseNames, load

pytestmark = pytest.mark.pii


@pytest.fixture(scope="module")
def names() -> ChineseNames:
    """The installed model."""
    found = load()
    assert isinstance(found, ChineseNames)
    return found


def _found(names: ChineseNames, text: str) -> set[tuple[str, str]]:
    return {(each.entity, text[each.start : each.end]) for each in names.find_many([text])[0]}


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("我叫张伟，想咨询一下退款。", "PERSON", "张伟"),
        ("患者阿依古丽，女，三十岁。", "PERSON", "阿依古丽"),
        ("米歇尔·奥巴马昨天到了上海", "PERSON", "米歇尔·奥巴马"),
        ("姓名：欧阳娜娜\n电话：无", "PERSON", "欧阳娜娜"),
        ("请联系王建国先生", "PERSON", "王建国"),
        ("他下周回江苏省南京市", "LOCATION", "江苏省南京市"),
        ("她在北京大学读书", "ORGANIZATION", "北京大学"),
        ("快递寄到朝阳区建国路88号院3号楼2单元1502室", "STREET_ADDRESS", "朝阳区建国路88号院3号楼2单元1502室"),
        ("联系人：李\u200b雷，谢谢", "PERSON", "李\u200b雷"),
    ],
)
def test_names_are_found(names: ChineseNames, text: str, entity: str, value: str) -> None:
    """People of any origin, places, organisations and addresses, each whole and without punctuation."""
    assert (entity, value) in _found(names, text)


@pytest.mark.parametrize(
    "text", ["画质高清，童鞋们可以入手！", "电话13800138000", "My name is John Smith.", "，。！", ""]
)
def test_nobody_is_found_where_nobody_is(names: ChineseNames, text: str) -> None:
    """Slang of reviews, numbers and English have no Chinese person."""
    assert not [each for each in names.find_many([text])[0] if each.entity == "PERSON" and each.score >= 0.4]


def test_findings_do_not_depend_on_the_batch(names: ChineseNames) -> None:
    """A text's findings are the same alone, among others, twice, and in any order; a long text's too."""
    texts = [f"我叫张伟{'，今天天气很好' * (n % 9)}，住在杭州市。收件人李雷。" for n in range(40)]
    texts += ["王芳去了北京，" * 200, "a" * 1000, "", "王芳去了北京，" * 200]
    together = names.find_many(texts)
    assert names.find_many(texts[::-1])[::-1] == together
    assert [names.find_many([text])[0] for text in texts[:4]] == together[:4]
    assert together[-1] == together[-4]
    assert len([each for each in together[-1] if each.entity == "PERSON"]) > 190


def test_loading_does_not_import_jieba() -> None:
    """The package is a carrier of files: its code is not run; and numpy waits until the model is loaded."""
    code = (
        "import sys, finewarden.personal_data.chinese_names as names; assert 'numpy' not in sys.modules;"
        "names.load(); assert 'numpy' in sys.modules; assert 'jieba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
