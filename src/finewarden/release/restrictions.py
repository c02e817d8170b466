"""The use restrictions of a base model's license, passed on as terms that bind whoever gets the release.

The restrictions themselves stand in the license's own text beside: they are referred to, never reworded.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.licensing.duties import Duty
from finewarden.release.license_duties import Owed

__all__ = ["restrictions", "restrictions_zh"]


def restrictions(owed: Owed) -> list[str]:
    """One paragraph of Markdown a license: the terms that travel on, else the policy that is part of the contract."""
    return list(_paragraphs(owed, zh=False))


def restrictions_zh(owed: Owed) -> list[str]:
    """The same in Chinese."""
    return list(_paragraphs(owed, zh=True))


def _paragraphs(owed: Owed, *, zh: bool) -> Iterator[str]:
    passed_on: set[str] = set()
    policies = {duty.terms.record.key: duty for duty in owed.of("aup_binding")}
    for duty in owed.of("restrictions_flowdown", "restrictions_notice"):
        key = duty.terms.record.key
        if key not in passed_on:
            passed_on.add(key)
            yield _terms(duty, policies.get(key), owed.text_of(duty.terms.record), zh=zh)
    for key, duty in policies.items():
        if key not in passed_on and duty.obligation.refers_to:
            yield _policy(duty, zh=zh)


def _terms(duty: Duty, policy: Duty | None, license_file: str | None, *, zh: bool) -> str:
    name, refers_to = duty.terms.record.name, duty.obligation.refers_to
    url = duty.obligation.policy_url or (policy.obligation.policy_url if policy is not None else None)
    places = [f"[{license_file}]({license_file})"] * (license_file is not None) + [f"<{url}>"] * (url is not None)
    if zh:
        at = f"（{'、'.join(places)}）" if places else ""
        return (
            f"**使用限制。** 本模型受 {name} 的使用限制（{refers_to or duty.obligation.clause}）约束{at}。"
            "使用、修改或分发本模型或其衍生品，即表示您同意遵守这些限制；"
            "您必须将其作为可强制执行的条款写入您分发本模型或其衍生品、或向他人提供其服务所依据的任何协议，"
            "并告知每一位后续用户：本模型受这些限制约束。"
        )
    at = f" ({', '.join(places)})" if places else ""
    standing = f" in {refers_to}" if refers_to else ""
    return (
        f"**Use restrictions.** This model is subject to the use restrictions{standing} of the {name}{at}. By using, "
        "modifying or distributing it, or anything derived from it, you agree to be bound by these restrictions. You "
        "must include them as an enforceable provision in any agreement (a license, terms of use) under which you "
        "distribute it, or anything derived from it, or let others use it, and you must tell every later user that it "
        "is subject to them."
    )


def _policy(duty: Duty, *, zh: bool) -> str:
    one = duty.obligation
    url = f", <{one.policy_url}>" if one.policy_url else ""
    where = f"{duty.terms.record.name}, {one.clause}{url}"
    if zh:
        return f"**使用政策。** {one.says_zh}（{where}）"
    return f"**Use policy.** Use of this model must comply with {one.refers_to} ({where})."
