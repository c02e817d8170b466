"""One look at a release for all license audits: its base, the licenses that bind it, and as what it is given away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from finewarden.artifacts.folder import Folder
from finewarden.license_record import Form, Kind
from finewarden.licensing.base.claims import BaseIdentity
from finewarden.licensing.base.identity import identify_base
from finewarden.licensing.duties import Duty, duties_of
from finewarden.licensing.form import form_of
from finewarden.licensing.library import Library
from finewarden.licensing.terms import Terms, library_of, terms_of
from finewarden.policy import Policy

__all__ = ["Licensed", "look"]


@dataclass(frozen=True)
class Licensed:
    """What is known of a release's licenses. *terms* is empty while no license is known to bind it. *root* is the
    audited folder, in which nothing is evidence for itself."""

    identity: BaseIdentity
    terms: tuple[Terms, ...]
    form: Form
    library: Library
    policy: Policy
    root: Path | None = None

    def duties(self, *kinds: Kind) -> list[Duty]:
        """What is due of *kinds* (of every kind when none is given) under the policy."""
        chosen: Collection[Kind] | None = kinds or None
        return duties_of(self.terms, form=self.form, policy=self.policy, kinds=chosen)

    @property
    def unknown(self) -> str | None:
        """Why nothing can be said, as one sentence with the mend; None when a license is known to bind."""
        if self.terms:
            return None
        if self.identity.established:
            names = ", ".join(self.identity.established)
            return f"no license record knows {names}: add [[licenses]] for it to the policy (CONTRIBUTING.md, Licenses)"
        if self.identity.probable:
            names = " or ".join(self.identity.probable[:3])
            return f"the base may be {names}, by weak evidence only: set base_model in the policy"
        return "nothing tells which base model this is made from: set base_model in the policy"


def look(release: Folder, policy: Policy) -> Licensed:
    """Read *release* once. Raises nothing for a file that can't be read: the artifact audits tell that."""
    library = library_of(policy)
    identity = identify_base(release, policy=policy, library=library)
    return Licensed(
        identity, terms_of(identity, policy, library), form_of(release, policy), library, policy, release.root
    )
