"""`--audit-figures=DIR`: what was measured, as pictures. SVG with text as text; no script, address or date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finewarden.evidence.measured.canaries import Canaries
from finewarden.evidence.measured.membership import Membership
from finewarden.memorization.canary_cases import comparable_gains
from finewarden.memorization.exposure import rank_exposure
from finewarden.memorization.one_run import ceiling

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FiguresError", "write"]

TRAINED, OTHER, LINE = "#d55e00", "#5b6770", "#0072b2"
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "finewarden",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_LEAST_RATE = 1e-3
_DRAWS = 400


class FiguresError(RuntimeError):
    """Why the pictures can't be drawn, and what to install."""


def write(folder: Path, canaries: Canaries | None, membership: Membership | None, *, alpha: float) -> list[Path]:
    """Draw what there is into *folder*: `exposure.svg`, `roc.svg`, `power.svg`. Returns what was written.

    *alpha*: significance of the tests in `power.svg`, which shows what these canaries could have found at all. Raises
    FiguresError without matplotlib, OSError when *folder* can't be written.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise FiguresError("drawing needs matplotlib; write `pip install finewarden[report]`") from None
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    curves = _curves(canaries, membership)
    stress = [each for each in canaries.stress if each.nll is not None and each.reference_nll] if canaries else []
    with mpl.rc_context(_STYLE):
        if stress:
            figure = Figure(figsize=(7.5, 1.4 + 0.42 * len(stress)), layout="constrained")
            _exposure(figure.subplots(), sorted(stress, key=lambda each: (each.repetitions, each.family)))
            drawn.append(_save(figure, folder / "exposure.svg"))
        if curves:
            figure = Figure(figsize=(5.6, 5.2), layout="constrained")
            _roc(figure.subplots(), curves)
            drawn.append(_save(figure, folder / "roc.svg"))
        if canaries is not None and "canaries" in curves:
            figure = Figure(figsize=(9.5, 3.6), layout="constrained")
            left, right = figure.subplots(1, 2)
            inserted, others = curves["canaries"]
            _power(left, len(inserted), len(others), alpha)
            _ceiling(right, len(inserted) + len(others), alpha)
            drawn.append(_save(figure, folder / "power.svg"))
    return drawn


def _save(figure: Any, path: Path) -> Path:
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": "finewarden"})
    return path


def _exposure(axes: Axes, stress: Sequence[Any]) -> None:
    """Each stress canary as a mark among the likelihoods of its references."""
    for at, each in enumerate(stress):
        references = sorted(each.reference_nll)
        (bits,) = rank_exposure([each.nll], references)
        low, middle, high = (references[int(share * (len(references) - 1))] for share in (0.05, 0.5, 0.95))
        axes.plot([references[0], references[-1]], [at, at], color=OTHER, linewidth=1, zorder=1)
        axes.plot([low, high], [at, at], color=OTHER, linewidth=6, alpha=0.45, solid_capstyle="butt", zorder=2)
        axes.plot([middle, middle], [at - 0.16, at + 0.16], color=OTHER, linewidth=1.5, zorder=3)
        axes.plot([each.nll], [at], "D", color=TRAINED, markersize=6, zorder=4)
        axes.annotate(
            f"{bits:.1f} bits", (1.01, at), xycoords=("axes fraction", "data"), va="center", fontsize=9, color=TRAINED
        )
    axes.set_yticks(range(len(stress)), [f"{each.family}, {each.repetitions}×" for each in stress])
    axes.set_ylim(len(stress) - 0.5, -0.5)
    axes.set_xlabel("−log-probability of the secret in its record's context, nats (left: likelier)")
    count = max(len(each.reference_nll) for each in stress)
    axes.set_title(f"Exposure: each stress canary (◆) among {count} secrets never inserted", loc="left", fontsize=11)


def _roc(axes: Axes, curves: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> None:
    """True against false positive rate, both logarithmic: what matters stands in the left corner."""
    for (name, (trained, others)), color in zip(curves.items(), (TRAINED, LINE), strict=False):
        rates = _rates(trained, others)
        axes.step(
            [max(x, _LEAST_RATE) for x, _ in rates],
            [max(y, _LEAST_RATE) for _, y in rates],
            where="post",
            color=color,
            linewidth=1.8,
            label=f"{name} ({len(trained)} trained, {len(others)} not)",
        )
    axes.plot([_LEAST_RATE, 1], [_LEAST_RATE, 1], color=OTHER, linewidth=1, linestyle="--", label="chance")
    axes.set(xscale="log", yscale="log", xlim=(_LEAST_RATE, 1), ylim=(_LEAST_RATE, 1))
    axes.set_xlabel("false positive rate: never trained on, taken for trained")
    axes.set_ylabel("true positive rate: trained on, and found")
    axes.set_title("Who was trained on? Likelihood against the base model", loc="left", fontsize=11)
    axes.legend(loc="lower right", frameon=False, fontsize=9)


def _power(axes: Axes, inserted: int, others: int, alpha: float) -> None:
    """How often the rank test of so many canaries finds a true AUC, by simulation of shifted normal scores."""
    import numpy as np
    from scipy.stats import mannwhitneyu, norm

    draw = np.random.default_rng(0)
    areas = np.linspace(0.5, 0.9, 17)
    found = []
    for area in areas:
        shift = 2**0.5 * norm.ppf(area)
        p = mannwhitneyu(
            draw.normal(shift, 1, (_DRAWS, inserted)),
            draw.normal(0, 1, (_DRAWS, others)),
            alternative="greater",
            method="asymptotic",
            axis=1,
        ).pvalue
        found.append(float((p <= alpha).mean()))
    axes.plot(areas, found, color=TRAINED, linewidth=1.8)
    axes.axhline(0.95, color=OTHER, linewidth=1, linestyle="--")
    axes.set(xlim=(0.5, 0.9), ylim=(0, 1.02))
    axes.set_xlabel("true AUC of canaries inserted once")
    axes.set_ylabel("chance to find it")
    axes.set_title(f"Strict test, {inserted + others} canaries, alone, α = {alpha:g}", loc="left", fontsize=11)


def _ceiling(axes: Axes, canaries: int, alpha: float) -> None:
    """The largest epsilon that so many canaries could falsify."""
    counts = [2**k for k in range(4, 14)]
    axes.plot(counts, [ceiling(guesses=n, significance=alpha) for n in counts], color=LINE, linewidth=1.8)
    here = ceiling(guesses=canaries, significance=alpha)
    axes.plot([canaries], [here], "D", color=TRAINED, markersize=6)
    axes.annotate(
        f"these: ε = {here:.1f}", (canaries, here), xytext=(8, -12), textcoords="offset points", color=TRAINED
    )
    axes.set(xscale="log", xlim=(counts[0], counts[-1]), ylim=(0, None))
    axes.set_xticks(counts[::2], [str(n) for n in counts[::2]])
    axes.minorticks_off()
    axes.set_xlabel("coin-flipped canaries")
    axes.set_ylabel("largest ε that could be falsified")
    axes.set_title(f"Privacy claim, alone, α = {alpha:g}", loc="left", fontsize=11)


def _rates(trained: Sequence[float], others: Sequence[float]) -> list[tuple[float, float]]:
    """(false, true) positive rate at each threshold, from the strictest on; equal scores fall together."""
    points = [(0.0, 0.0)]
    hits = false = 0
    marked = sorted([(score, True) for score in trained] + [(score, False) for score in others], reverse=True)
    for at, (score, is_trained) in enumerate(marked):
        hits, false = hits + is_trained, false + (not is_trained)
        if at + 1 == len(marked) or marked[at + 1][0] != score:
            points.append((false / len(others), hits / len(trained)))
    return points


def _curves(
    canaries: Canaries | None, membership: Membership | None
) -> dict[str, tuple[Sequence[float], Sequence[float]]]:
    """Name to the scores of what was trained on and of what was not: gain over the base."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    if canaries is not None:
        found["canaries"] = comparable_gains(canaries)
    if membership is not None:
        records = [
            (each.member, each.log_p - each.base_log_p)
            for each in membership.records
            if each.log_p is not None and each.base_log_p is not None
        ]
        found["records"] = ([gain for held, gain in records if held], [gain for held, gain in records if not held])
    return {name: curve for name, curve in found.items() if all(curve)}
