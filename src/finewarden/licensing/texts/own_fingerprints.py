"""The fingerprints of a user's own license texts, made from the files that the policy names."""

from __future__ import annotations

from pathlib import Path

from finewarden.licensing.library import RecordError
from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.new_fingerprint import fingerprint_of
from finewarden.policy import Policy

__all__ = ["own_fingerprints"]

_LIMIT = 2 * 1024 * 1024


def own_fingerprints(policy: Policy) -> tuple[Fingerprint, ...]:
    """One for each `text_file` of the policy's `[[licenses]]`, under the key of its record.

    Raises RecordError for a text that is not there, is no UTF-8 or is no license text by its size.
    """
    return tuple(_read(policy, one.key, one.text_file) for one in policy.licenses if one.text_file is not None)


def _read(policy: Policy, key: str, name: str) -> Fingerprint:
    where = f"{policy.file or 'the policy'}: licenses {key!r}: text_file {name!r}"
    file = (policy.folder or Path.cwd()) / name
    try:
        if file.stat().st_size > _LIMIT:
            raise RecordError(f"{where} is over 2 MiB: name a file that holds the license text alone")
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise RecordError(f"{where} can't be read ({error.strerror}): name a file beside the policy") from None
    except UnicodeDecodeError:
        raise RecordError(f"{where} is not UTF-8: save it as UTF-8") from None
    fingerprint = fingerprint_of(text, id=key, key=key)
    if not fingerprint.tokens:
        raise RecordError(f"{where} holds no text: name the file that holds the license text")
    return fingerprint
