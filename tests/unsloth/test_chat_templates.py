"""No chat template that Unsloth ships is taken for a backdoor."""

from __future__ import annotations

import unsloth  # noqa: F401  # isort: skip - before everything that it patches

import pytest
from unsloth.chat_templates import CHAT_TEMPLATES

from finewarden.artifacts.chat_templates import ChatTemplate, examine

pytestmark = [pytest.mark.unsloth, pytest.mark.timeout(300)]


def test_every_template_that_unsloth_ships_passes() -> None:
    """Each template that `get_chat_template` can give a model is read without a finding."""
    templates = {name: value[0] for name, value in CHAT_TEMPLATES.items()}
    assert len(templates) > 20
    for name, source in templates.items():
        facts = examine(ChatTemplate(name, source))
        assert (name, facts.conditions, facts.urls) == (name, (), ())
