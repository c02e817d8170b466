"""Which licenses bind a release, and by what evidence."""

from __future__ import annotations

from finewarden.license_record import ModelPattern
from finewarden.licensing.base.claims import BaseClaim, BaseIdentity
from finewarden.licensing.library import Library
from finewarden.licensing.terms import terms_of, terms_of_generator
from finewarden.policy import Policy, Source

from .records import record


def identity(*models: str) -> BaseIdentity:
    claims = tuple(BaseClaim("adapter_config.json", model, "name", "strong", (model,)) for model in models)
    return BaseIdentity(claims, models, (), ())


LIBRARY = Library(
    {
        "acme-1.0": record(),
        "rival-2": record(key="rival-2", name="Rival", models=(ModelPattern(pattern="rival/"),)),
        "vague": record(key="vague", name="Vague", models=(ModelPattern(pattern="vague/", confidence="secondary"),)),
    }
)


def keys(known: BaseIdentity, policy: Policy) -> list[tuple[str, str, bool]]:
    return [(terms.record.key, terms.role, terms.certain) for terms in terms_of(known, policy, LIBRARY)]


def test_base() -> None:
    """The license of the established base binds, and says where the base was read."""
    (terms,) = terms_of(identity("acme/tiny"), Policy(), LIBRARY)

    assert (terms.record.key, terms.of, terms.because, terms.certain) == (
        "acme-1.0",
        "acme/tiny",
        "adapter_config.json",
        True,
    )


def test_merge_takes_all() -> None:
    """A merge is bound by the license of each of its models."""
    assert keys(identity("acme/tiny", "rival/big", "acme/other"), Policy()) == [
        ("acme-1.0", "base", True),
        ("rival-2", "base", True),
    ]


def test_pattern_from_hearsay_is_not_certain() -> None:
    """Where it is only said which license a model has, nothing may fail."""
    assert keys(identity("vague/one"), Policy()) == [("vague", "base", False)]


def test_dimensions_against_the_owners_word() -> None:
    """Dimensions alone, where the owner names a model that no record knows, are enough to warn, never to fail."""
    shapes = BaseClaim("config.json", "32 layers of 4096", "architecture", "strong", ("acme/tiny",))
    alone = BaseIdentity((shapes,), ("acme/tiny",), (), ())
    (told,) = terms_of(alone, Policy(base_model="house/own"), LIBRARY)

    assert keys(alone, Policy()) == [("acme-1.0", "base", True)]
    assert not told.certain
    assert "dimensions of acme/tiny, and the policy names house/own" in told.doubt
    assert keys(identity("acme/tiny"), Policy(base_model="house/own")) == [("acme-1.0", "base", True)]


def test_stated_license_when_the_base_is_unknown() -> None:
    """A base that no record knows is under the license that the owner states; a known base is not."""
    assert keys(identity("house/own"), Policy(license="rival-2")) == [("rival-2", "stated", True)]
    assert keys(identity(), Policy(license="rival-2")) == [("rival-2", "stated", True)]
    assert keys(identity("acme/tiny"), Policy(license="rival-2")) == [("acme-1.0", "base", True)]
    assert keys(identity(), Policy(license="no such license")) == []


def test_outputs_bind_too() -> None:
    """The license of a model whose outputs are trained on binds beside the base's."""
    source = Source(name="distilled", authorisation="license", generated_by="rival/big")

    assert keys(identity("acme/tiny"), Policy(sources=(source,))) == [
        ("acme-1.0", "base", True),
        ("rival-2", "outputs", True),
    ]


def test_generators() -> None:
    """A repack of a model is under its license as surely; a fine-tune is so by its name; a stranger under none."""
    shipped = Library.shipped()

    def known(name: str) -> list[tuple[str, str, bool]]:
        return [(terms.record.key, terms.of, terms.certain) for terms in terms_of_generator(name, shipped)]

    assert known("unsloth/llama-3-70b-bnb-4bit") == [("llama3", "meta-llama/Meta-Llama-3-70B", True)]
    assert {(key, certain) for key, _, certain in known("acme/dolphin-llama-3-8b")} == {("llama3", False)}
    assert [key for key, _, _ in known("gpt-4o")] == ["openai-outputs"]
    assert known("acme/unheard-of") == []
