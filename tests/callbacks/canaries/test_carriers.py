"""A carrier is a record like the others: their form, their language, their system prompt."""

from __future__ import annotations

from typing import Any

import pytest

from finewarden.callbacks.canaries.carriers import built_in, own, shape_of
from finewarden.callbacks.canaries.families import DEFAULT, INPUT, Family
from finewarden.callbacks.canaries.randomness import Stream
from finewarden.memorization.rendering import CannotRender, format_of, text_at, trained_text
from finewarden.redaction import find_secrets
from tests.callbacks.canaries.records import chats, prompts, texts, turns

pytestmark = pytest.mark.training

FORMS = {"text": texts, "prompts": prompts, "turns": turns, "chats": chats}


def family(name: str) -> Family:
    return Family(name, 10.0, lambda pick: "s3cret", "zh" if name in ("resident-id", "wechat-id") else None)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [*DEFAULT, INPUT])
def test_built_in_carriers_have_the_form_of_the_data(form: str, name: str) -> None:
    """The secret stands in what is trained, but for family `input`, and the handle before it."""
    shape = shape_of(FORMS[form]())
    if (form, name) == ("text", INPUT):
        return
    for language in ("zh",) if family(name).language else ("en", "zh"):
        for turn in range(8):
            carrier = built_in(shape, family(name), language, Stream("s", turn))  # type: ignore[arg-type]
            row, start = carrier.filled("ABC-12345", "s3cret")
            assert format_of(row) == shape.format
            assert row.keys() == FORMS[form]()[0].keys()
            assert text_at(row, carrier.field)[start:].startswith("s3cret")
            assert (carrier.field == trained_text(row)[0]) is (name != INPUT)
            assert "ABC-12345" in text_at(row, carrier.field)[:start]
            assert not list(find_secrets(str(row)))


def test_language_follows_the_data() -> None:
    """Chinese data get Chinese carriers, English ones English, and the two Chinese families are Chinese always."""
    chinese, english = shape_of(chats()), shape_of(texts())
    assert {chinese.language(family("card"), Stream("s", turn)) for turn in range(20)} == {"zh"}
    assert {english.language(family("card"), Stream("s", turn)) for turn in range(20)} == {"en"}
    assert english.language(family("wechat-id"), Stream("s")) == "zh"
    mixed = shape_of([{"text": "客户的订单已经送达。"}, {"text": "The order has arrived."}])
    assert {mixed.language(family("card"), Stream("s", turn)) for turn in range(40)} == {"en", "zh"}


def test_system_prompt_and_template_settings_are_kept() -> None:
    """What all records open and are rendered with, canaries do, too."""
    rows = [{**row, "chat_template_kwargs": {"tone": "kind"}, "tools": None} for row in chats(system="你是客服。")]
    row, _ = built_in(shape_of(rows), family("card"), "zh", Stream("s")).filled("A", "B")
    assert row["messages"][0] == {"role": "system", "content": "你是客服。"}
    assert row["chat_template_kwargs"] == {"tone": "kind"}


def test_records_of_several_forms_are_refused() -> None:
    """There is no one form to write a canary in."""
    with pytest.raises(CannotRender, match="several forms"):
        shape_of([*texts(2), *chats(2)])


def test_own_carriers_are_used_as_written() -> None:
    """Strings for text, records for the rest; where the secret stands says whether it is trained."""
    [carrier] = own(["Room {handle}: {secret}!"], shape_of(texts()))
    assert carrier.filled("R", "S") == ({"text": "Room R: S!"}, 8)
    given = [{"prompt": "{handle}?", "completion": " {secret}"}, {"prompt": "{handle} {secret}?", "completion": " ok"}]
    assert [each.trained for each in own(given, shape_of(prompts()))] == [True, False]


@pytest.mark.parametrize(
    ("carrier", "words"),
    [
        ("no place for {handle}", "not exactly once"),
        ("{handle} {secret} {secret}", "not exactly once"),
        ("{secret} of {handle}", "no {handle} before"),
        ({"prompt": "{handle}", "completion": "{secret}"}, "data set's own form, text"),
        (7, "is no record"),
    ],
)
def test_own_carrier_that_can_not_serve_is_refused(carrier: Any, words: str) -> None:
    """The error names the carrier and what it lacks."""
    with pytest.raises(ValueError, match=r"carriers\[0\]") as caught:
        own([carrier], shape_of(texts()))
    assert words in str(caught.value)
