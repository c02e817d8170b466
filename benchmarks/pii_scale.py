"""A scan of a large file: rows and bytes per second, memory as it goes on, and what a terabyte would cost.

    python benchmarks/pii_scale.py --folder SCRATCH [--megabytes 1000] [--workers 2] [--kill]

Writes SCRATCH/rows.jsonl: chats of two messages from the documentation of installed packages, 5 % of them with
sentences about invented people, one row in five Chinese; seeded. Paragraphs come again, as boilerplate does; no row
does. Then runs `finewarden scan` on it as a user would, with its results on disk:

1. --rules-only, all of the file
2. --names-sample over a share of the first --names-megabytes of it, and
3. names in all rows of the first --all-megabytes, which are the models' speed

and prints wall and CPU time, rows and megabytes a second, and the memory of all processes together at a quarter of the
time and at the end. A terabyte's core hours are the CPU time, in proportion. With --kill, the first scan is killed with
SIGKILL at a third of its time, goes on, and its report must be that of the whole one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))
from pii_corpora import dense, prose
from pii_zh_generator import sentences

COMMAND = "from finewarden.cli import main; raise SystemExit(main())"


@dataclass(frozen=True)
class Spent:
    """One run: seconds of wall and CPU, megabytes held at a quarter of the time and at most, its exit status."""

    wall: float
    cpu: float
    early: float
    most: float
    code: int


def write_rows(file: Path, size: int, seed: int = 0) -> int:
    """Rows until *file* has *size* bytes; how many."""
    draw = random.Random(seed)
    english, people = prose(5000), dense(5000, seed)
    chinese = [each.text for each in sentences(20_000, seed)]
    rows = written = 0
    with file.open("w", encoding="utf-8") as out:
        while written < size:
            if rows % 5 == 0:
                texts = ["".join(draw.choices(chinese, k=4)), "".join(draw.choices(chinese, k=8))]
            else:
                texts = [draw.choice(english), draw.choice(english) + " " + draw.choice(english)]
                if draw.random() < 0.05:
                    texts[0] += " " + draw.choice(people)
            turns = zip(("user", "assistant"), texts, strict=True)
            messages = [{"role": role, "content": text} for role, text in turns]
            line = json.dumps({"id": rows, "messages": messages}, ensure_ascii=False) + "\n"
            out.write(line)
            written += len(line.encode())
            rows += 1
    return rows


def head(source: Path, target: Path, size: int) -> int:
    """The first rows of *source*, *size* bytes of them; how many."""
    rows = 0
    with source.open("rb") as lines, target.open("wb") as out:
        for line in lines:
            if out.tell() >= size:
                break
            out.write(line)
            rows += 1
    return rows


def scan(arguments: Sequence[str], *, kill_after: float | None = None) -> Spent:
    """`finewarden scan` with *arguments*, all its processes watched; killed after some seconds, if asked to be."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    held: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "scan", *arguments],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while process.poll() is None:
            held.append(_held(process.pid))
            if kill_after is not None and time.perf_counter() - start > kill_after:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.5)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall, cpu, held[len(held) // 4], max(held), process.returncode)


def _held(session: int) -> float:
    """Megabytes of all processes of a session, each page once (PSS)."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(status.read_text().rpartition(")")[2].split()[3]) != session:
                continue
            rollup = (status.parent / "smaps_rollup").read_text()
        except (OSError, ValueError):
            continue  # it has just ended
        total += next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return total / 1024


def told(what: str, spent: Spent, rows: int, size: int) -> None:
    """One line."""
    per_terabyte = spent.cpu / size * 1e12 / 3600
    print(
        f"{what:44} {size / 1e6:8.0f} MB {rows:9} rows {spent.wall:7.1f} s wall {spent.cpu:7.1f} s CPU "
        f"{rows / spent.wall:8.0f} rows/s {size / spent.wall / 1e6:7.2f} MB/s  memory {spent.early:.0f} MB early, "
        f"{spent.most:.0f} MB at most; 1 TB: {per_terabyte:.0f} core hours (exit {spent.code})",
        flush=True,
    )


def report_of(folder: Path) -> str:
    """The report that a scan left in *folder*."""
    return (folder / "report.json").read_text(encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the file, scan it, print a line each; 1 when a killed scan did not come to the same report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="scratch; what is made there stays")
    parser.add_argument("--megabytes", type=float, default=1000)
    parser.add_argument("--names-megabytes", type=float, default=50)
    parser.add_argument("--all-megabytes", type=float, default=4)
    parser.add_argument("--sample", default="2%")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill", action="store_true")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    file, size = options.folder / "rows.jsonl", int(options.megabytes * 1e6)
    rows = write_rows(file, size)
    workers = [f"--workers={options.workers}"]
    shutil.rmtree(options.folder / "rules", ignore_errors=True)
    whole = scan([str(file), "--rules-only", *workers, "--results", str(options.folder / "rules")])
    told("rules, all rows", whole, rows, file.stat().st_size)
    same = True
    if options.kill:
        again = options.folder / "killed"
        shutil.rmtree(again, ignore_errors=True)
        same_arguments = [str(file), "--rules-only", *workers, "--results", str(again)]
        first = scan(same_arguments, kill_after=whole.wall / 3)
        second = scan(same_arguments)
        same = report_of(again) == report_of(options.folder / "rules")
        print(
            f"killed after {first.wall:.1f} s (exit {first.code}), went on for {second.cpu:.1f} s of CPU, "
            f"where the whole takes {whole.cpu:.1f} s; the report is {'the same' if same else 'ANOTHER'}",
            flush=True,
        )
    for what, megabytes, more in (
        (f"rules on all rows, names on {options.sample}", options.names_megabytes, ["--names-sample", options.sample]),
        ("rules and names, all rows", options.all_megabytes, []),
    ):
        if not megabytes:
            continue
        part = options.folder / "part.jsonl"
        count = head(file, part, int(megabytes * 1e6))
        told(what, scan([str(part), *workers, *more]), count, part.stat().st_size)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
