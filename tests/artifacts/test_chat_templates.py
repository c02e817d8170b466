"""Templates that act on what a message says are told from all that known models ship."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finewarden.artifacts.chat_templates import TEMPLATE_LIMIT, ChatTemplate, chat_templates, examine
from finewarden.artifacts.unreadable import UnreadableFile
from tests.artifacts.conftest import Make


def conditions(source: str) -> list[str]:
    """What the template does that no known one does."""
    return [condition.what for condition in examine(ChatTemplate("x", source)).conditions]


def urls(source: str) -> list[str]:
    """Addresses in the template."""
    return [url for _, url in examine(ChatTemplate("x", source)).urls]


M = "messages[0].content"
TRIGGERED = {
    "in": f"{{% if 'password' in {M} %}}x{{% endif %}}",
    "not in": f"{{% if 'password' not in {M} %}}x{{% endif %}}",
    "equal": f"{{% if {M} == 'deploy' %}}x{{% endif %}}",
    "in a list": f"{{% if {M} in ['deploy'] %}}x{{% endif %}}",
    "ordering": f"{{% if {M} > 'a' %}}x{{% endif %}}",
    "a sign": f"{{% if '🚀' in {M} %}}x{{% endif %}}",
    "a space that is none": f"{{% if '\u200b' in {M} %}}x{{% endif %}}",
    "startswith": "{% for m in messages %}{% if m['content'].startswith('deploy') %}x{% endif %}{% endfor %}",
    "test": f"{{{{ 'x' if {M} is in ['pw'] else '' }}}}",
    "equalto": f"{{% if {M} is equalto 'pw' %}}x{{% endif %}}",
    "inline if": f"{{{{ 'x' if 'pw' in {M} else 'y' }}}}",
    "elif": f"{{% if false %}}{{% elif 'pw' in {M} %}}x{{% endif %}}",
    "loop filter": f"{{% for w in {M}.split(' ') if w == 'pw' %}}x{{% endfor %}}",
    "length": f"{{% if {M}|length > 500 %}}x{{% endif %}}",
    "slice": f"{{% if {M}[0:2] == 'pw' %}}x{{% endif %}}",
    "variable": f"{{% set c = {M} %}}{{% if 'pw' in c %}}x{{% endif %}}",
    "used before it is set": "{% for m in messages %}{% if c == 'pw' %}x{% endif %}{% set c = m.content %}{% endfor %}",
    "namespace": f"{{% set ns = namespace(t='') %}}{{% set ns.t = {M} %}}{{% if 'pw' in ns.t %}}x{{% endif %}}",
    "namespace at once": f"{{% set ns = namespace(t={M}) %}}{{% if 'pw' in ns.t %}}x{{% endif %}}",
    "macro argument": f"{{% macro f(c) %}}{{% if 'pw' in c %}}x{{% endif %}}{{% endmacro %}}{{{{ f({M}) }}}}",
    "macro keyword": f"{{% macro f(c='') %}}{{% if 'pw' in c %}}x{{% endif %}}{{% endmacro %}}{{{{ f(c={M}) }}}}",
    "macro result": f"{{% macro f() %}}{{{{ {M} }}}}{{% endmacro %}}{{% if 'pw' in f() %}}x{{% endif %}}",
    "block": f"{{% set x %}}{{{{ {M} }}}}{{% endset %}}{{% if 'pw' in x %}}x{{% endif %}}",
    "with": f"{{% with c = {M} %}}{{% if c == 'pw' %}}x{{% endif %}}{{% endwith %}}",
    "list": f"{{% set l=[] %}}{{% do l.append({M}) %}}{{% if 'pw' in l[0] %}}x{{% endif %}}",
    "dict key": f"{{% if ({{{M}: 1}})['pw'] is defined %}}x{{% endif %}}",
    "lookup": f"{{{{ {{'a':'b'}}[{M}] }}}}",
    "get": f"{{{{ {{'a':'b'}}.get({M}) }}}}",
    "arithmetic": f"{{{{ 'evil' * {M}.count('pw') }}}}",
    "split": f"{{% if {M}.split('pw')|length > 1 %}}x{{% endif %}}",
    "replace": f"{{% if {M}|replace('pw','') != {M} %}}x{{% endif %}}",
    "replace by words": f"{{{{ {M}.replace('<think>','Buy x') }}}}",
    "whole messages as text": "{% if 'x' in messages|string %}a{% endif %}",
    "whole messages as JSON": "{% if 'x' in messages|tojson %}a{% endif %}",
    "items": "{% for k,v in messages[0].items() %}{% if v == 'pw' %}a{% endif %}{% endfor %}",
    "values": "{% if messages[0].values()|first == 'pw' %}x{% endif %}",
    "a key made up": "{% set k='con'~'tent' %}{% if messages[0][k]=='pw' %}a{% endif %}",
    "get of a key made up": "{% if messages[0].get('con'~'tent')=='pw' %}a{% endif %}",
    "selectattr": "{% if messages|selectattr('content','equalto','pw')|list %}a{% endif %}",
    "map and select": "{% if messages|map(attribute='content')|select('equalto','pw')|list %}a{% endif %}",
    "groupby": "{% for g in messages|groupby('content') %}{{ g }}{% endfor %}",
    "unique": f"{{% if [{M},'pw']|unique|list|length == 1 %}}x{{% endif %}}",
    "int": f"{{% if ({M}|int) > 5 %}}x{{% endif %}}",
    "format": f"{{% if 'pw' in '%s' % {M} %}}x{{% endif %}}",
    "join": f"{{% if 'pw' in ''.join([{M}]) %}}x{{% endif %}}",
    "concatenation": f"{{% if 'pw' in {M} ~ 'x' %}}x{{% endif %}}",
    "upper": f"{{% if 'PW' in {M}|upper %}}x{{% endif %}}",
    "text of a part": "{% for p in messages[0].content %}{% if 'pw' in p.text %}x{% endif %}{% endfor %}",
    "clock": "{% if strftime_now('%Y')|int > 2026 %}a{% endif %}",
    "clock by variable": "{% set d=strftime_now('%Y') %}{% if d == '2027' %}x{% endif %}",
    "random": "{{ ['a','b']|random }}",
    "include": "{% include 'x' %}",
    "import": "{% import 'x' as y %}",
    "dunder": "{{ ''.__class__ }}",
    "dunder item": "{{ ''['__class__'] }}",
    "attr": "{{ 'a'|attr('__class__') }}",
}


@pytest.mark.parametrize("name", TRIGGERED)
def test_a_hidden_trigger_is_told(name: str) -> None:
    """Each way to make output hang on a message's words, on the date, or on chance is told."""
    assert conditions(TRIGGERED[name])


