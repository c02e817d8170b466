"""What stands under a failed audit: measured value, limit, evidence, the mend, how to waive."""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.verdicts import Finding, Result
from finewarden.waivers import DEFAULT_FILE, Waivers

__all__ = ["of"]

# More are counted, not listed: the JSON report has them all.
_LISTED = 20


def of(result: Result, waivers: Waivers) -> str:
    """The text of a failed *result*, first line first in pytest's short summary."""
    return "\n".join(_lines(result, waivers))


def _lines(result: Result, waivers: Waivers) -> Iterator[str]:
    alone = result.findings[0] if len(result.findings) == 1 else None
    first = result.findings[0].what if result.findings else result.reason
    if alone is not None:  # its place and its sentence stand in the first line, and are not said again
        first = f"{alone.where}: {alone.what}"
    more = f" (and {len(result.findings) - 1} more)" if len(result.findings) > 1 else ""
    yield f"{result.audit}: {first}{more}"
    if result.measured is not None:
        n = f", n {result.n}" if result.n is not None else ""
        limit = f", limit {result.limit}" if result.limit is not None else ""
        yield f"  measured {result.measured}{limit}{n}"
    if result.findings and result.reason:
        yield f"  besides: {result.reason}"
    for finding in result.findings[:_LISTED]:
        if alone is None:
            yield f"  {finding.where}: {finding.what}"
        yield from _mend(finding, waivers)
    if len(result.findings) > _LISTED:
        yield f"  … and {len(result.findings) - _LISTED} more: --audit-report=report.json lists all"


def _mend(finding: Finding, waivers: Waivers) -> Iterator[str]:
    yield f"      mend:  {finding.mend}"
    if not finding.waivable:
        yield "      waive: never; this must be mended"
    elif waivers.file is None:
        yield f"      waive: `finewarden baseline` writes {DEFAULT_FILE} for today's findings"
    else:
        yield f"      waive: fingerprint {finding.fingerprint} with reason and expiry in {waivers.file.name}"
