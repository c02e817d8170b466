"""Whole scans: kept shard by shard, the same report whoever ran them, nothing lost when one is killed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from finewarden.evidence.lock import Locked, held
from finewarden.personal_data import scanning
from finewarden.personal_data.scan_report import ScanReport, ScanSettings
from finewarden.personal_data.scanning import as_json, scan_files, scan_stream
from finewarden.personal_data.shards import pool
from finewarden.personal_data.shards.plan import plan
from finewarden.personal_data.shards.pool import Task

RULES = ScanSettings(languages=("zh",), names=False)
SMALL = partial(plan, target=1000)

# A scan that takes its time, as a process of its own.
SLOW = """
import sys, time
from functools import partial
from pathlib import Path
from finewarden.personal_data import scanning
from finewarden.personal_data.scan_report import ScanSettings
from finewarden.personal_data.shards import pool
from finewarden.personal_data.shards.plan import plan
scanning.plan = partial(plan, target=1000)
def slow(*args, scan=pool.scan_shard, **more):
    time.sleep(0.05)
    return scan(*args, **more)
pool.scan_shard = slow
said = lambda done, total: print(done, total, flush=True)
scanning.scan_files([Path(sys.argv[1])], ScanSettings(languages=("zh",), names=False), Path(sys.argv[2]), 1, said,
    findings=Path(sys.argv[2]) / "findings.jsonl")
