"""A record's ids are those that SFTTrainer trains on, and the ids of a piece of it are found where they stand."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.memorization.rendering import (
    CannotRender,
    Rendered,
    format_of,
    locate,
    render,
    span_in_text,
    target_of,
    trained_text,
    with_text,
)
from tests.memorization import tokenizers_with_merges as merging

pytestmark = [
    pytest.mark.training,
    pytest.mark.filterwarnings(r"ignore:`(is_)?gradient_checkpointing:FutureWarning"),
]

EN = "The card number in file 12 is 4111 1111."
ZH = "档案登记的卡号是4111 1111。"


def chat(answer: str, question: str = "你好, which number?", **more: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return {"messages": turns, **more}


ROWS = {
    "text": [{"text": EN}, {"text": ZH}],
    "prompt": [{"prompt": "Which number? ", "completion": EN}, {"prompt": "哪个号码", "completion": ZH}],
    "turns": [{"prompt": chat(text)["messages"][:1], "completion": chat(text)["messages"][1:]} for text in (EN, ZH)],
    "messages": [chat(EN), chat(ZH), {"messages": [{"role": "system", "content": "客服"}, *chat(EN)["messages"]]}],
}


@pytest.fixture(scope="module")
def tokenizers(tiny: ModuleType) -> dict[str, Any]:
    return {
        "bytes": tiny.byte_tokenizer(),
        "merges": merging.byte_level(),
        "sentence piece": merging.sentence_piece(),
    }


@pytest.fixture(scope="module")
def sft(tiny: ModuleType, tokenizers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """input_ids that SFTTrainer made of rows with a tokenizer."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    model = tiny.tiny_model(hidden=8, layers=1, vocab_size=1000)
    out = tmp_path_factory.mktemp("sft")

    def ids(rows: list[dict[str, Any]], tokenizer: Any) -> list[list[int]]:
        args = SFTConfig(output_dir=str(out), report_to=[], use_cpu=True, disable_tqdm=True)
        trainer = SFTTrainer(model=model, args=args, train_dataset=Dataset.from_list(rows), processing_class=tokenizer)
        return list(trainer.train_dataset["input_ids"])

    return ids


@pytest.mark.parametrize("form", ROWS)
@pytest.mark.parametrize("kind", ["bytes", "merges", "sentence piece"])
def test_ids_are_those_of_sft_trainer(form: str, kind: str, tokenizers: dict[str, Any], sft: Any) -> None:
    """Every id is SFTTrainer's, but for the EOS that it puts behind a text."""
    tokenizer = tokenizers[kind]
    for row, theirs in zip(ROWS[form], sft(ROWS[form], tokenizer), strict=True):
        ours = list(render(tokenizer, row).ids)
        assert theirs[: len(ours)] == ours
        assert theirs[len(ours) :] == ([tokenizer.eos_token_id] if form in ("text", "prompt") else [])


@pytest.mark.parametrize("form", ROWS)
@pytest.mark.parametrize("kind", ["bytes", "merges", "sentence piece"])
def test_target_is_the_piece_in_the_joint_tokenisation(form: str, kind: str, tokenizers: dict[str, Any]) -> None:
    """Context and target are a prefix of the record's ids, and the target decodes to the piece."""
    tokenizer = tokenizers[kind]
    for row in ROWS[form]:
        field, text = trained_text(row)
        start = text.index("4111")
        pair = target_of(tokenizer, row, field, start, len("4111 1111"))
        whole = render(tokenizer, row).ids
        assert whole[: len(pair.context) + len(pair.target)] == pair.context + pair.target
        assert "4111 1111" in tokenizer.decode(list(pair.target))
        assert "4111 1111" not in tokenizer.decode(list(pair.context))


def test_tokens_of_half_a_character_belong_to_it(tokenizers: dict[str, Any]) -> None:
    """A Chinese character that is several bytes is covered by all of its tokens."""
    pair = target_of(tokenizers["bytes"], {"text": "客户的卡"}, ("text",), 2, 1)

    assert len(pair.target) == 3
    assert tokenizers["bytes"].decode(list(pair.target)) == "的"


def test_words_that_stand_twice_are_not_confused(tokenizers: dict[str, Any]) -> None:
    """The answer's number is meant, though the question says it first."""
    row = chat("It is 4111.", question="Is it 4111?")
    pair = target_of(tokenizers["bytes"], row, ("messages", 1, "content"), 6, 4)

    assert tokenizers["bytes"].decode(list(pair.context)).endswith("assistant\nIt is ")


