"""Shards in several processes, each with a scanner of its own; results come back in the order of the plan."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from finewarden.personal_data.lean_process import import_no_torch
from finewarden.personal_data.scan_report import ScanSettings
from finewarden.personal_data.shards import result as results
from finewarden.personal_data.shards.plan import Shard, sha256_of
from finewarden.personal_data.shards.result import ShardResult
from finewarden.personal_data.shards.run import ShardError, scan_shard

__all__ = ["Task", "run_tasks"]

_AHEAD = 4  # tasks waiting for each worker
# Threads of a matrix product in each of several processes are slower than one.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Task:
    """A shard, what its result is bound to, and the files for the result and for findings, where they are kept."""

    shard: Shard
    key: str
    result: Path | None
    findings: Path | None


def run_tasks(
    tasks: Iterable[Task],
    settings: ScanSettings,
    *,
    secret: bytes,
    workers: int,
    progress: Callable[[int], None] | None = None,
) -> Iterator[ShardResult]:
    """The result of each task, in order; one that is there already and whole is not run again.

    *secret*: key of the hashes of values. *progress* is told of bytes. Raises ShardError, InputError and OSError; what
    was done by then is kept.
    """

    def told(task: Task, result: ShardResult) -> ShardResult:
        if progress is not None:
            progress(task.shard.weight)
        return result

    if workers == 1:
        for task in tasks:
            yield told(task, _kept(task) or _run(task, settings, secret))
        return
    waiting: deque[tuple[Task, ShardResult | Future[ShardResult]]] = deque()
    with _workers(workers, lean=not settings.own) as pool:
        try:
            for task in tasks:
                waiting.append((task, _kept(task) or pool.submit(_run, task, settings, secret)))
                if len(waiting) >= workers * _AHEAD:
                    first, done = waiting.popleft()
                    yield told(first, done.result() if isinstance(done, Future) else done)
            while waiting:
                first, done = waiting.popleft()
                yield told(first, done.result() if isinstance(done, Future) else done)
        except BrokenProcessPool:
            raise ShardError(
                "a worker process was ended from outside, perhaps for want of memory; what is done is kept: run the "
                "same command again with fewer --workers"
            ) from None


def _kept(task: Task) -> ShardResult | None:
    if task.result is None or (kept := results.load(task.result, task.key)) is None:
        return None
    if task.findings is not None:
        try:
            if sha256_of(task.findings) != kept.findings_sha256:
                return None
        except OSError:
            return None
    return kept


def _run(task: Task, settings: ScanSettings, secret: bytes) -> ShardResult:
    result = scan_shard(task.shard, settings, key=secret, findings=task.findings)
    if task.result is not None:
        results.save(task.result, task.key, result)
    return result


@contextmanager
def _workers(number: int, *, lean: bool) -> Iterator[ProcessPoolExecutor]:
    before = {name: os.environ.get(name) for name in _THREADS}
    others = set(multiprocessing.active_children())
    os.environ.update({name: "1" for name in _THREADS if name not in os.environ})
    pool = ProcessPoolExecutor(
        number, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(lean,)
    )
    done = False
    try:
        yield pool
        done = True
    finally:
        if not done:  # what runs is not waited for
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)


def _begin(lean: bool) -> None:
    """A worker leaves Ctrl-C to its parent, and does not outlive it; a *lean* one needs no torch."""
    if lean:
        import_no_torch()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
