"""Nothing of what is analysed in a log: Presidio writes values that a check fails on in clear."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quiet"]

_LOGGERS = ("presidio-analyzer", "decision_process", "tldextract", "tldextract.cache")


@contextmanager
def quiet() -> Iterator[None]:
    """While the block runs, this thread writes nothing to the loggers of Presidio and of what it uses; others do."""
    here = threading.get_ident()

    def of_another(_: logging.LogRecord) -> bool:
        return threading.get_ident() != here

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(of_another)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(of_another)
