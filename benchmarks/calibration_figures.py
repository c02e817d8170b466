"""The figures of `calibration.py`, the same bytes for the same numbers: text as text, no date, a fixed salt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

if TYPE_CHECKING:
    from calibration import Found, Judged, Rate

mpl.use("svg")
mpl.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "finewarden",
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)

GREEN, RED, GREY, BLUE, YELLOW = "#0b6e4f", "#d1495b", "#8a8a8a", "#2e5c8a", "#c98a11"


def draw_calibration(file: Path, worlds: Sequence[Judged], peers: Sequence[Rate], alpha: float) -> None:
    """False fails, false passes and the others' false alarms, with 95 % intervals, against *alpha*."""
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 8), width_ratios=(3, 2), layout="constrained")
    at = 0.0
    places, labels = [], []
    for found in worlds:
        left.text(0, at, found.world.name, fontweight="bold", va="center")
        for kind, rates, colour in (
            ("fails", found.false_fails(alpha), GREEN),
            ("passes", found.false_passes(alpha), BLUE),
        ):
            for rate in rates:
                at += 1
                _dot(left, at, rate, colour)
                places.append(at)
                labels.append(f"{rate.what} {kind}")
        at += 1.4
    _against(left, places, labels, alpha, 0.08, "sound releases that fail, unsound ones that pass")
    for i, rate in enumerate(peers):
        _dot(right, float(i), rate, RED)
    whole = worlds[0].false_fails(alpha)[0]
    _dot(right, float(len(peers)), whole, GREEN)
    names = [*(rate.what for rate in peers), "this family of five tests"]
    _against(right, list(range(len(names))), names, alpha, 1.0, "false alarms, nothing learned")
    _write(figure, file)


def draw_power(file: Path, power: Mapping[int, Sequence[tuple[float, Rate, Rate]]], runs: Sequence[Found]) -> None:
    """Left: the strict test by AUC. Right: the one-run audit by number of canaries."""
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
    for (canaries, points), colour in zip(power.items(), (YELLOW, GREEN, BLUE), strict=True):
        aucs = [auc for auc, _, _ in points]
        left.plot(aucs, [alone.value for _, alone, _ in points], "o-", color=colour, label=f"{canaries} canaries", ms=4)
        left.plot(aucs, [within.value for _, _, within in points], "o:", color=colour, ms=3)
    left.axhline(0.95, color=GREY, lw=0.8, ls="--")
    left.set(xlabel="true AUC", ylabel="detected", ylim=(0, 1.02), title="strict test at 5 % (dotted: hardest of five)")
    left.legend(frameon=False)
    counts = [run.canaries for run in runs]
    right.plot(counts, [run.ceiling for run in runs], "k-", label="ceiling: every guess right")
    for name, colour in zip(runs[0].shown, (YELLOW, RED, GREEN, BLUE), strict=True):
        right.plot(counts, [run.shown[name] for run in runs], "o-", color=colour, label=name, ms=4)
    right.set_xscale("log", base=2)
    right.set_xticks(counts, [str(count) for count in counts])
    right.set(xlabel="canaries", ylabel="epsilon falsified (median)", title="one-run audit at 5 %, four cut-offs")
    right.legend(frameon=False)
    _write(figure, file)


def _dot(axes: Any, at: float, rate: Rate, colour: str) -> None:
    low, high = rate.interval
    axes.plot([low, high], [at, at], color=colour, lw=1.4)
    axes.plot(rate.value, at, "o", color=colour, ms=4)


def _against(axes: Any, places: Sequence[float], labels: Sequence[str], alpha: float, most: float, title: str) -> None:
    axes.axvline(alpha, color=GREY, lw=0.8, ls="--")
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.set_xlim(0, most)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    axes.tick_params(axis="y", length=0)
    axes.set_title(f"{title} (dashed: {alpha:.0%})", loc="right", fontsize=9)


def _write(figure: Any, file: Path) -> None:
    figure.savefig(file, metadata={"Date": None})
    text = file.read_text(encoding="utf-8")
    file.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")
