"""Secrets and local paths: found where they are live, left alone where they only look like it, never shown."""

from __future__ import annotations

import base64
import json
import random
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.redaction import REDACTED, find_local_paths, find_secrets, mask, redact

_RANDOM = random.Random(20)
_ALNUM = string.ascii_letters + string.digits


def _some(count: int, alphabet: str = _ALNUM) -> str:
    """Characters of the alphabet, a digit and a letter among the first: no token stands in this file itself."""
    head = ("a7" if alphabet.islower() or "a" in alphabet else "A7")[: 2 if "7" in alphabet else 1]
    return (head + "".join(_RANDOM.choice(alphabet) for _ in range(count)))[:count]


_HEX = "0123456789abcdef"
_UPPER = string.ascii_uppercase + string.digits
_UUID = "-".join(_some(n, _HEX) for n in (8, 4, 4, 4, 12))

# kind -> the token itself, in the shape in which its service issues it
SECRETS = {
    "Hugging Face token": "hf_" + _some(34),
    "Hugging Face organisation token": "api_org_" + _some(34),
    "Anthropic key": "sk-ant-" + "api03-" + _some(90),
    "OpenAI project key": "sk-" + "proj-" + _some(120),
    "OpenAI key": "sk-" + _some(48),
    "DashScope key": "sk-" + _some(32, _HEX),
    "OpenRouter key": "sk-" + "or-v1-" + _some(64, _HEX),
    "GitHub token": "ghp" + "_" + _some(36),
    "GitHub fine-grained token": "github" + "_pat_" + _some(82),
    "GitLab token": "glpat" + "-" + _some(20),
    "AWS key id": "AKIA" + _some(16, _UPPER),
    "Google key": "AIza" + _some(35),
    "Slack token": "xox" + "b-" + "1234567" + "-" + _some(30),
    "Stripe key": "sk" + "_live_" + _some(24),
    "PyPI token": "pypi" + "-AgE" + _some(80),
    "Replicate token": "r8" + "_" + _some(37),
    "ModelScope token": "ms-" + _UUID,
    "Alibaba key id": "LTAI" + _some(20),
    "Tencent key id": "AKID" + _some(32),
    "Volcengine key id": "AKLT" + _some(40),
    "Baidu key": "bce-v3/" + "ALTAK-" + _some(21) + "/" + _some(40, _HEX),
    "JSON Web Token": "eyJ" + _some(20) + "." + "eyJ" + _some(40) + "." + _some(43),
}
# kind -> (text, the value in it)
_WANDB, _PASSWORD, _ASSIGNED, _VARIABLE = _some(40, _HEX), _some(12), _some(24), _some(32)
IN_CONTEXT = {
    "W&B key": (f"wandb login {_WANDB}", _WANDB),
    "W&B key in settings": (f'{{"WANDB_API_KEY": "{_WANDB}"}}', _WANDB),
    "password in URL": (f"postgres://trainer:{_PASSWORD}@db.internal:5432/x", _PASSWORD),
    "token in URL": ("https://oauth2:" + SECRETS["GitLab token"] + "@gitlab.com/x.git", SECRETS["GitLab token"]),
    "assigned": (f'api_key = "{_ASSIGNED}"', _ASSIGNED),
    "assigned in JSON": (f'{{"my_secret_key": "{_ASSIGNED}"}}', _ASSIGNED),
    "assigned token": (f"hub_token='{_ASSIGNED}'", _ASSIGNED),
    "environment": (f"export OPENAI_API_KEY={_VARIABLE}\n", _VARIABLE),
}
INNOCENT = [
    "hf_" + "x" * 34,
    "hf_" + "aB" * 17,
    "hf_your_token_here_and_some_more_characters",
    "export HF_TOKEN=$HF_TOKEN",
    "export HF_TOKEN=<your token>",
    "token = os.environ['HF_TOKEN']",
    "sk-...",
    "sk-" + "x" * 48,
    "OPENAI_API_KEY=sk-your-key-here-your-key-here-your-key",
    "AKIAIOSFODNN7" + "EXAMPLE",
    "the sk-learn-compatible-wrapper-for-language-models-of-every-kind",
    "postgres://user:password@localhost/db",
    "http://localhost:8080/v1@latest",
    "git@github.com:owner/name.git",
    '"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"',
    '"additional_special_tokens": ["<|reserved_special_token_1|>"]',
    '"hub_token": null',
    '"hub_token": "<HUB_TOKEN>"',
    "-----BEGIN PRIVATE KEY----- is how such a file starts",
    "-----BEGIN CERTIFICATE-----\n" + "MIIB" * 16,
    "password: see the wiki",
    'secret_key = "changeme-changeme-changeme-1"',
    "wandb: https://wandb.ai/org/project/runs/abc123",
    "sha256:" + _some(64, _HEX),
    "commit " + _some(40, _HEX),
]


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "token={} ", '{{"a": "{}"}}', "\n{}\n", "令牌：{}。", "it is:\\n{}\\nkeep it", "\\t{}"]
)
def test_a_live_token_is_found_whole(kind: str, around: str) -> None:
    """Each service's token is found, in whatever stands around it, with exactly its own characters."""
    text = around.format(SECRETS[kind])
    assert SECRETS[kind] in [match.value for match in find_secrets(text)]


@pytest.mark.parametrize("kind", IN_CONTEXT)
def test_a_secret_without_a_prefix_is_found_by_what_names_it(kind: str) -> None:
    """Passwords and keys without a shape of their own are found by the words around them."""
    text, value = IN_CONTEXT[kind]
    assert [match.value for match in find_secrets(text)] == [value]


