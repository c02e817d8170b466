"""Nothing is fetched, and tldextract stays as it was for everybody else."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.pii


def test_e_mail_is_validated_without_fetching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presidio validates an e-mail by the packaged list of suffixes, and not through `tldextract.extract`."""
    import tldextract
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    from finewarden.personal_data.english.offline import keep_offline

    def fetches(*_: object, **__: object) -> None:
        raise AssertionError("tldextract would fetch")

    monkeypatch.setattr(tldextract, "extract", fetches)
    ours, others = EmailRecognizer(), EmailRecognizer()
    keep_offline([ours])
    assert ours.validate_result("john@example.co.uk")
    assert not ours.validate_result("john@example.notatld")
    with pytest.raises(AssertionError, match="would fetch"):
        others.validate_result("john@example.co.uk")


def test_a_recognizer_of_ones_own_that_inherits_it() -> None:
    """A recognizer derived from Presidio's is kept offline too; one with no such validation is left alone."""
    from presidio_analyzer import Pattern, PatternRecognizer
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    from finewarden.personal_data.english.offline import keep_offline

    class Own(EmailRecognizer):  # type: ignore[misc]  # Presidio is not typed
        pass

    own, plain = Own(), PatternRecognizer("X", patterns=[Pattern("x", "x", 1.0)])
    keep_offline([own, plain])
    assert own.validate_result("a@b.org")
    assert "validate_result" not in vars(plain)
