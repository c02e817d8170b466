"""What stands against training on a source: leave for it has ended, its documents are others than were looked at, its
site or its terms forbid it, or it was given for another purpose.

What `license.data` tells is not told again, but for leave that has ended, which nobody may miss who asks of the data
alone: evidence that is not there, unknown and non-commercial licenses. Whoever has a contract, a consent or the right
of its own needs neither robots.txt nor terms to allow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from finewarden.audits.source_facts import SourceProblem
from finewarden.licensing.shown_evidence import evidence_kind, evidence_problem, expiry
from finewarden.policy import Policy, Source

__all__ = ["Unseen", "grounds"]

_GIVEN = frozenset({"contract", "consent", "own"})
_SHOWN = 3


class Unseen(Exception):
    """Something that stops a source from being judged; the text says what, and what to do."""


def grounds(source: Source, policy: Policy, audited: Path | None = None) -> Iterator[SourceProblem | Unseen]:
    """Everything that stands against *source*, or keeps it from being judged. *audited* is the release, whose own files
    show nothing.
    """
    if expiry(source.expires, today=date.today()) == "over":
        what = f"what allows its use ended, on {source.expires}"
        yield SourceProblem("expired", what, "renew it and its expires, or train without this source", True)
    yield from _purpose(source, policy)
    yield from _evidence(source, policy, audited)
    yield from _stored(source, policy, audited)
    yield from _reviewed(source)


def _purpose(source: Source, policy: Policy) -> Iterator[SourceProblem | Unseen]:
    if not source.purposes:
        return
    allowed = ", ".join(source.purposes)
    purpose = policy.training_data.purpose
    if purpose is None:
        yield Unseen(f"source {source.name} may be used for {allowed}, and the policy says not for what the model is "
                     "trained: set purpose under [training_data]")  # fmt: skip
    elif purpose.strip().casefold() not in {each.strip().casefold() for each in source.purposes}:
        what = f"it may be used for {allowed}, and the model is trained for {purpose} (training_data.purpose)"
        yield SourceProblem("purpose", what, "train without it, or get leave for this purpose and add it", True)


def _evidence(source: Source, policy: Policy, audited: Path | None) -> Iterator[SourceProblem | Unseen]:
    if source.evidence_sha256 is None:
        return
    from finewarden.personal_data.sources.evidence import hash_problem

    if source.evidence is None or evidence_kind(source.evidence) != "file":
        what = "it has evidence_sha256, and its evidence is no file"
        yield SourceProblem("evidence-hash", what, "name the file that the hash is of", True)
    elif evidence_problem(source.evidence, policy.folder, audited=audited) is not None:
        yield Unseen(f"the evidence of source {source.name} can't be hashed: license.data says why")
    elif (wrong := hash_problem(_beside(policy, source.evidence), source.evidence_sha256)) is not None:
        yield SourceProblem(
            "evidence-hash",
            f"its evidence {source.evidence} {wrong}",
            "bring the document that was approved, or have this one approved and write its SHA-256",
            True,
        )


def _stored(source: Source, policy: Policy, audited: Path | None) -> Iterator[SourceProblem | Unseen]:
    """What its robots.txt, tdmrep.json and terms say, as they were stored."""
    crawled = source.kind == "crawled"
    if crawled and source.robots is None and source.authorisation not in _GIVEN:
        what = "it was crawled, and no robots.txt of that time is stored"
        mend = 'store it, add robots = "<file>" and robots_sha256, and collected = <the day>'
        yield SourceProblem("no-robots", what, mend, False)
    if source.authorisation == "terms" and source.terms is None and source.evidence is None:
        what = "it is used by its site's terms, and they are not stored: what they said then, nobody can tell"
        mend = 'store them, add terms = "<file>" and terms_sha256, have them read, and write terms_reviewed'
        yield SourceProblem("unknown-basis", what, mend, True)
    undated = [
        key for key in ("robots", "tdmrep", "terms") if getattr(source, key) and not getattr(source, f"{key}_sha256")
    ]
    if undated or (source.collected is None and any((source.robots, source.tdmrep, source.terms))):
        lacks = [f"{key}_sha256" for key in undated] + (["collected"] if source.collected is None else [])
        what = f"its stored documents have no {', no '.join(lacks)}: nothing shows that they are of the day"
        yield SourceProblem("undated", what, f"add {', '.join(lacks)}", False)
    from finewarden.personal_data.sources.evidence import hash_problem, stored_text
    from finewarden.personal_data.sources.robots import is_web_address

    readers: dict[str, Callable[[Source, str], Iterator[SourceProblem]]] = {
        "robots": _robots,
        "tdmrep": _tdmrep,
        "terms": _terms,
    }
    for key, reader in readers.items():
        name = getattr(source, key)
        if name is None:
            continue
        absent = evidence_problem(name, policy.folder, audited=audited)
        sha256 = getattr(source, f"{key}_sha256")
        path = _beside(policy, name)
        wrong = absent or (hash_problem(path, sha256) if sha256 is not None else None)
        if wrong is not None:
            mend = "bring the file that was stored when the data were taken"
            yield SourceProblem(f"{key}-file", f"its {key} {name} {wrong}", mend, True)
            continue
        if key != "terms" and not is_web_address(source.uri):
            yield Unseen(f'source {source.name} has a stored {key} and no web address: add uri = "https://..."')
            continue
        try:
            yield from reader(source, stored_text(path))
        except ImportError:
            yield Unseen("robots.txt is read by Protego: pip install 'finewarden[pii]'")
        except ValueError as error:
            yield SourceProblem(f"{key}-file", f"its {key} {name} {error}", "bring what the site said", True)


def _robots(source: Source, text: str) -> Iterator[SourceProblem]:
    from finewarden.personal_data.sources.robots import refused

    assert source.uri is not None
    refusal = refused(text, source.uri)
    said = [f"keeps {_few(refusal.may_not_fetch)} from it"] if refusal.may_not_fetch else []
    said += [f"says ai-train=no to {_few(refusal.may_not_train)}"] if refusal.may_not_train else []
    if said:
        yield from _refused(source, "robots", f"its robots.txt {' and '.join(said)}")


def _tdmrep(source: Source, text: str) -> Iterator[SourceProblem]:
    from finewarden.personal_data.sources.tdmrep import is_reserved

    assert source.uri is not None
    if is_reserved(text, source.uri):
        yield from _refused(source, "tdm-reserved", "its tdmrep.json reserves text and data mining")


def _refused(source: Source, rule: str, what: str) -> Iterator[SourceProblem]:
    """A site's own word binds whoever relies on the site; a license for all goes before it, and is asked about."""
    if source.authorisation not in _GIVEN:
        fails = source.authorisation == "terms" or source.kind == "crawled"
        mend = 'leave the source out, or get leave and write it: authorisation = "contract", evidence'
        yield SourceProblem(rule, what, mend, fails)


