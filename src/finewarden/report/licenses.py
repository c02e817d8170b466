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
from finewarden.report import license_words as words
from finewarden.report.wrapped import wrapped

__all__ = ["print_explained", "print_match", "print_table"]

_READ: dict[Confidence, str] = {"text": "in full", "scancode": "in full", "excerpt": "in part", "secondary": "no"}
_READ_AT_LENGTH: dict[Confidence, str] = {
    "text": "Read in full 已全文阅读",
    "scancode": "Read in full in scancode's data 已在 scancode 数据中全文阅读",
    "excerpt": "Read in part, so it warns and never fails a build 仅部分阅读，只警告",
    "secondary": "Not read, described by others, so it warns and never fails a build 未阅读，仅见他人描述，只警告",
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
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("duty\n义务", ratio=1, overflow="fold")
    for form in FORMS:
        table.add_column(f"{form}\n{words.FORMS[form]}", no_wrap=True)
    for row in rows:
        english, chinese = words.KINDS[row.obligation.kind]
        label = f"{english}, {row.obligation.clause}\n{chinese}"
        table.add_row(Text(label), *(row.cell(form) for form in FORMS))
    console.print(table)
    _say(console, "; ".join(f"{state}: {chinese}" for state, chinese in words.STATES.items()) + "\n")


def _duties(
    console: Console, record: LicenseRecord, rows: Sequence[Row], form: Form | None, audience: Audience | None
) -> None:
    english, chinese = words.AUDIENCES[audience]
    what = f"Duties ({form}, {english})" if form else f"Duties ({english})"
    what += f" 义务（{words.FORMS[form]}，{chinese}）" if form else f" 义务（{chinese}）"
    limited = bool(record.restrictions or record.thresholds or record.territory)
    none = "none but to keep to what follows 仅须遵守以下内容" if limited else "none 无"
    _say(console, f"{what}:" if rows else f"{what}: {none}.", style="bold")
    for row in rows:
        duty = row.obligation
        state = "" if form is None else f" [{row.cell(form)} {words.STATES[row.cell(form)]}]"
        _say(console, f"{duty.clause}: {' '.join(words.KINDS[duty.kind])}{state}", indent=2, style="bold")
        _say(console, duty.says, indent=4)
        _say(console, duty.says_zh, indent=4)
        for number, text in enumerate(duty.texts):
            _exactly(console, text, "or show 或展示" if number else "show 展示")
        if duty.prefix:
            _exactly(console, duty.prefix, "name begins with 名称开头")
        conditions = [
            f"only for 仅限 {readable(duty.only_for)}" if duty.only_for else "",
            "only when the use is commercial 仅商业使用时" if duty.when == "commercial" else "",
            "due for internal use too 内部使用亦适用" if duty.internal and audience is None else "",
            f"see 参见 {duty.refers_to}" if duty.refers_to else "",
            duty.policy_url or "",
            f"text read 阅读: {_READ[duty.confidence]}"
            if duty.confidence and duty.confidence != record.confidence
            else "",
        ]
        if any(conditions):
            _say(console, f"({'; '.join(filter(None, conditions))})", indent=4)


def _beyond_duties(console: Console, record: LicenseRecord) -> None:
    for limit in record.thresholds:
        english, chinese = words.LIMITS[limit.kind]
        said = f"Threshold 门槛, {limit.clause}: above {limit.above:,} {english} {chinese}"
        _say(console, said, style="bold")
        _say(console, limit.says, indent=4)
        _say(console, limit.says_zh, indent=4)
    for place in record.territory:
        said = f"Territory 地域, {place.clause}: not 不包括 {', '.join(place.excluded)}"
        _say(console, said, style="bold")
        _say(console, place.says, indent=4)
        _say(console, place.says_zh, indent=4)
    outputs = record.outputs
    answer = " ".join(words.ANSWERS[outputs.may_train_others])
    _say(console, f"Outputs may train other models 输出可否训练其他模型: {answer}", style="bold")
    if outputs.condition:
        _say(console, f"{outputs.condition}{f' ({outputs.clause})' if outputs.clause else ''}", indent=4)
    if outputs.condition_zh:
        _say(console, outputs.condition_zh, indent=4)
    if record.restrictions:
        _say(console, "Use restrictions, in our words 使用限制（本工具的概括）:", style="bold")
        _say(console, "; ".join(record.restrictions), indent=4)
        _say(console, "；".join(record.restrictions_zh), indent=4)
    if record.note:
        _say(console, "Note 说明:", style="bold")
        _say(console, record.note, indent=4)
        _say(console, record.note_zh, indent=4)


def _provenance(console: Console, record: LicenseRecord) -> None:
    law = f"; law 适用法律: {record.governing_law}" if record.governing_law else ""
    _say(console, f"Commercial use 商业使用: {record.commercial} {words.COMMERCIAL[record.commercial]}{law}")
    _say(console, f"{_READ_AT_LENGTH[record.confidence]}, {record.verified}: {source_of(record)}\n")


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
    for paragraph in text.split("\n"):
        for line in wrapped(paragraph, console.width - indent) or [""]:
            console.print(Text(" " * indent + line, style), soft_wrap=True)


def _exactly(console: Console, text: str, verb: str) -> None:
    """A sentence that must be shown as it is: on a line of its own, never wrapped."""
    console.print(Text(f"    {verb}: {text}", "cyan"), soft_wrap=True)
