"""Rows come out in order and shape, without what the plan takes out, and again the same."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finewarden.personal_data.deidentify.key import Key
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.places import TextPlace, texts_of
from finewarden.personal_data.rules import find_by_rules

if TYPE_CHECKING:
    from finewarden.personal_data.deidentify import Deidentifier
    from finewarden.personal_data.scanner import Scanner

pytestmark = pytest.mark.pii

KEY = Key(bytes(range(32)))
PHONE = "13800138000"
DIRECT = (
    "PERSON",
    "PHONE_NUMBER",
    "EMAIL_ADDRESS",
    "CREDIT_CARD",
    "CN_RESIDENT_ID",
    "IP_ADDRESS",
    "US_SSN",
    "MAC_ADDRESS",
)
PLANS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "mask": dict.fromkeys((*DIRECT, "LOCATION", "DATE_TIME", "URL", "ORGANIZATION", "AGE"), "mask"),
    "surrogate": dict.fromkeys(DIRECT, "surrogate"),
    "generalise": dict.fromkeys(
        ("AGE", "CN_RESIDENT_ID", "DATE_TIME", "IP_ADDRESS", "LOCATION", "STREET_ADDRESS"), "generalise"
    ),
    "remove": dict.fromkeys((*DIRECT, "LOCATION", "STREET_ADDRESS"), "remove"),
    "everything": dict.fromkeys((*DIRECT, "LOCATION", "DATE_TIME", "URL", "ORGANIZATION", "AGE", "NRP"), "pseudonym"),
}


class ByRules:
    """A scanner of rules alone, for what does not depend on a model."""

    def scan_places(self, places: Sequence[TextPlace]) -> list[list[Finding]]:
        return [find_by_rules(place.text) for place in places]


class Planted:
    """A scanner that finds what it is told, wherever it stands."""

    def __init__(self, **entities: str) -> None:
        self.entities = entities

    def scan_places(self, places: Sequence[TextPlace]) -> list[list[Finding]]:
        return [
            [Finding(e, text.index(v), text.index(v) + len(v), 0.9) for e, v in self.entities.items() if v in text]
            for text in (place.text for place in places)
        ]


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    """Everything that looks: rules, Presidio, both models."""
    from finewarden.personal_data.scanner import Scanner

    made = Scanner()
    assert made.missing == ()
    return made


def by(plan: dict[str, Any] | None = None, scanner: Any = None) -> Deidentifier:
    """A de-identifier under KEY, of rules alone unless told otherwise."""
    from finewarden.personal_data.deidentify import Deidentifier

    return Deidentifier(plan, KEY, scanner or ByRules())


def one(text: str, plan: dict[str, Any] | None = None, scanner: Any = None) -> str:
    """*text* de-identified."""
    (row,) = by(plan, scanner).rows([{"t": text}])
    return str(row["t"])


ROWS: list[dict[str, Any]] = [
    {"messages": [{"role": "user", "content": "我叫王小明，电话13800138000，身份证 11010519491231002X，"
                  "住在浙江省杭州市西湖区文三路90号2单元502室"},
                  {"role": "assistant", "content": "好的王小明，138-0013-8000 收到，邮箱 wang.xm@qq.com，今年35岁"}],
     "id": 7, "x": None, "f": 1.0, "ok": True},
    {"text": "My name is John Smith, call +1 415-555-2671 or john.smith@gmail.com, card 4532015112830366, "
             "from 81.2.69.142 on 2021-03-04, MAC 00:1A:2B:3C:4D:5E"},
    {"text": "John Smith and Mary Jones met in Paris; SSN 536-90-4399; see https://acme.io/?m=m.jones@acme.io"},
    {"text": "Hello, nothing to see here. 今天天气很好。", "tags": ["a", {"b": ""}]},
]  # fmt: skip


@pytest.mark.parametrize("plan", PLANS)
def test_clean_and_idempotent_with_the_whole_scanner(scanner: Scanner, plan: str) -> None:
    """Whatever the operators write, nothing in it is found again, and a second run changes nothing."""
    made = by(PLANS[plan], scanner)
    out = list(made.rows(ROWS))
    places = [place for row in out for place in texts_of(row)]
    texts = [place.text for place in places]
    assert not any(
        clear in text for text in texts for clear in ("0013", "wang.xm", "m.jones", "453201", "4949", "王小明", "Smith")
    )
    assert made.pending(places) == [[]] * len(places)
    assert list(by(PLANS[plan], scanner).rows(out)) == out


WORDS = [
    "王小明", "李四光", "John Smith", "Mary", "13800138000", "138-0013-8000", "a.b@qq.com", "81.2.69.142", "，", " ",
    ". ", "\n", "4532015112830366", "11010519491231002X", "电话", "call ", "住在北京市海淀区", "in Paris", "2021-03-04",
    "35岁", "😀", "\u202e", "\u200b", "\ud83d", "\x00", "**", "<", ">", "****", "password=hunter2secret", "张三",
    "John Doe", "https://a.io/?m=", "微信号 abc_12345", "e\u0301",
]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
    st.sampled_from(sorted(PLANS)),
    st.sampled_from(["t", "QQ", "phone", "passport", "姓名", "身份证", "地址"]),
)
def test_idempotent_on_anything(scanner: Scanner, text: str, plan: str, name: str) -> None:
    """De-identified text, de-identified again, is the same text, with rules and models and whatever stands around."""
    (once,) = by(PLANS[plan], scanner).rows([{name: text}])
    assert list(by(PLANS[plan], scanner).rows([once])) == [once]


def test_names_of_fields_tell_what_is_in_them(scanner: Scanner) -> None:
    """What only the name of its field tells is taken out, and only there: equal texts elsewhere stay."""
    row = {"QQ": "123456789", "order": "123456789", "姓名": "王小明"}
    (made,) = by(scanner=scanner).rows([row])
    assert made["QQ"].startswith("<QQ_ID_")
    assert made["order"] == row["order"]
    assert made["姓名"].startswith("<PERSON_")
    assert list(by(scanner=scanner).rows([made])) == [made]


def test_speakers_are_taken_out() -> None:
    """A role that is none of a chat format may be somebody, and goes the way of other texts; `user` stays."""
    row = {"messages": [{"role": PHONE, "content": "x"}, {"role": "user", "content": "y", "type": "a.b@qq.com"}]}
    (made,) = by().rows([row])
    assert made["messages"][0] == {"role": one(PHONE), "content": "x"}
    assert made["messages"][1] == {"role": "user", "content": "y", "type": one("a.b@qq.com")}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_what_is_around_a_finding_stays(before: str, after: str) -> None:
    """Characters outside of a finding are not touched, emoji, marks of direction, lone surrogates and NUL included."""
    text = f"{before} 〔{PHONE}〕 {after}"
    if find_by_rules(before) or find_by_rules(after) or len(find_by_rules(text)) != 1:
        return
    assert one(text) == text.replace(PHONE, one(PHONE))


def test_structure_stays() -> None:
    """Only strings change: keys, their order, numbers, nulls and types stay, and a clean row is the row itself."""
    clean = {"a": "x", "n": 1}
    row = {"z": 1.0, "t": [PHONE, {"role": "user", "content": PHONE, "n": None}], "a": (PHONE, True), PHONE: "key"}
    made, same = by().rows([row, clean])
    written = one(PHONE)
    assert list(made.items()) == [
        ("z", 1.0), ("t", [written, {"role": "user", "content": written, "n": None}]), ("a", (written, True)),
        (PHONE, "key"),
    ]  # fmt: skip
    assert same is clean


def test_one_value_one_pseudonym_across_messages_and_rows() -> None:
    """A value has the same pseudonym wherever it stands and however it is spelt."""
    rows = [{"a": f"电话{PHONE}"}, {"b": ["138 0013 8000", "+86 138-0013-8000"]}]
    first, second = by().rows(rows)
    assert second["b"] == [first["a"].removeprefix("电话")] * 2


def test_findings_at_both_ends_side_by_side_and_within() -> None:
    """A text that is all findings is all replaced, two people beside each other are two."""
    made = one(f"{PHONE}13900139000a@qq.com".replace("000139", "000，139").replace("000a@", "000 a@"))
    assert made.count("<PHONE_NUMBER_") == 2
    assert made.endswith(">")
    assert "<PERSON_" in one("Ann Lee Bob Ray", scanner=Planted(PERSON="Ann Lee", NRP="x"))
    inside = one("Ann Lee", scanner=Planted(PERSON="Ann Lee", LOCATION="Lee"))
    assert inside.startswith("<PERSON_")
    assert "Lee" not in inside


def test_what_overlaps_is_covered_whole() -> None:
    """Of two findings that overlap, nothing of either is left."""
    made = one("see Ann Leeds now", scanner=Planted(PERSON="Ann Lee", STREET_ADDRESS="Leeds now"))
    assert made.startswith("see <")
    assert not any(word in made for word in ("Ann", "Lee", "ds"))


def test_what_is_kept_hides_nothing() -> None:
    """A longer finding that is kept does not keep what lies in it."""
    made = one("https://a.io/a.b@qq.com", scanner=Planted(URL="https://a.io/a.b@qq.com", EMAIL_ADDRESS="a.b@qq.com"))
    assert made.startswith("https://a.io/<EMAIL_ADDRESS_")


def test_zero_width_and_full_width_numbers() -> None:
    """A number hidden by invisible characters or written full width is the number."""
    assert one("1380\u200b013\u200b8000") == one(PHONE) == one("１３８００１３８０００")


def test_dropped_rows_are_gone_and_counted() -> None:
    """A row with an entity planned as `drop` is not given, and is counted by its entity."""
    made = by({"PHONE_NUMBER": "drop"})
    assert list(made.rows([{"a": PHONE}, {"a": "x"}, {"a": [PHONE, "a.b@qq.com"]}])) == [{"a": "x"}]
    assert (made.tally.rows, made.tally.rows_dropped, dict(made.tally.dropped_for)) == (3, 2, {"PHONE_NUMBER": 2})
    assert not made.tally.done


def test_counts_are_of_all_occurrences() -> None:
    """A text that stands in many rows is looked at once and counted as often as it stands."""
    made = by()
    list(made.rows([{"a": PHONE}] * 100))
    (done,) = made.report()
    assert (done.entity, done.operator, done.values, done.masked) == ("PHONE_NUMBER", "pseudonym", 100, 0)


def test_generalising_reports_how_many_share() -> None:
    """The report tells the fewest different values behind one general value, and that what is uncertain was masked."""
    made = by({"IP_ADDRESS": "generalise"})
    rows = [{"a": ip} for ip in ("81.2.69.142", "81.2.69.142", "81.2.1.9", "93.4.1.2")]
    assert [row["a"] for row in made.rows(rows)] == ["81.2.*.*", "81.2.*.*", "81.2.*.*", "93.4.*.*"]
    (done,) = made.report(k=2)
    assert (done.groups, done.smallest_group) == (2, 1)
    assert "1 of fewer than 2" in done.residual


@pytest.mark.parametrize("row", [{"age": "35"}, {"age": "35岁"}, {"t": "he is aged 35, at the age of 93"}])
def test_decades_are_general_wherever_they_stand(scanner: Scanner, row: dict[str, str]) -> None:
    """The first number of a decade is no age to be made a decade again, whatever stands before it."""
    (made,) = by({"AGE": "generalise"}, scanner).rows([row])
    assert list(made.values()) == [next(iter(row.values())).replace("35", "30-39").replace("93", "90+")]
    assert list(by({"AGE": "generalise"}, scanner).rows([made])) == [made]


def test_columns_are_what_datasets_maps() -> None:
    """Batches by columns come back as columns, shorter where rows were dropped."""
    made = by({"EMAIL_ADDRESS": "drop"}).columns({"t": [PHONE, "a.b@qq.com", "x"], "n": [1, 2, 3]})
    assert made == {"t": [one(PHONE), "x"], "n": [1, 3]}


def test_what_is_read_as_a_text_is_written() -> None:
    """Texts in sets, arrays and bytes are taken out, in bytes as UTF-8; an array of texts becomes a list."""
    import numpy as np

    row = {
        "set": {PHONE, "x"},
        "array": np.array([PHONE, "x"]),
        "bytes": PHONE.encode(),
        "picture": b"\xff\xd8\xff\x00",
    }
    (made,) = by().rows([row])
    written = one(PHONE)
    assert made == {
        "set": {written, "x"},
        "array": [written, "x"],
        "bytes": written.encode(),
        "picture": row["picture"],
    }
    assert list(by().rows([made])) == [made]


def test_ragged_columns_are_refused() -> None:
    """Columns that are not of one length are refused with their lengths, and nothing of what they hold."""
    with pytest.raises(ValueError, match="columns of 1 and of 2 values"):
        by().columns({PHONE: ["x", "y"], "n": [1]})


def test_nobodys_values_stay() -> None:
    """A role mailbox and a documentation address are nobody's, and not taken out."""
    assert one("mail info@acme.com or a@example.com") == "mail info@acme.com or a@example.com"


def test_a_key_is_needed_for_pseudonyms() -> None:
    """Without a key nothing is done by halves: the first thing that happens is an error."""
    from finewarden.personal_data.deidentify import Deidentifier

    with pytest.raises(ValueError, match="need a key"):
        Deidentifier({}, None, ByRules())


def test_ten_megabytes_in_one_text() -> None:
    """A text of ten megabytes with tens of thousands of findings takes seconds."""
    text = f"电话{PHONE}，" + "我们今天下午见面。" * 10
    long = text * 20_000
    found = [f for n in range(20_000) for f in [Finding("PHONE_NUMBER", n * len(text) + 2, n * len(text) + 13, 1.0)]]
    made = by()
    started = time.process_time()
    written = made._replacing.replaced(long, found, made.tally)
    assert time.process_time() - started < 15
    assert written == one(text) * 20_000
