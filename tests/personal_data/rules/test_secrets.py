"""Tokens and passwords: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("密码：Abc12345!", "Abc12345!"),
    ("password: hunter2xyz", "hunter2xyz"),
    ("Your password is Tr0ub4dor&3.", "Tr0ub4dor&3"),
    ('{"db_password": "s3cret-Word"}', "s3cret-Word"),
    (r"{\"userPassword\":\"abc12345\"}", "abc12345"),
    ("login bob passwd=qwe789rty now", "qwe789rty"),
    ("Passcode：k7mm2p", "k7mm2p"),
    ("pwd: 'my_pass_77'", "my_pass_77"),
]
LEFT_ALONE = [
    "密码：请输入6-20位",
    "密码：password",
    "密码：your-pass-123",
    "password: string",
    "password: required",
    "password: ********",
    "password: abc1",
    "password: your-password-1",
    "password = getPassword1()",
    "password: ${DB_PASSWORD_1}",
    "password=os.environ['DB_PASS_1']",
    "password: config.db1.password",
    "password: newPassword2",
    "password: DB_PASS_1",
    "password = user_pass_1",
    "password: 8-character minimum",
    "password is SHA256-hashed",
    "password: varchar(255)",
    "password: <PASSWORD_1>",
    "password: <SECRET_bcdfghjklmnpqrs>",
    "self.password = hunter2xyz",
    "password reset in 2minutes",
    "口令：无",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("SECRET", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []


def test_a_token_is_a_secret_and_a_web_token_is_a_session() -> None:
    """What releases are searched for counts in data too; a JSON Web Token is found once, as a session's."""
    token = "hf_" + "".join(chr(ord("a") + at * 7 % 26) for at in range(34))
    assert seen(f"令牌{token}，勿外传") == [("SECRET", token)]
    web = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
    assert seen(f"令牌{web}") == [("SESSION_ID", web)]
