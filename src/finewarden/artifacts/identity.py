"""Names of the person and the machine that audits, as far as they would be recognised in a text.

Most folders are audited where they were trained. A name that is a word (`train`, `grace`) is looked for only where it
can't be anything else; one that is too common is not looked for at all.
"""

from __future__ import annotations

import getpass
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from finewarden.redaction import Match

__all__ = ["Identity", "find_identity", "this_identity"]

_COMMON = frozenset(
    {"root", "user", "users", "admin", "runner", "ubuntu", "debian", "centos", "docker", "jupyter", "jovyan", "nobody"}
    | {"worker", "container", "localhost", "vagrant", "ec2-user", "azureuser", "default", "colab", "kaggle", "builder"}
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who runs the audit and where; None where the name would say nothing."""

    user: str | None
    host: str | None


def this_identity() -> Identity:
    """This process's user and host, each only when it is distinctive."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user without a name
        user = ""
    host = socket.gethostname()
    return Identity(_distinctive_user(user), _distinctive_host(host))


def find_identity(text: str, identity: Identity) -> Iterator[Match]:
    """Places of *text* that hold the host's name, or the user's name as an account ("name@", "user: name")."""
    if identity.host is not None and identity.host in text:
        for found in re.finditer(rf"(?<![\w.\-]){re.escape(identity.host)}(?![\w\-])", text):
            yield Match("host name", found[0], found.start(), found.end())
    if identity.user is not None and identity.user in text:
        name = re.escape(identity.user)
        account = (
            rf"(?<![\w.\-])(?P<at>{name})@(?=[\w\-]+)"
            rf"|\b(?:user|username|login|owner)[\"']?\s?[:=]\s?[\"']?(?P<key>{name})\b"
        )
        for found in re.finditer(account, text):
            group = "at" if found["at"] else "key"
            yield Match("user name", found[group], found.start(group), found.end(group))


def _distinctive_user(name: str) -> str | None:
    return name if len(name) >= 4 and name.lower() not in _COMMON else None


def _distinctive_host(name: str) -> str | None:
    composed = any(char.isdigit() or char in "-." for char in name)
    return name if len(name) >= 4 and composed and name.lower().partition(".")[0] not in _COMMON else None
