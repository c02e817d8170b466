"""`--audit-figures=DIR`: what was measured, as pictures. SVG with text as text; no script, address or date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finewarden.evidence.measured.canaries import Canaries, CanaryScore
from finewarden.evidence.measured.membership import Membership
from finewarden.memorization.exposure import rank_exposure

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


class FiguresError(RuntimeError):
    """Why the pictures can't be drawn, and what to install."""


def write(folder: Path, canaries: Canaries | None, membership: Membership | None) -> list[Path]:
    """Draw what there is into *folder*: `exposure.svg`, `roc.svg`. Returns what was written.

    Raises FiguresError without matplotlib, OSError when *folder* can't be written.
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
    """Name to the scores of what was trained on and of what was not: gain over the base, in nats a token."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    if canaries is not None:
        coin = [(bool(each.repetitions), gain) for each in canaries.scores if (gain := _gain(each)) is not None]
        found["canaries"] = ([gain for held, gain in coin if held], [gain for held, gain in coin if not held])
    if membership is not None:
        records = [
            (each.member, each.log_p - each.base_log_p)
            for each in membership.records
            if each.log_p is not None and each.base_log_p is not None
        ]
        found["records"] = ([gain for held, gain in records if held], [gain for held, gain in records if not held])
    return {name: curve for name, curve in found.items() if all(curve)}


def _gain(score: CanaryScore) -> float | None:
    if score.tier != "coin" or score.log_p is None or score.base_log_p is None or not score.tokens:
        return None
    return (score.log_p - score.base_log_p) / score.tokens
