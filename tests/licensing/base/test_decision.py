"""What claims establish together, over the whole table: honest pairs of name and dimensions agree, others are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from finewarden.licensing.base.architectures import Row, match, rows, rows_of
from finewarden.licensing.base.decision import decide
from finewarden.licensing.base.dimensions import Dimensions
from finewarden.licensing.base.weighed_claims import Weighed, declared, licenses_of, measured, named
from finewarden.licensing.library import Library

LIBRARY = Library.shipped()
IDS = [row.models[0] for row in rows()]


def _name(model: str) -> list[Weighed]:
    return named("adapter_config.json: base_model_name_or_path", model, "name", "strong", LIBRARY)


def _forms(row: Row) -> Iterator[Weighed]:
    """As a configuration, as whole weights, as an adapter of all modules and one of queries and keys say it."""
    stated = row.dimensions
    weights = replace(stated, model_type=None, rope=None, experts=None, heads=None, kv_heads=None)
    adapter = replace(weights, vocab=None, moe=None)
    for seen in (stated, weights, adapter, replace(adapter, intermediate=None)):
        found = match(seen)
        if found is not None:
            yield measured("model", seen, found, "architecture" if seen.model_type else "shapes", LIBRARY)


FORMS: list[tuple[Row, list[Weighed]]] = [(row, list(_forms(row))) for row in rows()]


@pytest.mark.parametrize(("row", "facts"), FORMS, ids=IDS)
def test_honest_releases_are_left_alone(row: Row, facts: list[Weighed]) -> None:
    """A model's name, its dimensions in any form and its own license contradict nothing, and establish that name."""
    for model in row.models:
        for license_ in licenses_of((model,), LIBRARY) or {"apache-2.0"}:
            for fact in facts:
                found = decide([*_name(model), fact, *declared("README.md: license", license_, LIBRARY)], LIBRARY)
                assert found.contradictions == ()
                assert found.established == (model,)


BOUND = ["meta-llama/Llama-3.1-8B", "google/gemma-2-9b", "Qwen/Qwen2.5-72B", "deepseek-ai/DeepSeek-V2-Lite"]


@pytest.mark.parametrize("model", [*BOUND, "Qwen/Qwen2.5-7B", "mistralai/Mistral-7B-v0.3"])
def test_dimensions_of_another_license_are_told(model: str) -> None:
    """No checked row under other licenses passes for a model that it can't be, in whatever form it lies there."""
    mine = licenses_of((model,), LIBRARY)
    for row, facts in FORMS:
        theirs = licenses_of(row.models, LIBRARY)
        for fact in facts:
            if row.checked and theirs and not theirs & mine and not fact.rows & rows_of([model]):
                assert decide([*_name(model), fact], LIBRARY).contradictions, row.models[0]


def test_unchecked_rows_never_decide() -> None:
    """What is only remembered neither contradicts a name nor establishes one."""
    for row, facts in FORMS:
        if not row.checked:
            for fact in facts:
                if fact.rows == {rows().index(row)}:
                    assert decide([*_name("meta-llama/Llama-3.1-8B"), fact], LIBRARY).contradictions == ()
                    assert decide([fact], LIBRARY).established == ()


@pytest.mark.parametrize("model", [model for model in BOUND if model != "Qwen/Qwen2.5-72B"])
@pytest.mark.parametrize("license_", ["mit", "apache-2.0", "cc-by-4.0", "llama2", "openmdw-1.1"])
def test_bound_bases_are_not_relabelled(model: str, license_: str) -> None:
    """A base whose terms travel, restrictions among them, contradicts any other known license."""
    found = decide([*_name(model), *declared("README.md: license", license_, LIBRARY)], LIBRARY)
    assert len(found.contradictions) == 1
    assert decide([*_name(model), *declared("README.md: license", "see-file", LIBRARY)], LIBRARY).contradictions == ()


def test_a_base_that_allows_other_terms_contradicts_none() -> None:
    """Qwen's agreement lets a fine-tune have other terms beside its own and passes no restrictions on."""
    found = decide([*_name("Qwen/Qwen2.5-72B"), *declared("README.md: license", "mit", LIBRARY)], LIBRARY)
    assert found.contradictions == ()


def test_nothing_is_nothing() -> None:
    """No claim establishes, suspects and contradicts nothing."""
    found = decide([], LIBRARY)
    assert (found.established, found.probable, found.contradictions, found.licenses) == ((), (), (), frozenset())
    assert match(Dimensions()) is None
