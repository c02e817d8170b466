"""The table of known dimensions: every row finds itself, and what differs is told as far as it matters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from finewarden.licensing.base.architectures import Row, match, rows, rows_of
from finewarden.licensing.base.dimensions import Dimensions, from_config
from finewarden.licensing.library import Library

IDS = [row.models[0] for row in rows()]


@pytest.mark.parametrize("row", rows(), ids=IDS)
def test_row_finds_itself(row: Row) -> None:
    """A model's own dimensions match its own row and no other, strong when they are checked and nobody's copy."""
    found = match(row.dimensions)
    assert found is not None
    assert found.rows == (row,)
    assert found.strength == ("strong" if row.checked and not row.copied else "weak")


@pytest.mark.parametrize("row", rows(), ids=IDS)
def test_row_by_name(row: Row) -> None:
    """Each id of a row, and its editions, is of that row alone."""
    at = rows().index(row)
    for model in row.models:
        assert rows_of([model]) == {at}
        assert rows_of([f"{model.removesuffix('-hf')}-Instruct"]) == {at}


@pytest.mark.parametrize("row", rows(), ids=IDS)
def test_width_is_never_overlooked(row: Row) -> None:
    """Another hidden size, feed-forward or number of key/value heads is another model."""
    for name in ("hidden", "intermediate", "moe", "kv_heads", "latent"):
        size = getattr(row.dimensions, name)
        if size is not None:
            found = match(replace(row.dimensions, **{name: size + 64}))
            assert found is None or row not in found.rows


def test_ids_are_unique() -> None:
    """No id stands in two rows."""
    every = [model.lower() for row in rows() for model in row.models]
    assert len(every) == len(set(every))


def test_records_know_the_table() -> None:
    """Each model of the makers whose licenses were read in full is claimed by a record."""
    library = Library.shipped()
    makers = ("meta-llama/", "codellama/", "Qwen/", "google/", "deepseek-ai/", "mistralai/", "microsoft/", "openai/")
    models = [model for row in rows() for model in row.models if model.startswith(makers)]
    assert [model for model in models if not library.of_model(model)] == []


@pytest.mark.parametrize(
    ("changed", "strength"),
    [({"vocab": 128264}, "medium"), ({"vocab": None}, "medium"), ({"vocab": 90000}, "weak"), ({"layers": 20}, "weak")],
)
def test_strength(changed: dict[str, int | None], strength: str) -> None:
    """The vocabulary makes it strong; an extension, its absence, a foreign one and a cut depth weaken it."""
    dimensions = next(row.dimensions for row in rows() if row.models[0] == "meta-llama/Llama-3.2-1B")
    found = match(replace(dimensions, **changed))
    assert found is not None
    assert (found.strength, found.models) == (strength, ("meta-llama/Llama-3.2-1B",))


def test_another_type_is_weak() -> None:
    """Weights written as another architecture ("llamafied" Qwen) keep their dimensions and lose certainty."""
    dimensions = next(row.dimensions for row in rows() if row.models[0] == "Qwen/Qwen3-8B")
    found = match(replace(dimensions, model_type="llama"))
    assert found is not None
    assert (found.strength, found.models[0]) == ("weak", "Qwen/Qwen3-8B")


def test_too_little_says_nothing() -> None:
    """Width alone, or a tiny model, is no evidence."""
    assert match(Dimensions(hidden=4096)) is None
    assert match(Dimensions(hidden=64, layers=2, kv_heads=2, intermediate=128, vocab=128256)) is None
    assert match(Dimensions()) is None


def test_configurations_of_many_makers() -> None:
    """Nested, renamed and missing keys are read alike."""
    text = {"model_type": "gemma3_text", "hidden_size": 2560, "num_hidden_layers": 34, "num_attention_heads": 8}
    nested = {"model_type": "gemma3", "vision_config": {"hidden_size": 1152}}
    nested["text_config"] = {**text, "num_key_value_heads": 4, "intermediate_size": 10240, "vocab_size": 262208}
    found = match(from_config(nested))
    assert found is not None
    assert found.models[0] == "google/gemma-3-4b-it"
    glm = {"model_type": "chatglm", "hidden_size": 4096, "num_layers": 40, "num_attention_heads": 32}
    glm |= {"multi_query_group_num": 2, "ffn_hidden_size": 13696, "padded_vocab_size": 151552, "kv_channels": 128}
    found = match(from_config(glm))
    assert found is not None
    assert found.models[0] == "THUDM/glm-4-9b"
    assert from_config({"text_config": {"text_config": {"hidden_size": 7}}}).hidden == 7
    assert from_config(None) == from_config([]) == from_config({"hidden_size": True}) == Dimensions()
