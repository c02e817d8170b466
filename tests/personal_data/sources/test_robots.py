"""What a stored robots.txt refuses, by the rules of RFC 9309 and of content signals."""

from __future__ import annotations

import pytest

from finewarden.personal_data.sources.robots import AGENTS, is_web_address, refused

pytestmark = pytest.mark.pii

URI = "https://shop.test/private/ok"


@pytest.mark.parametrize(
    ("text", "agents"),
    [
        ("", ()),
        ("User-agent: *\nDisallow: /private\nAllow: /private/ok$\n", ()),
        ("User-agent: *\nDisallow: /*/ok\n", AGENTS),
        ("User-agent: gptbot\nUser-agent: CCBot\nDisallow: /\n", ("GPTBot", "CCBot")),
        ("User-agent: *\nDisallow: /\n\nUser-agent: GPTBot\nAllow: /\n", tuple(a for a in AGENTS if a != "GPTBot")),
        ("User-agent: Googlebot\nDisallow: /\n", ()),
    ],
)
def test_who_may_not_fetch(text: str, agents: tuple[str, ...]) -> None:
    """The longest match decides, and a group of its own goes before everybody's."""
    assert refused(text, URI).may_not_fetch == agents


@pytest.mark.parametrize(
    ("text", "agents"),
    [
        ("User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n", AGENTS),
        ("User-agent: *\nContent-Signal: ai-train=yes\nAllow: /\n", ()),
        ("User-agent: *\nContent-Signal: ai-input=no\nAllow: /\n", ()),
        ("User-agent: *\nAllow: /\n\nUser-agent: GPTBot\ncontent-signal: AI-TRAIN = No # so\n", ("GPTBot",)),
        ("# Content-Signal: ai-train=no\nUser-agent: *\nAllow: /\n", ()),
        ("Content-Signal: ai-train=no\nUser-agent: GPTBot\nAllow: /\n", tuple(a for a in AGENTS if a != "GPTBot")),
    ],
)
def test_who_may_not_train(text: str, agents: tuple[str, ...]) -> None:
    """A content signal holds for the agents of its group, and for everybody without one."""
    assert refused(text, URI).may_not_train == agents


def test_a_web_page_is_no_robots_txt() -> None:
    """A page that says that there is no such file allows nothing and forbids nothing: it can't be read."""
    with pytest.raises(ValueError, match="web page"):
        refused("<html>Not found</html>", URI)


@pytest.mark.parametrize(
    ("uri", "web"),
    [("https://a.test/x", True), ("HTTP://a.test", True), ("s3://a/x", False), (None, False), ("https://[", False)],
)
def test_web_addresses(uri: str | None, web: bool) -> None:
    """Only what is served by HTTP has a robots.txt."""
    assert is_web_address(uri) is web
