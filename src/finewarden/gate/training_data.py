"""The data of `--train-data=`: its rows, one after another, and what a scan found in them, once for all audits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finewarden.evidence import canary_book
from finewarden.evidence.canary_book import CANARY_BOOK, CanaryBook, CanaryBookError
from finewarden.evidence.directory import SCAN_RESULTS
from finewarden.evidence.planted_rows import PlantedRows
from finewarden.gate.judge import Judge, NotMeasured

# What reads data and looks for personal data is imported where it is called: nobody waits for it who audits a folder.
if TYPE_CHECKING:
    from finewarden.gate.context import Context
    from finewarden.personal_data.reading.folders import InputFile, Inputs
    from finewarden.personal_data.reading.rows import Row
    from finewarden.personal_data.scan_report import ScanReport

__all__ = ["TrainData"]

_NONE_GIVEN = "add --train-data=train.jsonl: what the model was trained on"
_MOST_BYTES = 200_000_000


class TrainData:
    """What was trained on, as files. *paths*: as they were named. Nothing is read before it is asked for."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.paths: tuple[Path, ...] = context.train_inputs or context.train_data
        self._problem: str | None = None
        self._unread: dict[tuple[str, int], str] = {}

    def __bool__(self) -> bool:
        """Whether any was named."""
        return bool(self.paths)

    @property
    def files(self) -> tuple[InputFile, ...]:
        """The files of `paths`, with the names that reports call them by. Raises NotMeasured."""
        return self.inputs.files

    @cached_property
    def inputs(self) -> Inputs:
        """The files of `paths`, and what folders among them hold beside. Raises NotMeasured."""
        if not self.paths:
            raise NotMeasured(_NONE_GIVEN)
        from finewarden.personal_data.reading.folders import find_inputs
        from finewarden.personal_data.reading.rows import InputError

        try:
            return find_inputs(self.paths)
        except InputError as error:
            raise NotMeasured(str(error)) from None

    def rows(self) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
        """Each row with its file's name and its number in it, from 1; what can't be read, and a row whose texts can't,
        is passed over, and `unread` tells it. Raises NotMeasured where there is no data, or a file can't be opened.
        """
        from finewarden.personal_data.reading.files import read_file
        from finewarden.personal_data.reading.rows import Broken

        for name, broken in self.inputs.broken:
            self._unread[name, broken.number] = broken.why
        for file in self.files:
            try:
                for item in read_file(file.path, file.kind, file.packed):
                    why = item.why if isinstance(item, Broken) else _unreadable(item.row)
                    if why is not None:
                        self._unread[file.name, item.number] = why
                    elif not isinstance(item, Broken):
                        yield file.name, item.number, item.row
            except OSError as error:
                raise NotMeasured(f"{file.name} can't be read ({error.strerror}); name a readable file") from None

    def unread(self) -> str:
        """What `rows`, called before, passed over, in words; "" for nothing."""
        if not self._unread:
            return ""
        (file, number), why = next(iter(self._unread.items()))
        more = f", and {len(self._unread) - 1} more" if len(self._unread) > 1 else ""
        return f"{file}:{number} {why}{more}; mend the line or leave it out"

    @cached_property
    def canary_book(self) -> CanaryBook | None:
        """What was planted; None without a book. Raises NotMeasured for a book that can't be read."""
        path = self._context.evidence_dir / CANARY_BOOK
        if not path.exists():
            return None
        try:
            return canary_book.read(path)
        except CanaryBookError as error:
            raise NotMeasured(str(error)) from None

    @cached_property
    def planted(self) -> PlantedRows | None:
        """Tells which rows are planted canaries; None without a book."""
        return PlantedRows(self.canary_book) if self.canary_book is not None else None

    def secrets_in(self, row: Mapping[str, Any]) -> Iterator[str]:
        """A sentence for each planted secret, and each reference of one, that *row*, which is no canary, holds."""
        if self.planted is None:
            return
        from finewarden.personal_data.places import texts_of
        from finewarden.personal_data.rules import find_by_rules
        from finewarden.personal_data.shards.shown_names import ShownNames

        for place in texts_of(row):
            for canary, reference in self.planted.secrets_in(place.text):
                what = "a reference, which was never planted," if reference else "the secret"
                column = ShownNames(find_by_rules).column(place.field)
                yield f"holds {what} of canary {canary.id} in {column}, and is not its row"

    def scanned(self, judge: Judge) -> ScanReport:
        """The scan of the files, without the rows of planted canaries: that in the evidence, where it is of just these
        files and of the policy's settings, else made now. Raises NotMeasured, with what is missing.
        """
        if self._problem is not None:
            judge.not_measured(self._problem)
        try:
            return self.report
        except NotMeasured as error:
            self._problem = str(error)
            raise

    @cached_property
    def report(self) -> ScanReport:
        """As `scanned`, for whoever has no judge."""
        files = self.files  # before all that is imported for what is in them
        from finewarden.evidence.lock import Locked
        from finewarden.personal_data.exempt_rows import without_rows
        from finewarden.personal_data.importable import importable_from
        from finewarden.personal_data.reading.rows import InputError
        from finewarden.personal_data.scanning import scan_files
        from finewarden.personal_data.shards.run import ShardError
        from finewarden.personal_data.stored_scan import settings_of, stored_scan

        policy, results = self._context.policy, self._context.evidence_dir / SCAN_RESULTS
        settings = settings_of(policy.training_data, policy.deidentify.numbers_kept)
        if settings.own:
            importable_from(policy.folder)
        try:
            report = stored_scan(results, self.paths, settings)
        except InputError as error:
            raise NotMeasured(str(error)) from None
        if report is None:
            size = sum(file.path.stat().st_size for file in files)
            if size > _MOST_BYTES:
                named = " ".join(path.name for path in self.paths)
                raise NotMeasured(
                    f"the data are {size / 1e6:.0f} MB, which takes long: run finewarden scan {named} --results "
                    f"{self._context.evidence_dir.name}/{SCAN_RESULTS} where there is time, and audit again"
                )
            try:
                report = scan_files(self.paths, settings)
            except (InputError, ShardError, Locked, OSError) as error:
                raise NotMeasured(str(error)) from None
        exempt = self.planted_rows()
        try:
            return without_rows(report, exempt.items()) if exempt else report
        except InputError as error:
            raise NotMeasured(str(error)) from None

    def planted_rows(self) -> dict[str, list[Row]]:
        """The rows that are canaries which were inserted, by the name of their file."""
        from finewarden.personal_data.reading.rows import Row

        found: dict[str, list[Row]] = defaultdict(list)
        if self.planted is not None:
            for name, number, row in self.rows():
                canary = self.planted.canary(row)
                if canary is not None and canary.inserted:
                    found[name].append(Row(number, row))
        return found


def _unreadable(row: Mapping[str, Any]) -> str | None:
    """Why the texts of *row* can't be read, without anything of it; None where they can."""
    from finewarden.personal_data.places import leaves_of

    try:
        for _ in leaves_of(row):
            pass
    except (TypeError, ValueError) as error:
        return str(error)
    return None
