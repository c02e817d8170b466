"""Is each row of the training data somebody's to give, does it tell nobody apart, and does it stand there once?

Asked of the files of `--train-data=`; planted canaries are exempt. No value is told, only where it stands.

k is the number of subjects that share a combination of two or three quasi-identifiers (k-anonymity); the policy's
`training_data.k` is the tolerance. A subject is what `training_data.subject` names, else a row. Quasi-identifiers are
what rules, wording and columns say: cities that only a model would find are not among them. What a source needs, and
what of it `license.data` tells: docs/training-data-sources.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from finewarden.audits.license_use_facts import place_of
from finewarden.audits.release_facts import shown
from finewarden.audits.source_facts import NO_SOURCES
from finewarden.audits.source_grounds import Unseen, grounds
from finewarden.audits.training_rows import Places, own_rows, without_rows_in_tracebacks
from finewarden.evidence import holdout_book
from finewarden.evidence.admission_book import keyed_row
from finewarden.evidence.holdout_book import HOLDOUT_BOOK, HoldoutBook, HoldoutBookError, keyed
from finewarden.gate.judge import Judge
from finewarden.gate.training_data import TrainData
from finewarden.policy import Policy

if TYPE_CHECKING:
    from finewarden.personal_data.repeated_texts import RepeatedTexts
    from finewarden.personal_data.repetition import RepeatedValue

# Whatever looks for personal data is imported where it is called: to compile its patterns takes half a second, which
# nobody waits for who audits a folder alone.
_NO_KEY = "00" * 32
NO_ROWS = "the files of --train-data= hold no row that can be read, or canaries alone"
SHOWN = 5
MANY_KINDS = 3
OFTEN = 3
MOST_COMPARED = 200_000


@pytest.mark.audit("training_data.quasi_identifiers")
@without_rows_in_tracebacks
def test_quasi_identifiers(training_data: TrainData, judge: Judge, policy: Policy) -> None:
    """Nobody is told apart by two or three things that fewer than k subjects share, such as city, age and gender."""
    given = own_rows(training_data)
    from finewarden.personal_data.finding import PlacedFinding
    from finewarden.personal_data.places import texts_of
    from finewarden.personal_data.rules import find_by_rules
    from finewarden.personal_data.sources.rows import column_value
    from finewarden.personal_data.subjects.combinations import MOST_VALUES, Subjects
    from finewarden.personal_data.subjects.facts import facts

    rules = policy.training_data
    subjects, places = Subjects(), Places()
    beside: list[int] = []
    many: list[int] = []
    named = 0
    for file, number, row in given:
        at = places.add(file, number)
        found = [PlacedFinding(p.field, p.role, each) for p in texts_of(row) for each in find_by_rules(p.text)]
        said = facts(row, found)
        subject = column_value(row, rules.subject) if rules.subject is not None else None
        named += subject is not None
        # A copy of a row is nobody else; a key that a column holds is never taken for a hash of a row.
        whose = f"said {subject}" if subject is not None else f"row {keyed_row(_NO_KEY, row)}"
        subjects.add(said.attributes, row=at, subject=whose)
        if said.beside:
            beside.append(at)
        if said.kinds >= MANY_KINDS:
            many.append(at)
    if rules.subject is not None and places and not named:
        judge.not_measured(f"no row has the column {rules.subject} (training_data.subject); name the one that says who")
    if not places:
        judge.not_measured(NO_ROWS)
    result = subjects.uniqueness(rules.k)
    origin = policy.origin("training_data.k")
    mend = "generalise or drop one of them (finewarden deidentify), or set training_data.k to what is tolerable"
    if origin != "default":
        for each in result.combinations[:SHOWN]:
            by = " + ".join(each.kinds)
            what = (
                f"{each.subjects} of {_many(result.subjects, 'subject')} told apart by {by}: the rarest is shared by "
            )
            what += f"{each.least}, k is {rules.k} ({origin})"
            subject = f"{by} {each.subjects} {each.least}"
            judge.finding("apart", where=places[each.row], what=what, mend=mend, subject=subject)
        if (more := len(result.combinations) - SHOWN) > 0:
            where = places[result.combinations[SHOWN].row]
            what = f"{more} more combinations tell subjects apart"
            judge.finding("apart", where=where, what=what, mend=mend, subject=f"{more} of {result.apart}")
    elif result.combinations:
        by = ", ".join(f"{' + '.join(each.kinds)} ({each.subjects})" for each in result.combinations[:SHOWN])
        what = f"{result.apart} of {_many(result.subjects, 'subject')} told apart, k is {rules.k} ({origin}), by {by}"
        mend += "; written in the policy, it fails"
        where = places[result.combinations[0].row]
        judge.finding("apart", where=where, what=what, mend=mend, subject=f"{result.apart}", warn=True)
    if beside:
        what = f"{_many(len(beside), 'row')} with a direct identifier and more beside it: {places.some(beside)}"
        mend = "take the direct identifier out (finewarden deidentify): who is known already is known with all the rest"
        subject = f"{len(beside)}"
        judge.finding("direct-and-quasi", where=places[beside[0]], what=what, mend=mend, subject=subject, warn=True)
    if many:
        what = f"{_many(len(many), 'row')} with {MANY_KINDS} or more kinds of quasi-identifiers: {places.some(many)}"
        mend = "drop what the model need not learn, or generalise it: city for address, decade for age, year for date"
        judge.finding("many-quasi", where=places[many[0]], what=what, mend=mend, subject=f"{len(many)}", warn=True)
    judge.measured(result.apart, limit=0 if origin != "default" else None, n=result.subjects)
    _tell_unread(judge, training_data)
    alone = "each different row is its own subject: training_data.subject names a column"
    said_more = [] if rules.subject else [alone]
    if len(result.combinations) > SHOWN and origin == "default":
        said_more.append(f"{len(result.combinations) - SHOWN} more combinations tell subjects apart")
    if result.crowded:
        said_more.append(f"{result.crowded} subjects have over {MOST_VALUES} values of a kind, which was left out")
    judge.remark("; ".join(said_more))


@pytest.mark.audit("training_data.sources")
@without_rows_in_tracebacks
def test_sources(training_data: TrainData, judge: Judge, policy: Policy, model_dir: Path) -> None:
    """Each row has a known source, and nothing that was stored of a source, nor its purpose, forbids to train on it."""
    if not policy.sources:
        judge.not_measured(NO_SOURCES)
    given = own_rows(training_data)
    from finewarden.personal_data.sources.rows import SourceRows, column_value

    rules = SourceRows(policy.sources, policy.training_data.source_column)
    unknown: dict[tuple[str, bool], list[int]] = {}
    of: dict[str, int] = {source.name: 0 for source in policy.sources}
    rows = 0
    for file, number, row in given:
        rows += 1
        names = rules.of(row, file)
        for name in names:
            of[name] += 1
        if not names:
            said = column_value(row, rules.column) is not None
            unknown.setdefault((file, said), []).append(number)
    if not rows:
        judge.not_measured(NO_ROWS)
    if rules.only is not None and not of[rules.only] and not any(said for _, said in unknown):
        # One source, and no row says of which it is: there is nothing else that it could be of.
        of[rules.only], unknown = rows, {}
    for (file, said), numbers in unknown.items():
        why = "names a source that the policy does not" if said else "is empty, and no [[sources]] has rows = for them"
        what = f"{_many(len(numbers), 'row')} of no known source: column {shown(rules.column)} {why}"
        mend = 'add the source to [[sources]]; rows = {"@file" = ["' + shown(file) + '"]} gives it all rows of a file'
        judge.finding(
            "unknown-source",
            where=f"{file}:{numbers[0]}",
            what=what,
            mend=mend,
            subject=f"{file} {said} {len(numbers)}",
        )
    for source in policy.sources:
        where = place_of(policy, f"source {shown(source.name)}")
        for each in grounds(source, policy, model_dir):
            if isinstance(each, Unseen):
                judge.cannot_pass(str(each))
            else:
                judge.finding(each.rule, where=where, what=each.what, mend=each.mend, warn=not each.fails)
    judge.measured(sum(map(len, unknown.values())), limit=0, n=rows)
    _tell_unread(judge, training_data)
    if empty := [shown(name) for name, number in of.items() if not number]:
        judge.remark(f"no row is of {', '.join(empty)}")


@pytest.mark.audit("training_data.duplicates")
@without_rows_in_tracebacks
def test_duplicates(training_data: TrainData, judge: Judge, evidence_dir: Path) -> None:
    """No row stands twice, and none that was held out is trained on: what is repeated is what gets memorised."""
    given = own_rows(training_data)
    from finewarden.personal_data.places import texts_of
    from finewarden.personal_data.repeated_texts import RepeatedTexts, trained_part
    from finewarden.personal_data.repetition import RepeatedValues
    from finewarden.personal_data.rules import find_by_rules

    book = _split(judge, evidence_dir)
    texts, values, places = RepeatedTexts(), RepeatedValues(), Places()
    held: set[int] = set()
    known = 0
    for file, number, row in given:
        at = places.add(file, number)
        texts.add(trained_part(row))
        for place in texts_of(row):
            values.add(at, place.text, find_by_rules(place.text))
        entry = book.by_record.get(keyed(book.head.key, row)) if book is not None else None
        known += entry is not None
        if entry is not None and entry.held_out:
            held.add(at)
    if not places:
        judge.not_measured(NO_ROWS)
    if book is not None and not known:
        judge.cannot_pass(f"{HOLDOUT_BOOK} lists none of these rows: give the data as they were before hold_out")
    _tell_unread(judge, training_data)
    equal = texts.equal()
    alike = _alike(judge, texts)
    for rule, clusters, fails, how in (
        ("across", equal, True, "the same"),
        ("near-across", alike, False, "nearly the same"),
    ):
        both = [rows for rows in clusters if 0 < sum(row in held for row in rows) < len(rows)]
        if both:
            number = sum(row in held for rows in both for row in rows)
            kept = next(row for row in both[0] if row in held)
            trained = next(row for row in both[0] if row not in held)
            what = (
                f"{_many(number, 'held-out row')} with {how} text as one that is trained on, such as {places[trained]}"
            )
            mend = "call hold_out on the whole data set, before anything is added, and train on what it returned"
            judge.finding(
                rule, where=places[kept], what=what, mend=mend, subject=f"{places[kept]} {number}", warn=not fails
            )
    for rule, clusters, how in (("equal", equal, "the same"), ("alike", alike, "nearly the same")):
        trained_on = [[row for row in rows if row not in held] for rows in clusters]
        most = sorted((rows for rows in trained_on if len(rows) > 1), key=lambda rows: (-len(rows), rows))
        if most:
            what = f"{sum(map(len, most))} rows say {how} as others; what is said most often stands there "
            what += f"{len(most[0])} times: {places.some(most[0])}"
            mend = "keep one of each before training: a text that is repeated is the first to be memorised"
            subject = f"{sum(map(len, most))} {len(most[0])}"
            judge.finding(rule, where=places[most[0][0]], what=what, mend=mend, subject=subject, warn=True)
    _tell_values(judge, values.ranked([*equal, *alike], least=OFTEN), places)
    judge.measured(sum(len(rows) - 1 for rows in equal), n=len(places))


def _tell_values(judge: Judge, values: Sequence[RepeatedValue], places: Places) -> None:
    """The *values* that stand in most rows, those first whose rows say nearly the same."""
    from finewarden.personal_data.entities import entity

    for each in values[:SHOWN]:
        what = f"one {entity(each.entity).en} stands in {each.rows} rows, {each.alike} of which say nearly the same: "
        what += ", ".join(places[row] for row in each.first)
        mend = "take it out (finewarden deidentify), or keep one of the rows"
        where = places[each.first[0]]
        judge.finding(
            "repeated-value", where=where, what=what, mend=mend, subject=f"{each.entity} {each.rows}", warn=True
        )
    if (more := len(values) - SHOWN) > 0:
        what, mend = f"{more} more values stand in {OFTEN} rows or more", "take them out (finewarden deidentify)"
        judge.finding("repeated-value", where="train-data", what=what, mend=mend, subject=f"{more}", warn=True)


def _tell_unread(judge: Judge, training_data: TrainData) -> None:
    if said := training_data.unread():
        judge.cannot_pass(said)


def _alike(judge: Judge, texts: RepeatedTexts) -> list[tuple[int, ...]]:
    if texts.distinct > MOST_COMPARED:
        judge.cannot_pass(
            f"near-duplicates are looked for among up to {MOST_COMPARED:,} texts; here are {texts.distinct:,}"
        )
        return []
    try:
        return texts.alike()
    except ImportError:
        judge.cannot_pass("near-duplicates are found by rensa: pip install 'finewarden[pii]'")
        return []


def _split(judge: Judge, evidence_dir: Path) -> HoldoutBook | None:
    path = evidence_dir / HOLDOUT_BOOK
    if not path.exists():
        return None
    try:
        return holdout_book.read(path)
    except HoldoutBookError as error:
        judge.not_measured(str(error))


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