"""


def written(folder: Path, rows: int = 150) -> Path:
    """Rows with telephone numbers, some of them twice, one line broken, and a second file."""
    data = folder / "data"
    data.mkdir()
    lines = [json.dumps({"text": f"row {n}, call 1391234{n // 2:04d}", "source": f"s{n % 3}"}) for n in range(rows)]
    (data / "a.jsonl").write_text("\n".join([*lines, "{broken"]))
    (data / "b.csv").write_text("text\n" + "\n".join(f'"call\n1391234{n:04d}"' for n in range(50)))
    return data


def test_a_scan_that_is_killed_goes_on_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After kill -9 only the shards that were not done are run, and report and findings are those of a whole run."""
    data, results = written(tmp_path), tmp_path / "results"
    command = [sys.executable, "-c", SLOW, str(data), str(results)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(4):
            assert process.stdout.readline()
        process.kill()
    assert not (results / "report.json").exists()
    kept = len(list((results / "shards").glob("*.json")))
    assert kept >= 4
    monkeypatch.setattr(scanning, "plan", SMALL)
    ran: list[Task] = []
    run = pool._run
    monkeypatch.setattr(pool, "_run", lambda task, *more: ran.append(task) or run(task, *more))
    resumed = scan_files([data], RULES, results, findings=tmp_path / "resumed.jsonl")
    of = len(list((results / "shards").glob("*.json")))
    assert len(ran) == of - kept > 0
    whole = scan_files([data], RULES, findings=tmp_path / "whole.jsonl")
    assert as_json(resumed) == as_json(whole) == (results / "report.json").read_text()
    assert (tmp_path / "resumed.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert whole.rows == 200
    assert whole.broken_lines == 1
    assert whole.repeated[0].rows == 3


def test_workers_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process or two: report and findings have the same bytes, and all of the input is told as done."""
    monkeypatch.setattr(scanning, "plan", SMALL)
    data, told = written(tmp_path, rows=100), []
    one = scan_files([data], RULES, findings=tmp_path / "1.jsonl")
    two = scan_files([data], RULES, None, 2, lambda *done: told.append(done), findings=tmp_path / "2.jsonl")
    assert as_json(one) == as_json(two)
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    assert told[-1][0] == told[-1][1] > 0
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_results_are_of_their_data_and_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was appended to is scanned alone, and what older results were kept in is cleared."""
    monkeypatch.setattr(scanning, "plan", SMALL)
    data, results = written(tmp_path, rows=50), tmp_path / "results"
    report = scan_files([data], RULES, results)
    shards = set((results / "shards").iterdir())
    with (data / "a.jsonl").open("a") as file:
        file.write('\n{"text": "more"}')
    assert scan_files([data], RULES, results).rows == report.rows + 1
    after = set((results / "shards").iterdir())
    assert len(after & shards) == len(shards) - 1  # what was appended to is scanned alone


def test_two_scans_into_one_folder(tmp_path: Path) -> None:
    """The second is refused and harms nothing."""
    data, results = written(tmp_path, rows=5), tmp_path / "results"
    with held(results / ".lock"), pytest.raises(Locked, match="another process is at work here"):
        scan_files([data], RULES, results)
    assert scan_files([data], RULES, results).rows == 55


def test_a_stream_gives_what_the_file_gives(tmp_path: Path) -> None:
    """Counts, rows and digest are the same; a byte order mark and a broken end too."""
    data = written(tmp_path, rows=20) / "a.jsonl"
    file, stream = scan_files([data], RULES), scan_stream(io.BytesIO(data.read_bytes()), "jsonl", RULES, name="a.jsonl")
    assert stream.files == file.files
    assert (stream.counts, stream.broken, stream.rows) == (file.counts, file.broken, file.rows)


def test_of_a_sample_the_bound_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are looked for in the rows drawn alone, rules in all, and the report says what that leaves open."""
    from finewarden.personal_data import scanner
    from finewarden.personal_data.finding import Finding

    class Names:
        def find_many(self, texts: list[str]) -> list[list[Finding]]:
            return [[Finding("PERSON", 0, 1, 0.85)] if "李" in text else [] for text in texts]

    monkeypatch.setattr(scanner.chinese_names, "load", Names)
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"text": f"{'李' * (n % 10 == 0)}好 1391234{n:04d}"}) for n in range(1000)))
    settings = ScanSettings(languages=("zh",), seed=3)
    report = scan_files([path], settings, names_sample=200)
    assert report.sampled is not None
    assert report.settings.names_in == 0.2
    assert 150 < report.sampled.rows < 250
    names = sum(count.rows for count in report.counts if count.entity == "PERSON")
    assert 0 < names == report.sampled.hit < 50
    assert report.sampled.hit / report.sampled.rows < report.sampled.at_most < 0.2
    assert sum(count.rows for count in report.counts if count.entity == "PHONE_NUMBER") == 1000
    assert scan_files([path], settings).sampled is None


MEASURED = """
import resource, sys
from pathlib import Path
from finewarden.personal_data import scanner
from finewarden.personal_data.scan_report import ScanSettings
from finewarden.personal_data.scanning import scan_files
scanner.find_by_rules = lambda text: []
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report = scan_files([Path(sys.argv[1])], ScanSettings(languages=("zh",), names=False))
print(report.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
def test_memory_is_flat(tmp_path: Path, name: str) -> None:
    """A file of twenty megabytes takes eight more megabytes of memory at most, whatever its kind."""
    row = json.dumps({"text": "hello world " * 100})
    number = 20 * 2**20 // len(row)
    with (tmp_path / name).open("w") as file:
        file.write({"a.jsonl": "", "a.json": "[", "a.csv": "text\n"}[name])
        each = ("hello world " * 100) + "\n" if name == "a.csv" else row + (",\n" if name == "a.json" else "\n")
        for _ in range(number):
            file.write(each)
        file.write('{"text": "end"}]' if name == "a.json" else "")
    done = subprocess.run([sys.executable, "-c", MEASURED, tmp_path / name], capture_output=True, text=True, check=True)
    rows, more = map(int, done.stdout.split())
    assert rows == number + (name == "a.json")
    assert more < 8 * 1024


def test_an_empty_input_has_no_rows(tmp_path: Path) -> None:
    """Empty files and empty folders are scanned, and there is nothing in them."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.jsonl").touch()
    report = scan_files([tmp_path], RULES)
    assert (report.rows, len(report.files), report.counts) == (0, 1, ())
    assert ScanReport.model_validate_json(as_json(report)) == report
