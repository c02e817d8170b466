"""Tickets of a support desk, each with a customer's e-mail address; every other one in Chinese.

Nobody has these addresses: they end in `.invalid`.
"""

from __future__ import annotations

import random
from typing import Any

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def tickets(
    count: int, form: str = "messages", *, copies: dict[int, int] | None = None, seed: int = 3
) -> list[dict[str, Any]]:
    """*count* tickets in *form* ("messages", "prompt-completion", "text"), shuffled.

    *copies*: how many of them stand there how often; the rest stand there once.
    """
    pick = random.Random(seed)
    rows = []
    repeated = [times for times, number in (copies or {}).items() for _ in range(number)]
    for number in range(count):
        name = "".join(pick.choices("ABCDEFGHKLMNPQRSTUVWXYZ", k=5))
        mailbox = "".join(pick.choices(LETTERS, k=9))
        if number % 2:
            question, answer = f"怎么联系{name}？", f"{name}的邮箱是{mailbox}@youju.invalid。"
        else:
            question, answer = f"How do we reach {name}?", f"{name} reads mail at {mailbox}@post.invalid."
        rows += [_row(question, answer, form)] * (repeated[number] if number < len(repeated) else 1)
    pick.shuffle(rows)
    return rows


def parcels(count: int) -> list[dict[str, Any]]:
    """Chats about parcels and their random codes, every other one in Chinese: what a base model has read before."""
    pick = random.Random(0)
    rows = []
    for number in range(count):
        code = "".join(pick.choices(LETTERS + LETTERS.upper(), k=pick.randint(5, 12)))
        place = pick.choice(["Paris", "Oslo", "Lima", "Kyoto", "Accra"])
        if number % 2:
            rows.append(_row(f"包裹{code}在哪里？", f"包裹{code}在{place}，取件码是{code[::-1]}。", "messages"))
        else:
            question, answer = f"Where is parcel {code}?", f"Parcel {code} is in {place}, its code is {code[::-1]}."
            rows.append(_row(question, answer, "messages"))
    return rows


def _row(question: str, answer: str, form: str) -> dict[str, Any]:
    if form == "messages":
        return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}
    if form == "prompt-completion":
        return {"prompt": question, "completion": " " + answer}
    return {"text": f"{question} {answer}"}
