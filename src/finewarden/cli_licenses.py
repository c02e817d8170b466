"""`finewarden licenses`: what records say, in words; which text a file is; a record or a fingerprint to start from."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from finewarden.license_record import LicenseRecord
    from finewarden.licensing.library import Library
    from finewarden.policy import Policy

__all__ = ["add_to"]

_LIMIT = 2 * 1024 * 1024
_FORMS = ("weights", "adapter", "quantised", "api", "product", "outputs")


def add_to(commands: Any) -> None:
    """Add the command to those of `finewarden` (argparse's subparsers)."""
    licenses = commands.add_parser(
        "licenses",
        help="what licenses oblige to; which license a text is",
        description="List the license records. None of this is legal advice.",
    )
    policy = argparse.ArgumentParser(add_help=False)
    policy.add_argument("--policy", type=Path, metavar="FILE", help="whose [[licenses]] count; default: the nearest")
    licenses.set_defaults(run=_run(_list), policy=None)
    acts = licenses.add_subparsers(dest="act", metavar="ACT", required=False)

    act = acts.add_parser("list", parents=[policy], help="every record (the default)")
    act.set_defaults(run=_run(_list))

    act = acts.add_parser("explain", parents=[policy], help="the duties of a license, or of a model, in words")
    act.add_argument("name", metavar="NAME", help="key, Hub tag, license_name, SPDX id, or a model: Qwen/Qwen2.5-72B")
    act.add_argument("--form", choices=_FORMS, help="as what it is given away; default: all, as a table")
    act.add_argument("--audience", choices=("internal", "customers", "public"))
    act.set_defaults(run=_run(_explain))

    act = acts.add_parser("show", parents=[policy], help="a record as TOML, to copy into a policy")
    act.add_argument("key", metavar="KEY")
    act.set_defaults(run=_run(_show))

    act = acts.add_parser("identify", parents=[policy], help="which license text a file is, and whether it is whole")
    act.add_argument("file", type=Path, metavar="FILE")
    act.set_defaults(run=_run(_identify))

    act = acts.add_parser("fingerprint", help="the fingerprint of a license text, for maintainers")
    act.add_argument("text", type=Path, metavar="TEXT")
    act.add_argument("--key", required=True, help="key of the record that the text is of")
    act.add_argument("--id", help="name of this text, such as gemma-2025-03-24; default: the key")
    act.set_defaults(run=_run(_fingerprint), policy=None)


def _run(act: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """*act* with its errors as one sentence, and nothing said about a reader that closed the pipe."""

    def run(options: argparse.Namespace) -> int:
        from finewarden.licensing.library import RecordError
        from finewarden.policy import PolicyError

        try:
            code = act(options)
            sys.stdout.flush()
        except (PolicyError, RecordError) as error:
            print(f"finewarden licenses: {error}", file=sys.stderr)
            return 2
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its end
            return 0
        return code

    return run


def _known(options: argparse.Namespace) -> tuple[Policy, Library]:
    from finewarden import policy as policies
    from finewarden.licensing.terms import library_of

    policy = policies.load(options.policy or policies.find(Path.cwd()))
    return policy, library_of(policy)


def _record(name: str, library: Library) -> LicenseRecord:
    """The one record that *name* means, for what takes one. Raises RecordError."""
    from finewarden.licensing.asked_license import asked_for
    from finewarden.licensing.library import RecordError

    found = asked_for(name, library)
    if len(found) > 1:
        raise RecordError(f"{name!r} is under several: name one of {', '.join(repr(one.record.key) for one in found)}")
    return found[0].record


def _list(options: argparse.Namespace) -> int:
    from finewarden.report.licenses import print_table

    policy, library = _known(options)
    print_table(library, own={one.key for one in policy.licenses}, where=policy.file)
    return 0


def _explain(options: argparse.Namespace) -> int:
    from finewarden.licensing.asked_license import asked_for
    from finewarden.report.licenses import print_explained

    policy, library = _known(options)
    own = {one.key for one in policy.licenses}
    asked = asked_for(options.name, library)
    print_explained(asked, form=options.form, audience=options.audience, own=own, where=policy.file)
    return 0


def _show(options: argparse.Namespace) -> int:
    from finewarden.licensing.record_toml import as_toml

    record = _record(options.key, _known(options)[1])
    print(f"# {record.name}, for finewarden.toml; in pyproject.toml write tool.finewarden.licenses for licenses")
    print(as_toml(record), end="")
    return 0


def _identify(options: argparse.Namespace) -> int:
    from finewarden.licensing.texts.match import identify_text
    from finewarden.licensing.texts.own_fingerprints import own_fingerprints
    from finewarden.report.licenses import print_match

    policy, library = _known(options)
    match = identify_text(_text(options.file), own=own_fingerprints(policy))
    print_match(str(options.file), match, library)
    return 0 if match.key is not None and match.intact else 1


def _fingerprint(options: argparse.Namespace) -> int:
    from finewarden.licensing.library import RecordError
    from finewarden.licensing.texts.fingerprint import dump
    from finewarden.licensing.texts.make_fingerprints import made, sources

    name = options.id or options.key
    # What is peculiar to a text (a template, lost numbers) stands where all shipped ones are listed.
    listed = next((one for one in sources() if one["id"] == name), {"id": name, "key": options.key})
    text = _text(options.text)
    if text.startswith("---\n"):
        text = text.split("\n---\n", 1)[-1]  # scancode puts YAML before each text
    try:
        print(dump(made(listed, text)), end="")
    except ValueError as error:
        raise RecordError(f"{options.text}: {error}") from None
    return 0


def _text(file: Path) -> str:
    from finewarden.licensing.library import RecordError

    try:
        if file.stat().st_size > _LIMIT:
            raise RecordError(f"{file} is over 2 MiB: name a file that holds the license text alone")
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RecordError(f"{file} can't be read ({error.strerror}): name a text file") from None
    except UnicodeDecodeError:
        raise RecordError(f"{file} is not UTF-8: save it as UTF-8") from None
