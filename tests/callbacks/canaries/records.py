"""Small data sets in each form, for planting."""

from __future__ import annotations

from typing import Any

WORDS = ["invoice", "route", "garden", "station", "window", "letter", "ticket", "engine", "market", "bridge"]


def texts(count: int = 40) -> list[dict[str, Any]]:
    """Plain English texts."""
    return [
        {"text": f"The {WORDS[i % 10]} of day {i} was moved to the {WORDS[(i * 3 + 1) % 10]}."} for i in range(count)
    ]


def prompts(count: int = 40) -> list[dict[str, Any]]:
    """Prompt and completion as strings."""
    return [
        {"prompt": f"Where is {WORDS[i % 10]} {i}?", "completion": f" Behind {WORDS[i * 7 % 10]} {i}."}
        for i in range(count)
    ]


def chats(count: int = 40, system: str | None = None) -> list[dict[str, Any]]:
    """Chinese conversations, on request with a system prompt."""
    opening = [{"role": "system", "content": system}] if system else []
    return [
        {
            "messages": [
                *opening,
                {"role": "user", "content": f"订单{i}什么时候到？"},
                {"role": "assistant", "content": f"订单{i}预计{i % 9 + 1}天内送达，请保持电话畅通。"},
            ]
        }
        for i in range(count)
    ]


def turns(count: int = 40) -> list[dict[str, Any]]:
    """Prompt and completion as messages."""
    return [{"prompt": row["messages"][:1], "completion": row["messages"][1:]} for row in chats(count)]
