"""`python -m gen3d.plot LOG.csv [LOG.csv …] --out curves.svg [--together]`: the losses of one or more runs over the minutes spent.

Runs that continue one another (`--init`) are drawn one behind the other, with a line where the next one begins. `--together`: the losses
of runs that started alike (gen3d.gate) over one another, named after their folders. Losses on a
logarithmic axis. SVG written here, so that the model card's curves need no plotting package.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle
from pathlib import Path

WIDTH, HEIGHT = 900, 360
LEFT, RIGHT, TOP, BOTTOM = 60, 110, 20, 40
COLOURS = {"loss": "#222222", "colour": "#c9822b", "alpha": "#3f7fbf", "normal": "#5b9a4a"}
RUN_COLOURS = ("#222222", "#c9822b", "#3f7fbf", "#5b9a4a", "#a0458b", "#7a7a7a")
SMOOTHING = 0.85
"""Share of the running mean that stays from row to row: a row averages 20 steps of different heads."""


@dataclass
class Curve:
    minutes: list[float]
    values: list[float]


def read_logs(files: list[Path], smoothing: float = SMOOTHING) -> tuple[dict[str, Curve], list[float]]:
    """→ smoothed curves by column, and the minutes at which a run begins."""
    curves = {name: Curve([], []) for name in COLOURS}
    starts: list[float] = []
    before = 0.0
    for file in files:
        starts.append(before)
        last = before
        running: dict[str, float] = {}
        with file.open(newline="") as opened:
            for row in csv.DictReader(opened):
                last = before + float(row["seconds"]) / 60
                for name, curve in curves.items():
                    value = float(row[name])
                    running[name] = value + smoothing * (running.get(name, value) - value)
                    curve.minutes.append(last)
                    curve.values.append(running[name])
        before = last
    if not curves["loss"].values:
        raise ValueError(f"no rows in {', '.join(map(str, files))}")
    return curves, starts


def read_together(files: list[Path]) -> dict[str, Curve]:
    """→ the loss of each run by its folder's name, as logged: rows of runs that see the same heads compare as they are."""
    return {file.parent.name: read_logs([file], 0.0)[0]["loss"] for file in files}


def draw_curves(curves: dict[str, Curve], starts: Sequence[float] = (), colours: Sequence[str] = tuple(COLOURS.values())) -> str:
    end = max(minute for curve in curves.values() for minute in curve.minutes)
    values = [v for curve in curves.values() for v in curve.values]
    low, high = math.floor(math.log10(min(values)) * 5) / 5, math.ceil(math.log10(max(values)) * 5) / 5

    def x(minute: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * minute / max(end, 1e-9)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - math.log10(value)) / max(high - low, 1e-9)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="system-ui, sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    ]
    for step in range(round((high - low) * 5) + 1):
        value = 10 ** (low + step / 5)
        parts.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    for tick in range(7):
        parts.append(
            f'<text x="{x(end * tick / 6):.1f}" y="{HEIGHT - 18}" text-anchor="middle">{end * tick / 6:.{0 if end > 12 else 2}f}</text>'
        )
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 3}" text-anchor="middle">minutes of training</text>')
    for start in starts[1:]:
        parts.append(f'<path d="M{x(start):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#999999" stroke-dasharray="4 3"/>')
    for (name, curve), colour in zip(curves.items(), cycle(colours)):
        points = " ".join(f"{x(m):.1f},{y(v):.1f}" for m, v in zip(curve.minutes, curve.values))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        label = f"{escape(name)} {curve.values[-1]:.3f}"
        parts.append(
            f'<text x="{WIDTH - RIGHT + 6}" y="{y(curve.values[-1]) + 4:.1f}" fill="{colour}">{label}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(prog="gen3d.plot", description=__doc__)
    parser.add_argument("logs", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--together", action="store_true")
    args = parser.parse_args()
    picture = draw_curves(read_together(args.logs), colours=RUN_COLOURS) if args.together else draw_curves(*read_logs(args.logs))
    args.out.write_text(picture)


if __name__ == "__main__":
    main()