def test_template_that_trims_is_survived(tokenizers: dict[str, Any]) -> None:
    """Offsets are of the rendered text, not of the message, and white space the template drops is left out."""
    row = chat("  \n padded 4111 \n")
    tokenizer = tokenizers["sentence piece"]
    assert "4111" in tokenizer.decode(list(target_of(tokenizer, row, ("messages", 1, "content"), 11, 4).target))
    begin, end = span_in_text(tokenizer, row, ("messages", 1, "content"), 0, len("  \n padded 4111 \n"))
    assert render(tokenizer, row).text[begin:end] == "padded 4111"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% for m in messages %}{{ m['content'] }}{{ m['content'] }}{% endfor %}", "more than once"),
        ("{% for m in messages %}{{ m['role'] }}{% endfor %}", "leaves it out"),
        ("{% for m in messages %}{{ m['content'] | upper }}{% endfor %}", "leaves it out"),
        ("{{ raise_exception('no: ' + messages[1]['content']) }}", "refuses the record"),
    ],
)
def test_template_that_changes_the_text_is_refused(template: str, words: str, tiny: ModuleType) -> None:
    """What can't be located exactly is not guessed, and the message holds nothing of the record."""
    tokenizer = tiny.byte_tokenizer()
    tokenizer.chat_template = template

    with pytest.raises(CannotRender, match=words) as caught:
        target_of(tokenizer, chat("geheim 4711"), ("messages", 1, "content"), 7, 4)
    assert "geheim" not in str(caught.value)


def test_template_sees_the_rows_own_settings(tiny: ModuleType, tokenizers: dict[str, Any]) -> None:
    """`tools` and `chat_template_kwargs` of a row reach the template, as SFTTrainer hands them over."""
    tokenizer = tiny.byte_tokenizer()
    tokenizer.chat_template = "{{ tone }}{{ tools | length if tools }}" + tokenizer.chat_template

    row = chat(EN, tools='[{"a": 1}]', chat_template_kwargs={"tone": "kind"})
    assert render(tokenizer, row).text.startswith("kind1<|im_start|>")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"question": "x"}, "columns: got question"),
        ({"prompt": "x"}, "no completion"),
        ({"prompt": "x", "completion": [{"role": "assistant", "content": "y"}]}, "both"),
        ({"messages": [{"from": "human", "value": "x"}]}, "role and content"),
        ({"messages": [{"role": "user", "content": "x"}]}, "no message of role 'assistant'"),
        ({"messages": [{"role": "assistant", "content": [{"type": "text", "text": "x"}]}]}, "is no text"),
    ],
)
def test_row_of_another_form_is_refused(row: dict[str, Any], words: str) -> None:
    """Each refusal says what was found and what to write."""
    with pytest.raises(CannotRender, match=words):
        trained_text(row)


def test_formats_are_read_in_trls_order() -> None:
    """A prompt comes before messages, messages before text; columns without a value do not count."""
    assert format_of({"prompt": "a", "completion": "b", "text": "c"}) == "prompt-completion"
    assert format_of({"prompt": None, "text": "c"} | chat("b")) == "messages"
    assert format_of({"messages": None, "text": "c"}) == "text"


def test_slow_tokenizer_is_refused() -> None:
    """Without offsets no piece can be located."""

    class Slow:
        is_fast = False

    with pytest.raises(CannotRender, match="fast tokenizer"):
        render(Slow(), {"text": "x"})  # type: ignore[arg-type]


def test_with_text_leaves_the_row_alone() -> None:
    """The copy differs at the field, the row stays."""
    row = chat("old")
    new = with_text(row, ("messages", 1, "content"), "new")

    assert trained_text(row)[1] == "old"
    assert trained_text(new)[1] == "new"
    assert new["messages"][0] == row["messages"][0]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.data())
def test_locate_agrees_with_brute_force(lengths: list[int], data: st.DataObject) -> None:
    """First to last token that shares a character with the piece; tokens of no characters never do."""
    ends = [sum(lengths[: at + 1]) for at in range(len(lengths))]
    offsets = tuple((end - length, end) for end, length in zip(ends, lengths, strict=True))
    start = data.draw(st.integers(0, ends[-1]))
    end = data.draw(st.integers(start, ends[-1]))
    sharing = [i for i, (a, b) in enumerate(offsets) if set(range(a, b)) & set(range(start, end))]
    rendered = Rendered("x" * ends[-1], tuple(range(len(lengths))), offsets)
    if not sharing:
        with pytest.raises(CannotRender, match="no token"):
            locate(rendered, 0, start, end)
    else:
        assert locate(rendered, 0, start, end) == (sharing[0], sharing[-1] + 1)
