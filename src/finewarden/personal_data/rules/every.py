"""All rules, in one place."""

from __future__ import annotations

from finewarden.personal_data.rules import (
    accounts,
    bank_card,
    devices,
    email,
    english_address,
    english_age,
    english_organization,
    english_person,
    english_phone,
    english_place,
    iban,
    ip,
    passport,
    phones,
    plate,
    resident_id,
    secrets,
    sessions,
    travel_permit,
    us_ssn,
    uscc,
)
from finewarden.personal_data.rules.rule import Rule

__all__ = ["RULES"]

_MODULES = (
    resident_id, bank_card, passport, travel_permit, uscc, plate, accounts, phones, email, ip, iban, us_ssn, secrets,
    sessions, devices,
    english_address, english_age, english_organization, english_person, english_phone, english_place,
)  # fmt: skip
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
