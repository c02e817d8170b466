"""License records as read on a terminal: the list, one explained, and what a text was found to be."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from finewarden.license_record import Confidence, Form, LicenseRecord
from finewarden.licensing.asked_license import Asked
from finewarden.licensing.explained import FORMS, Audience, Row, models_in_short, readable, rows_of, source_of
from finewarden.licensing.library import Library
from finewarden.licensing.texts.match import TextMatch

__all__ = ["print_explained", "print_match", "print_table"]

_READ: dict[Confidence, str] = {"text": "in full", "scancode": "in full", "excerpt": "in part", "secondary": "no"}
_READ_AT_LENGTH: dict[Confidence, str] = {
    "text": "Read in full",
    "scancode": "Read in full in scancode's data",
    "excerpt": "Read in part, so it warns and never fails a build,",
    "secondary": "Not read, described by others, so it warns and never fails a build,",
}
_KINDS = {"model": "models", "data": "data", "service": "services"}
_DISCLAIMER = "Not legal advice: a checklist by engineers who read the texts. 非法律意见。"


def print_table(library: Library, *, own: Collection[str], where: str | None) -> None:
    """Every record, one a row; those of the policy *where* are marked."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("license", ratio=6, overflow="fold")
    table.add_column("date", width=10)
    table.add_column("models", ratio=5, overflow="fold")
    table.add_column("commercial", width=11)
    table.add_column("text read", width=9)
    for about, title in _KINDS.items():
        records = [one for one in library if one.about == about]
        for number, one in enumerate(records):
            table.add_row(
                Text(f"{one.key}{' *' if one.key in own else ''}", "bold").append(f"\n{one.name}", "not bold"),
                str(one.released or ""),
                Text(models_in_short(one.models) or f"({title})"),
                one.commercial,
                _READ[one.confidence],
                end_section=number == len(records) - 1,
            )
    console = _console()
    console.print(table)
    if own:
        _say(console, f"* from {where}")
    _say(console, "`finewarden licenses explain NAME` says what one asks for, also by a model: Qwen/Qwen2.5-72B.")
    _say(console, _DISCLAIMER)


def print_explained(
    asked: Sequence[Asked],
    *,
    form: Form | None,
    audience: Audience | None,
    own: Collection[str],
    where: str | None,
) -> None:
    """Each record of *asked* in words, English and Chinese: all forms as a table first, or one form alone."""
    console = _console()
    if len(asked) > 1:
        _say(console, f"It is under {len(asked)} licenses; the duties of all are due.\n")
    for one in asked:
        record = one.record
        _say(console, f"{record.revision}: {record.key}", style="bold")
        _say(console, one.why) if one.why else None
        _say(console, f"your own record, from {where}") if record.key in own else None
        rows = rows_of(record, model=one.model, audience=audience, forms=[form] if form else FORMS)
        if form is None:
            _matrix(console, rows)
        _duties(console, record, rows, form, audience)
        _beyond_duties(console, record)
        _provenance(console, record)
    _say(console, _DISCLAIMER)


def print_match(file: str, match: TextMatch, library: Library) -> None:
    """What *file* is, and each place where it is not what it should be."""
    console = _console()
    if match.key is None:
        _say(console, f"{file}: no license text that is known. `finewarden licenses` lists those that are.")
        return
    record = library.get(match.key)
    name = f"{record.name} ({match.text})" if record is not None else str(match.text)
    if match.intact:
        _say(console, f"{file}: {name}, whole and unedited")
        return
    count = len(match.findings)
    _say(console, f"{file}: {name}, with {count} difference{'s' * (count != 1)}:")
    for finding in match.findings:
        at = f"line {finding.line}: " if finding.line is not None else ""
        clause = f"{finding.clause}: " if finding.clause else ""
        _say(console, f"{at}{clause}{finding.kind}: {finding.detail}", indent=2)


