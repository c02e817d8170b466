"""The clipped sum against float64 arithmetic, one unit at a time and in batches."""

from __future__ import annotations

import math
from typing import Any

import pytest

pytestmark = pytest.mark.training

SHAPES: list[tuple[int, ...]] = [(3, 700), (257,), (2, 3, 5), (), (300, 256)]


def gradients(rows: int, scale: float = 1.0) -> list[Any]:
    """Gradients of *rows* units for parameters of SHAPES."""
    import torch

    draw = torch.Generator().manual_seed(0)
    return [scale * torch.randn(rows, *shape, generator=draw) for shape in SHAPES]


def empty(bound: float) -> Any:
    """A sum over parameters of SHAPES with C = *bound*, nothing added."""
    import torch

    from finewarden.callbacks.differential_privacy.clipping import ClippedSum

    return ClippedSum([torch.zeros(shape) for shape in SHAPES], bound)


def reference(rows: list[Any], scale: list[float], bound: float) -> tuple[list[Any], list[float]]:
    """Sums and norms in float64, by the definition."""
    import torch

    sums, norms = [torch.zeros(shape, dtype=torch.float64) for shape in SHAPES], []
    for unit, factor in enumerate(scale):
        own = [each[unit].double() * factor for each in rows]
        norms.append(float(torch.cat([each.flatten() for each in own]).norm()))
        clip = 1.0 if norms[-1] <= bound else bound / norms[-1]
        sums = [total + each * clip for total, each in zip(sums, own, strict=True)]
    return sums, norms


def close(total: Any, sums: list[Any]) -> bool:
    """Whether the sums are equal but for float32's rounding."""
    import torch

    return all(
        torch.allclose(ours.double(), theirs, rtol=1e-6, atol=1e-6)
        for ours, theirs in zip(total.sums, sums, strict=True)
    )


@pytest.mark.parametrize("bound", [100.0, 290.0, 1e6, math.inf])
def test_units_one_by_one_and_in_a_batch_give_the_sum_of_the_definition(bound: float) -> None:
    """Both ways of adding give Σ g·min(1, C/‖g‖) and the norms before the clip, if all, some or none are clipped."""
    import torch

    rows, scale = gradients(4), [1.0, 0.5, 3.0, 1.1]
    sums, norms = reference(rows, scale, bound)
    batch, single = empty(bound), empty(bound)
    assert batch.add_batch(rows, torch.tensor(scale)).tolist() == pytest.approx(norms, rel=1e-7)
    assert [single.add([each[unit] * factor for each in rows]) for unit, factor in enumerate(scale)] == pytest.approx(
        norms, rel=1e-6
    )
    assert close(batch, sums)
    assert close(single, sums)


def test_a_unit_adds_at_most_the_bound_at_twenty_million_elements() -> None:
    """The norm is exact to 1e-6 where float32 loses small addends behind a large one, so nobody adds more than C."""
    import torch

    from finewarden.callbacks.differential_privacy.clipping import ClippedSum

    gradient = torch.full((20_000_000,), 1e-3)
    gradient[0] = 3.0
    total = ClippedSum([torch.zeros_like(gradient)], 1.0)
    exact = math.sqrt(9.0 + 1e-6 * (len(gradient) - 1))
    assert total.add([gradient]) == pytest.approx(exact, rel=1e-6)
    assert float(torch.linalg.vector_norm(total.sums[0], dtype=torch.float64)) <= 1 + 1e-6


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_unit_that_is_not_finite_adds_nothing_and_spoils_no_other(bad: float) -> None:
    """NaN or infinity in one unit leaves the sum that of the others."""
    import torch

    rows = gradients(3)
    others, _ = reference([each[[0, 2]] for each in rows], [1.0, 1.0], 1.0)
    rows[1][1, 100] = bad
    batch, single = empty(1.0), empty(1.0)
    assert not math.isfinite(batch.add_batch(rows, torch.ones(3))[1])
    norms = [single.add([each[unit] for each in rows]) for unit in range(3)]
    assert not math.isfinite(norms[1])
    assert close(batch, others)
    assert close(single, others)


def test_a_scale_of_zero_adds_nothing_even_of_what_is_not_finite() -> None:
    """An example without trained tokens contributes zero whatever came out of the backward."""
    import torch

    rows = gradients(2)
    rows[0][0] = math.nan
    total = empty(1.0)
    assert total.add_batch(rows, torch.zeros(2)).tolist() == [0.0, 0.0]
    assert not any(bool(each.any()) for each in total.sums)


def test_a_huge_gradient_is_clipped_not_dropped() -> None:
    """1e25 has no square in float32, but has a direction: it adds C."""
    import torch

    rows = gradients(1, scale=1e25)
    sums, norms = reference(rows, [1.0], 2.0)
    batch, single = empty(2.0), empty(2.0)
    assert batch.add_batch(rows, torch.ones(1)).tolist() == pytest.approx(norms, rel=1e-6)
    assert single.add([each[0] for each in rows]) == pytest.approx(norms[0], rel=1e-6)
    assert close(batch, sums)
    assert close(single, sums)


def test_no_gradient_is_a_gradient_of_zero() -> None:
    """A parameter without a gradient counts as zero; without any, the unit adds nothing and has norm 0."""
    import torch

    rows = gradients(2)
    sums, norms = reference([rows[0], *[torch.zeros_like(each) for each in rows[1:]]], [1.0, 1.0], 1.0)
    batch = empty(1.0)
    assert batch.add_batch([rows[0], None, None, None, None], torch.ones(2)).tolist() == pytest.approx(norms)
    assert close(batch, sums)
    assert batch.add([None] * 5) == 0.0
    assert batch.add_batch([None] * 5, torch.ones(2)).tolist() == [0.0, 0.0]
    assert close(batch, sums)


def test_bfloat16_gradients_are_summed_in_float32() -> None:
    """A thousand small units in bfloat16 do not vanish behind a large one, and the sum is float32."""
    import torch

    from finewarden.callbacks.differential_privacy.clipping import ClippedSum

    total = ClippedSum([torch.zeros(2, dtype=torch.bfloat16)], math.inf)
    total.add([torch.tensor([256.0, 0.0], dtype=torch.bfloat16)])
    total.add_batch([torch.full((1000, 2), 2.0**-4, dtype=torch.bfloat16)], torch.ones(1000))
    assert total.sums[0].dtype == torch.float32
    assert total.sums[0].tolist() == [256.0 + 62.5, 62.5]


def test_clear_begins_at_zero() -> None:
    """After clear() the sum is that of an update to which nothing was added."""
    total = empty(1.0)
    total.add([each[0] for each in gradients(1)])
    total.clear()
    assert not any(bool(each.any()) for each in total.sums)
