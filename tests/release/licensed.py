"""What licenses ask for of one base model, without a folder that shows it."""

from __future__ import annotations

from finewarden.license_record import Form
from finewarden.licensing.base.claims import BaseClaim, BaseIdentity
from finewarden.licensing.library import Library
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.terms import terms_of
from finewarden.policy import Policy, Source
from finewarden.release.license_duties import Owed

__all__ = ["owed_for"]


def owed_for(*bases: str, form: Form = "adapter", teacher: str | None = None) -> Owed:
    """What a public release made of *bases*, on outputs of *teacher*, owes in *form*."""
    library = Library.shipped()
    sources = (Source(name="chats", authorisation="license", generated_by=teacher),) if teacher else ()
    policy = Policy(audience="public", sources=sources)
    claims = tuple(BaseClaim("README.md: base_model", base, "name", "medium", (base,)) for base in bases)
    identity = BaseIdentity(claims, bases, (), ())
    terms = terms_of(identity, policy, library)
    return Owed.by(Licensed(identity, terms, form, library, policy), {})