@pytest.mark.parametrize("escape", ["\n", "\\n"], ids=["plain", "in JSON"])
def test_a_private_key_is_redacted_to_its_last_line(escape: str) -> None:
    """Of a private key nothing is left, in a file of its own or inside a JSON string."""
    lines = [base64.b64encode(_RANDOM.randbytes(48)).decode() for _ in range(6)]
    begin, end = ("-----" + f"{word} RSA PRIVATE KEY-----" for word in ("BEGIN", "END"))
    text = f"key: {escape.join([begin, *lines, end])} rest"
    assert [match.kind for match in find_secrets(text)] == ["private key"]
    assert redact(text) == f"key: {REDACTED} rest"


@pytest.mark.parametrize("text", INNOCENT)
def test_placeholders_and_documentation_are_left_alone(text: str) -> None:
    """What a manual, a template or a configuration without secrets says is no finding."""
    assert list(find_secrets(text)) == []


def test_vocabularies_and_blobs_are_left_alone() -> None:
    """Neither a vocabulary of random strings nor megabytes of base64 hold a token by chance."""
    words = {base64.b64encode(_RANDOM.randbytes(_RANDOM.randint(2, 30))).decode(): i for i in range(50_000)}
    blob = base64.b64encode(_RANDOM.randbytes(3 * 2**20)).decode()
    assert list(find_secrets(json.dumps(words))) == []
    assert list(find_secrets(blob)) == []


def test_a_token_inside_a_longer_run_is_no_token() -> None:
    """A run of base64 or hex that happens to hold a prefix is not cut open."""
    token = SECRETS["AWS key id"]
    assert list(find_secrets("Qm" + token)) == []
    assert list(find_secrets(token + "bG9uZ2Vy")) == []


def test_one_value_is_one_match() -> None:
    """Rules that overlap give the value once: the first kind in the list names it."""
    text = f'api_key = "{SECRETS["OpenAI key"]}"'
    assert [match.kind for match in find_secrets(text)] == ["OpenAI-style key"]


@pytest.mark.parametrize(
    "path",
    [
        "/home/anna/models/llama",
        "/Users/anna/out",
        "/root/autodl-tmp/out",
        "/mnt/data/out",
        "/workspace/run-1",
        "/tmp/out",
        "/kaggle/working/out",
        "/data/projects/x",
        "file:///home/anna/x",
        "C:\\Users\\anna\\out",
        "C:\\\\Users\\\\anna\\\\out",
        "/home/张三/模型",
        "/var/folders/zz/x",
    ],
)
def test_a_folder_of_a_person_or_a_machine_is_found(path: str) -> None:
    """Home folders, mounts and scratch folders are found whole, in plain text and in JSON."""
    for text in (path, f'{{"output_dir": "{path}"}}', f"saved to {path}, done", f'{{"a": "saved to\\n{path}"}}'):
        assert [match.value for match in find_local_paths(text)] == [path]


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/home/anna/x",
        "/usr/lib/python3/dist-packages",
        "/opt/conda/bin",
        "/home/user/model",
        "/home/$USER/model",
        "/home/<name>/x",
        "/Users/username/x",
        "/home/{user}/x",
        "~/models",
        "and/or /home page",
        "/homepage/anna",
    ],
)
def test_paths_of_documentation_and_system_are_left_alone(text: str) -> None:
    """Placeholders, web addresses and the system's own folders name nobody."""
    assert list(find_local_paths(text)) == []


def test_redact_keeps_the_last_part_of_a_path() -> None:
    """After redaction a reader still knows which folder was meant, and no longer whose."""
    assert redact("base: /home/anna/models/llama.") == f"base: {REDACTED}/llama."


@given(st.text(max_size=60), st.sampled_from(sorted(SECRETS)), st.text(max_size=60))
def test_redact_leaves_no_token(before: str, kind: str, after: str) -> None:
    """Whatever stands around a token, after redaction the text no longer holds it and has nothing left to redact."""
    cleaned = redact(f"{before} {SECRETS[kind]} {after}")
    assert SECRETS[kind] not in cleaned
    assert not any(match.value == SECRETS[kind] for match in find_secrets(cleaned))


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    """No text makes the search fail, and each match lies where it says."""
    for match in (*find_secrets(text), *find_local_paths(text)):
        assert text[match.start : match.end] == match.value


@given(st.text(max_size=100))
def test_mask_shows_at_most_a_quarter(value: str) -> None:
    """A masked value shows at most four characters, and never more than a quarter of them."""
    shown = mask(value).partition("…")[0]
    assert len(shown) <= min(4, len(value) // 4)
    assert value.startswith(shown)


@pytest.mark.parametrize("filler", ["hf_", "://", "token", "-----BEGIN ", "/home/", "eyJ.", " sk-1", 'secret="1'])
def test_a_flood_of_anchors_takes_bounded_time(filler: str) -> None:
    """A text made of the beginnings of tokens takes time in proportion: 1 MB in seconds."""
    text = filler * (2**20 // len(filler))
    started = time.perf_counter()
    for found in (find_secrets(text), find_local_paths(text)):
        for number, _ in enumerate(found):
            if number > 200:
                break
    assert time.perf_counter() - started < 5


def test_letters_that_lower_to_two_do_not_shift_places() -> None:
    """A letter whose lower case is longer does not move a match: the value is the value."""
    text = f'İİİ API_KEY = "{_ASSIGNED}"'
    assert [match.value for match in find_secrets(text)] == [_ASSIGNED]
