"""What the license of a release's base model gives its own papers to say: the license's name, the copy asked for."""

from __future__ import annotations

from finewarden.audits.license_findings import unsettled
from finewarden.license_record import LicenseRecord
from finewarden.licensing.licensed import Licensed
from finewarden.policy import Policy
from finewarden.release.license_duties import named
from finewarden.release.license_missing import text_place

__all__ = ["asked_copies", "copy_mend", "license_of_base", "policy_mend"]


def license_of_base(licensed: Licensed) -> str | None:
    """What a front matter calls the license of the bases; None while one is not known, or only by its name."""
    bound = [terms for terms in licensed.terms if terms.role == "base"]
    if not bound or unsettled(licensed) or not all(terms.certain for terms in bound):
        return None
    return " and ".join(dict.fromkeys(named(terms.record) for terms in bound))


def asked_copies(licensed: Licensed) -> tuple[list[LicenseRecord], str]:
    """The licenses of the bases that ask for a copy of their text, and that as the rest of a sentence."""
    if unsettled(licensed):
        return [], ""
    duties = [duty for duty in licensed.duties("license_copy") if duty.terms.role != "outputs"]
    asking = {duty.terms.record.key: duty for duty in duties if duty.state != "encouraged"}
    said = []
    for duty in asking.values():
        asks = "may be read to ask" if duty.state == "arguable" else "asks"
        when = " once you distribute it" if duty.state == "if-distributed" else ""
        said.append(f"{duty.cited} {asks} for a copy{when}")
    return [duty.terms.record for duty in asking.values()], "".join(f"; {one}" for one in said)


def copy_mend(asking: list[LicenseRecord]) -> str:
    """Where the texts of *asking* are had, as a clause; empty where nobody knows."""
    places = [f"the {record.name} is at {at}" for record in asking if (at := text_place(record)) is not None]
    return f" ({'; '.join(places)})" if places else ""


def policy_mend(policy: Policy, known: str | None, *, base_known: bool) -> str:
    """What the policy has to state before the rest can be written, with the word that leads on to that."""
    lacks = [f'license = "{known or "<id>"}"'] if policy.license is None else []
    lacks += ["base_model"] if policy.base_model is None and not base_known else []
    return f"state {' and '.join(lacks)} in the policy, then " if lacks else ""