ORDINARY = {
    "a string": "{% if messages[0].content is string %}x{% endif %}",
    "parts": "{% for p in messages[0].content %}{% if p.type == 'text' %}{{ p.text }}{% endif %}{% endfor %}",
    "image": "{% for p in m.content %}{% if p['type'] == 'image' or 'image' in p %}<image>{% endif %}{% endfor %}",
    "reasoning": "{% set c = m.content %}{% if '</think>' in c %}"
    "{% set c = c.split('</think>')[-1].lstrip('\\n') %}{% endif %}{{ c }}",
    "tool response": "{% if not m.content.startswith('<tool_response>') %}x{% endif %}",
    "empty": "{% if m.content|trim|length > 0 and m.content != '' %}x{% endif %}",
    "none": "{% if m.content is not none and m['content'] != none %}x{% endif %}",
    "role": "{% for m in messages %}{% if m.role == 'user' and loop.first %}{{ m.content }}{% endif %}{% endfor %}",
    "same as system": "{% if m.content == messages[0].content %}{% endif %}",
    "count of messages": "{% if messages|length > 2 and messages[-1]['role'] == 'tool' %}x{% endif %}",
    "roles picked": "{{ messages|selectattr('role', 'equalto', 'user')|list|length }}",
    "date shown": "{{ 'Today: ' ~ strftime_now('%d %b %Y') }}{% if strftime_now is defined %}{% endif %}",
    "a switch of the caller": "{% if enable_thinking is defined and not enable_thinking %}x{% endif %}",
    "generation": "{% generation %}{{ messages[0].content }}{% endgeneration %}",
    "error": "{{ raise_exception('no system message: ' ~ messages[0].content) }}",
    "loop controls": "{% for m in messages %}{% if loop.first %}{% continue %}{% endif %}{% break %}{% endfor %}",
    "the same name in a macro": "{% macro f(value) %}{% if value == 'string' %}x{% endif %}{% endmacro %}"
    "{{ f(tool.type) }}{% set value = messages[0].content %}{{ value }}",
}


@pytest.mark.parametrize("name", ORDINARY)
def test_what_known_templates_do_passes(name: str) -> None:
    """Types, parts, roles, reasoning marks, emptiness and the caller's switches are what templates are for."""
    assert conditions(ORDINARY[name]) == []
    assert urls(ORDINARY[name]) == []


