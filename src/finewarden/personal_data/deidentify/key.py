"""The key of pseudonyms and surrogates: read from a file or the environment, made, and never shown."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import stat
from pathlib import Path

__all__ = ["Key", "KeyProblem", "key_of_environment", "key_of_file", "new_key_file"]

_LEAST = 32
_HEX = re.compile(r"[0-9a-fA-F]+")
# 32 random bytes have about 30 distinct values; fewer than 16 happens to one key in 10^13.
_LEAST_DISTINCT = 16
# Names of variables are capital letters, digits and underscores (POSIX.1, 8.1); none is as long as a key.
_VARIABLE = re.compile(r"(?![0-9A-F]{16})[A-Z_][A-Z0-9_]{0,39}")
_MAKE = "make one with `finewarden deidentify --new-key FILE`"


class KeyProblem(ValueError):
    """A key that can't be used; one sentence that says what to do, and nothing of the key."""


class Key:
    """At least 32 secret bytes, which its repr does not show. Raises KeyProblem for fewer, or for a few repeated."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _LEAST:
            raise KeyProblem(f"the key has {len(secret)} bytes, and {_LEAST} are needed; {_MAKE}")
        if len(set(secret)) < _LEAST_DISTINCT:
            raise KeyProblem(f"the key repeats a few bytes and can be guessed; {_MAKE}")
        self._secret = bytes(secret)

    def __repr__(self) -> str:
        return f"Key(id={self.id})"

    @property
    def id(self) -> str:
        """8 hex digits by which a report names the key: HMAC-SHA-256 of "id" under it."""
        return hmac.new(self._secret, b"id", hashlib.sha256).hexdigest()[:8]

    def number(self, purpose: str, *parts: str) -> int:
        """256 bits that nobody without the key can tell from chance: HMAC-SHA-256 of *purpose* and *parts*.

        Each part is preceded by its length, so that no two lists of parts read alike. Lone surrogates are allowed.
        """
        mac = hmac.new(self._secret, digestmod=hashlib.sha256)
        for part in (purpose, *parts):
            data = part.encode("utf-8", "surrogatepass")
            mac.update(len(data).to_bytes(8, "big") + data)
        return int.from_bytes(mac.digest(), "big")


def key_of_environment(name: str) -> Key:
    """The key in the environment variable *name*. Raises KeyProblem."""
    text = os.environ.get(name)
    # Somebody may have given the key in the place of the name: it must not be shown.
    shown = f"the environment variable {name}" if _VARIABLE.fullmatch(name) else "the environment variable of that name"
    if not text:
        raise KeyProblem(f"{shown} is not set; give the name of a variable that holds a key, {_MAKE}")
    return _parsed(text, shown)


def key_of_file(path: Path) -> Key:
    """The key in *path*, hexadecimal or base64. Raises KeyProblem, also where others of the machine can read it."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & (stat.S_IROTH | stat.S_IWOTH):
                raise KeyProblem(f"{path} can be read or written by every user of this machine; run: chmod 600 {path}")
            data = file.read(4097)
    except OSError as error:
        raise KeyProblem(f"{path} can't be read ({error.strerror}); name a key file, or {_MAKE}") from None
    if len(data) > 4096:
        raise KeyProblem(f"{path} is over 4 KiB and no key; {_MAKE}")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise KeyProblem(f"{path} is not text; write the key in hexadecimal, or {_MAKE}") from None
    return _parsed(text, str(path))


def new_key_file(path: Path) -> Key:
    """Make *path*, readable by its owner alone, with a new random key. Raises KeyProblem where it exists."""
    secret = secrets.token_bytes(_LEAST)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyProblem(f"{path} exists, and a lost key can't be had back; name a new file") from None
    except OSError as error:
        raise KeyProblem(f"{path} can't be made ({error.strerror}); name a file in a folder that is there") from None
    with os.fdopen(handle, "wb") as file:
        file.write(secret.hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return Key(secret)


def _parsed(text: str, where: str) -> Key:
    text = "".join(text.split())
    try:
        secret = bytes.fromhex(text) if _HEX.fullmatch(text) else base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise KeyProblem(f"{where} is neither hexadecimal nor base64; {_MAKE}") from None
    try:
        return Key(secret)
    except KeyProblem as error:
        raise KeyProblem(f"{where}: {error}") from None
