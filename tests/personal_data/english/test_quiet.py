"""Nothing that is analysed is logged."""

from __future__ import annotations

import logging
import re
import threading

import pytest

from finewarden.personal_data.english.quiet import quiet
from finewarden.personal_data.finding import Missing


def test_this_thread_is_quiet_and_others_are_not(caplog: pytest.LogCaptureFixture) -> None:
    """Neither Presidio's log nor what it traces is written while it analyses here; afterwards it is."""
    log = logging.getLogger("presidio-analyzer")
    with caplog.at_level(logging.DEBUG), quiet():
        log.error("here")
        logging.getLogger("decision_process").info("here")
        other = threading.Thread(target=log.error, args=("there",))
        other.start()
        other.join()
        with quiet():
            log.error("here")
        log.error("here")
    log.error("afterwards")
    assert [record.getMessage() for record in caplog.records] == ["there", "afterwards"]
    assert not log.filters


@pytest.mark.pii
def test_presidio_logs_no_value(caplog: pytest.LogCaptureFixture) -> None:
    """Where Presidio's own check of an IBAN fails, it logs the value; here nothing is logged."""
    from presidio_analyzer.predefined_recognizers import IbanRecognizer

    from finewarden.personal_data.english.engine import load

    engine, stock = load(names=False), IbanRecognizer(regex_flags=re.IGNORECASE)
    assert not isinstance(engine, Missing)
    text = (
        "Pay GB29 NWB\u212a 6016 1331 9268 19 please"  # a kelvin sign: the pattern takes it for a K, the check does not
    )
    with caplog.at_level(logging.DEBUG):
        caplog.clear()
        stock.analyze(text, ["IBAN_CODE"])
        assert "9268" in caplog.text
        caplog.clear()
        engine.find_many([text])
    assert not caplog.records
