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
    first = result.findings[0].what if result.findings else result.reason
    more = f" (and {len(result.findings) - 1} more)" if len(result.findings) > 1 else ""
    yield f"{result.audit}: {first}{more}"
    if result.measured is not None:
        n = f", n {result.n}" if result.n is not None else ""
        limit = f", limit {result.limit}" if result.limit is not None else ""
        yield f"  measured {result.measured}{limit}{n}"
    if result.findings and result.reason:
        yield f"  besides: {result.reason}"
    for finding in result.findings[:_LISTED]:
        yield from _finding(finding, waivers)
    if len(result.findings) > _LISTED:
        yield f"  … and {len(result.findings) - _LISTED} more: --audit-report=report.json lists all"


def _finding(finding: Finding, waivers: Waivers) -> Iterator[str]:
    yield f"  {finding.where}: {finding.what}"
    yield f"      mend:  {finding.mend}"
    if not finding.waivable:
        yield "      waive: never; this must be mended"
    elif waivers.file is None:
        yield f"      waive: `finewarden baseline` writes {DEFAULT_FILE} for today's findings"
    else:
        yield f"      waive: fingerprint {finding.fingerprint} with reason and expiry in {waivers.file.name}"