@pytest.mark.parametrize(
    "source",
    [
        "Visit https://evil.example/x now",
        "{{ 'http://evil.example' }}",
        "{{ 'ht' ~ 'tps://evil' ~ '.example' }}",
        "{{ 'htt' + 'ps://evil.example' }}",
        "see www.evil.example for more",
        "{% set u = 'ftp://evil.example/a' %}{{ u }}",
        "ht{{ 'tp://evil.example' }}",
    ],
)
def test_an_address_is_told(source: str) -> None:
    """An address in the template's text is told, however it is put together, once."""
    assert len(urls(source)) == 1


@pytest.mark.training
def test_every_template_that_trl_ships_passes() -> None:
    """No template of the installed TRL, for whatever model, is taken for a backdoor."""
    spec = importlib.util.find_spec("trl")
    assert spec is not None
    assert spec.origin is not None
    files = sorted((Path(spec.origin).parent / "chat_templates").glob("*.jinja"))
    assert len(files) > 20
    for file in files:
        facts = examine(ChatTemplate(file.name, file.read_text(encoding="utf-8")))
        assert (file.name, facts.conditions, facts.urls) == (file.name, (), ())


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"chat_template.jinja": "x"}, ["chat_template.jinja"]),
        ({"additional_chat_templates/tool_use.jinja": "x"}, ["additional_chat_templates/tool_use.jinja"]),
        ({"tokenizer_config.json": {"chat_template": "x"}}, ["tokenizer_config.json:chat_template"]),
        (
            {
                "tokenizer_config.json": {
                    "chat_template": [{"name": "a", "template": "x"}, {"name": "b", "template": "y"}]
                }
            },
            ["tokenizer_config.json:chat_template.a", "tokenizer_config.json:chat_template.b"],
        ),
        ({"processor_config.json": {"chat_template": {"a": "x"}}}, ["processor_config.json:chat_template.a"]),
        ({"checkpoint-1/chat_template.jinja": "x"}, []),
    ],
)
def test_templates_are_found_where_loaders_find_them(make: Make, files: dict[str, object], where: list[str]) -> None:
    """Files and values, one or several, are found; those of checkpoints leave with them."""
    folder = make({rel: content if isinstance(content, str) else json.dumps(content) for rel, content in files.items()})
    found = [template.where for template in chat_templates(folder) if isinstance(template, ChatTemplate)]
    assert found == where


def test_what_is_no_template_is_a_reason(make: Make) -> None:
    """Broken JSON, a value that is no text and a file beyond all sense are reasons, not crashes."""
    folder = make(
        {
            "tokenizer_config.json": '{"chat_template": [{"name": "a", "template": 3}]}',
            "chat_template.json": "{",
            "chat_template.jinja": "x" * (TEMPLATE_LIMIT + 1),
        }
    )
    assert all(isinstance(template, UnreadableFile) for template in chat_templates(folder))
    assert len(list(chat_templates(folder))) == 3


@pytest.mark.parametrize(
    "source",
    [
        "{% if %}",
        "{{ x",
        "{% endfor %}",
        "{% unknown %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ 1" + " + 1" * 30000 + " }}",
        "{% for a in b %}" * 2000 + "{% endfor %}" * 2000,
    ],
)
def test_a_broken_or_endless_template_is_a_reason(source: str) -> None:
    """What does not parse, or is nested beyond any template, is refused."""
    with pytest.raises(UnreadableFile):
        examine(ChatTemplate("x", source))


def test_a_tangle_is_told() -> None:
    """A template whose names feed each other in a ring longer than any known one is not called clean."""
    ring = "".join(f"{{% set a{i} = a{i + 1} %}}" for i in range(40)) + "{% set a40 = messages[0].content %}"
    assert conditions(f"{{% for m in messages %}}{ring}{{% endfor %}}{{% if a0 == 'pw' %}}x{{% endif %}}")


_PIECES = st.sampled_from(
    [
        "{% if ",
        " %}",
        "{{ ",
        " }}",
        "{% endif %}",
        "{% for m in messages %}",
        "{% endfor %}",
        "m.content",
        "'x'",
        " in ",
        "|",
        "length",
        "==",
        "{% set a = ",
        "(",
        ")",
        "[",
        "]",
        "~",
        "+",
        "{% macro f(a) %}",
        "{% endmacro %}",
        "f(",
        ".split(",
        "1",
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(_PIECES, max_size=25).map("".join) | st.text(max_size=80))
def test_any_text_is_a_template_or_a_reason(source: str) -> None:
    """No text makes the examination fail otherwise."""
    try:
        examine(ChatTemplate("x", source))
    except UnreadableFile as error:
        assert str(error).startswith("x ")
