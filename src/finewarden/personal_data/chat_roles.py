"""Who speaks in a chat, as its formats call them: words that are nobody's name."""

from __future__ import annotations

__all__ = ["OTHER", "ROLES", "TRAINED_AS", "is_role"]

TRAINED_AS = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "chatgpt": "assistant",
    "model": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "system": "system",
}
"""Speakers of `conversations` (from, value), and the roles of `messages` (role, content) that they are."""

# fmt: off
ROLES = frozenset(
    {
        *TRAINED_AS,
        "agent", "ai", "bot", "chatbot", "customer", "developer", "environment", "function", "function_call",
        "function_response", "gpt-4", "gpt4", "ipython", "llm", "observation", "prompter", "tool", "tool_call",
        "tool_response",
    }
)
# fmt: on

OTHER = "other"
"""What anybody is called whose role is no such word: it may be a name."""


def is_role(word: str) -> bool:
    """Whether *word* is one of ROLES, in any case."""
    return word in ROLES or word.casefold() in ROLES