def _terms(source: Source, text: str) -> Iterator[SourceProblem]:
    from finewarden.personal_data.sources.terms import passages

    found = passages(text)
    if found and source.terms_reviewed is None and source.authorisation not in _GIVEN:
        some = ", ".join(f"line {each.line} ({each.words})" for each in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        what = f"its terms speak of training or collecting, and nobody has decided what they allow: {some}{more}"
        mend = 'have them read, and write terms_reviewed = "allowed" or "prohibited", and approver'
        yield SourceProblem("terms-unreviewed", what, mend, False)


def _reviewed(source: Source) -> Iterator[SourceProblem]:
    if source.terms_reviewed == "prohibited" and source.authorisation not in _GIVEN:
        what = "its terms were read, and prohibit it (terms_reviewed)"
        yield SourceProblem("terms", what, "leave the source out, or get leave in a contract", True)
    if source.terms_reviewed is not None and (source.terms is None or source.approver is None):
        lacks = " and ".join(key for key in ("terms", "approver") if getattr(source, key) is None)
        what = f"it says terms_reviewed, and no {lacks}: nothing shows what was read, or by whom"
        yield SourceProblem("unsigned", what, f"add {lacks}", False)


def _few(agents: tuple[str, ...]) -> str:
    names = ["everybody" if agent == "*" else agent for agent in agents]
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _beside(policy: Policy, name: str) -> Path:
    return (policy.folder or Path()) / name