def _matrix(console: Console, rows: Sequence[Row]) -> None:
    if not rows:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("duty", ratio=1, overflow="fold")
    for form in FORMS:
        table.add_column(form, no_wrap=True)
    for row in rows:
        label = f"{row.obligation.kind}, {row.obligation.clause}"
        table.add_row(Text(label), *(row.cell(form) for form in FORMS))
    console.print(table)


def _duties(
    console: Console, record: LicenseRecord, rows: Sequence[Row], form: Form | None, audience: Audience | None
) -> None:
    whom = {
        None: "given to others",
        "internal": "for internal use",
        "customers": "for customers",
        "public": "in public",
    }
    what = f"{form}, {whom[audience]}" if form else whom[audience]
    _say(console, f"Duties ({what}):" if rows else f"Duties ({what}): none.")
    for row in rows:
        duty = row.obligation
        state = "" if form is None else f" [{row.cell(form)}]"
        _say(console, f"{duty.clause}: {duty.kind}{state}", indent=2, style="bold")
        _say(console, duty.says, indent=4)
        _say(console, duty.says_zh, indent=4)
        for number, text in enumerate(duty.texts):
            _exactly(console, text, "or show" if number else "show")
        if duty.prefix:
            _exactly(console, duty.prefix, "name begins with")
        conditions = [
            f"only for {readable(duty.only_for)}" if duty.only_for else "",
            "only when the use is commercial" if duty.when == "commercial" else "",
            "due for internal use too" if duty.internal and audience is None else "",
            f"see {duty.refers_to}" if duty.refers_to else "",
            duty.policy_url or "",
            f"text read: {_READ[duty.confidence]}" if duty.confidence and duty.confidence != record.confidence else "",
        ]
        if any(conditions):
            _say(console, f"({'; '.join(filter(None, conditions))})", indent=4)


def _beyond_duties(console: Console, record: LicenseRecord) -> None:
    for limit in record.thresholds:
        _say(console, f"Threshold, {limit.clause}: {limit.kind} above {limit.above:,}", style="bold")
        _say(console, limit.says, indent=4)
        _say(console, limit.says_zh, indent=4)
    for place in record.territory:
        _say(console, f"Territory, {place.clause}: not {', '.join(place.excluded)}", style="bold")
        _say(console, place.says, indent=4)
        _say(console, place.says_zh, indent=4)
    answers = {True: "yes", False: "no", None: "the text says nothing, or was not read"}
    outputs = record.outputs
    _say(console, f"Outputs may train other models: {answers[outputs.may_train_others]}", style="bold")
    if outputs.condition:
        _say(console, f"{outputs.condition}{f' ({outputs.clause})' if outputs.clause else ''}", indent=4)
    if outputs.condition_zh:
        _say(console, outputs.condition_zh, indent=4)
    if record.restrictions:
        _say(console, "Use restrictions, in our words:", style="bold")
        _say(console, "; ".join(record.restrictions), indent=4)
        _say(console, "；".join(record.restrictions_zh), indent=4)
    if record.note:
        _say(console, "Note:", style="bold")
        _say(console, record.note, indent=4)
        _say(console, record.note_zh, indent=4)


def _provenance(console: Console, record: LicenseRecord) -> None:
    law = f"; law: {record.governing_law}" if record.governing_law else ""
    _say(console, f"Commercial use: {record.commercial}{law}")
    _say(console, f"{_READ_AT_LENGTH[record.confidence]} on {record.verified}: {source_of(record)}\n")


class _Console(Console):
    """Leaves it to the command line what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _console() -> Console:
    """Never wider than reads well; rich itself leaves colours out where nobody looks."""
    console = _Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, 120)
    return console


def _say(console: Console, text: str, *, indent: int = 0, style: str = "") -> None:
    for line in Text(text, style).wrap(console, console.width - indent):
        line.rstrip()
        console.print(Text(" " * indent).append_text(line), soft_wrap=True)


def _exactly(console: Console, text: str, verb: str) -> None:
    """A sentence that must be shown as it is: on a line of its own, never wrapped."""
    console.print(Text(f"    {verb}: {text}", "cyan"), soft_wrap=True)
