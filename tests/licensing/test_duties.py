"""What is due, in which column, to whom, and what of it may fail a build."""

from __future__ import annotations

from typing import Any

import pytest

from finewarden.license_record import Form, LicenseRecord
from finewarden.licensing.duties import duties_of
from finewarden.licensing.terms import Terms
from finewarden.policy import Policy

from .records import obligation, record


def terms(one: LicenseRecord, **changes: Any) -> Terms:
    fields: dict[str, Any] = {"role": "base", "of": "acme/tiny", "because": "adapter_config.json", "certain": True}
    return Terms(record=one, **{**fields, **changes})


def states(one: LicenseRecord, form: Form = "adapter", policy: Policy | None = None, **changes: Any) -> list[str]:
    return [duty.state for duty in duties_of([terms(one, **changes)], form=form, policy=policy or Policy())]


def test_audience_decides() -> None:
    """Without an audience a duty is due if one distributes; to customers and the public it is due; internally not."""
    one = record(obligation())

    assert states(one) == ["if-distributed"]
    assert states(one, policy=Policy(audience="customers")) == ["due"]
    assert states(one, policy=Policy(audience="public")) == ["due"]
    assert states(one, policy=Policy(audience="internal")) == []


def test_what_binds_use_is_due_internally_too() -> None:
    """A duty of use (no commercial use) does not wait for distribution."""
    one = record(obligation(internal=True))

    assert states(one, policy=Policy(audience="internal")) == ["due"]
    assert states(one) == ["due"]


@pytest.mark.parametrize(("form", "expected"), [("adapter", ["arguable"]), ("weights", ["due"]), ("api", [])])
def test_each_form_has_its_column(form: Form, expected: list[str]) -> None:
    """Adapter, weights and API follow their own columns."""
    one = record(obligation(forms=("weights",), arguable=("adapter",)))

    assert states(one, form, Policy(audience="public")) == expected


def test_outputs_take_their_own_column() -> None:
    """A license that binds by outputs asks what it asks of models trained on outputs, whatever is given away."""
    one = record(obligation(forms=("outputs",)), obligation(id="copy", forms=("adapter",)))
    found = duties_of([terms(one, role="outputs")], form="adapter", policy=Policy(audience="public"))

    assert [duty.obligation.id for duty in found] == ["mark"]


def test_what_is_encouraged_is_not_due() -> None:
    """A mark that the text only encourages is told as such."""
    assert states(record(obligation(required=False)), policy=Policy(audience="public")) == ["encouraged"]


def test_only_for_some_models() -> None:
    """A duty for some of the license's models is not asked of the others."""
    one = record(obligation(only_for="acme/cosmos"))

    assert states(one, policy=Policy(audience="public")) == []
    assert states(one, policy=Policy(audience="public"), of="acme/Cosmos-1") == ["due"]


def test_commercial_duties() -> None:
    """A duty of commercial use falls away for whoever states that there is none."""
    one = record(obligation(when="commercial"))

    assert states(one, policy=Policy(audience="public", commercial=False)) == []
    assert states(one, policy=Policy(audience="public")) == ["due"]


@pytest.mark.parametrize(
    ("one", "changes", "fails"),
    [
        (record(obligation()), {}, True),
        (record(obligation(), confidence="secondary"), {}, False),
        (record(obligation(), confidence="excerpt"), {}, False),
        (record(obligation(confidence="excerpt")), {}, False),
        (record(obligation()), {"certain": False}, False),
        (record(obligation(arguable=("adapter",))), {}, False),
    ],
)
def test_only_what_was_read_in_full_fails(one: LicenseRecord, changes: dict[str, Any], fails: bool) -> None:
    """What was not read in full, is not certain or can be read either way warns and never fails."""
    (duty,) = duties_of([terms(one, **changes)], form="adapter", policy=Policy(audience="public"))

    assert duty.fails is fails
    assert bool(duty.qualified) is not fails
    assert "Acme License 1.0 (2025-01-01), 2.b" in duty.cited


def test_why_it_is_to_be_checked() -> None:
    """A warning says why it is none of a failure: the text was not read in full, or the model is known by its name."""
    public = Policy(audience="public")
    vague = record(obligation(), confidence="secondary")
    (by_name,) = duties_of([terms(record(obligation()), certain=False)], form="adapter", policy=public)
    (by_others,) = duties_of([terms(vague, certain=False)], form="adapter", policy=public)

    assert by_name.qualified == "to be checked (whether acme/tiny is under it is told by its name alone): "
    assert by_others.qualified.startswith("to be checked (described by others only, ")
