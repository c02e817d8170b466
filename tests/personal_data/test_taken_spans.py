"""What is taken is told as by looking at every span."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.finding import Finding
from finewarden.personal_data.taken_spans import TakenSpans

findings = st.builds(
    lambda entity, start, length: Finding(entity, start, start + length, 0.5),
    st.sampled_from(["PERSON", "URL"]),
    st.integers(0, 30),
    st.integers(1, 10),
)


@given(st.lists(findings), findings)
def test_as_by_looking_at_every_span(taken: list[Finding], one: Finding) -> None:
    """Inside one, or over the edge of one, of its own entity: overlapping spans hide nothing."""
    same = [each for each in taken if each.entity == one.entity]
    spans = TakenSpans(taken)

    assert spans.holds(one) == any(each.start <= one.start and one.end <= each.end for each in same)
    assert spans.touches(one) == any(each.start < one.end and one.start < each.end for each in same)
