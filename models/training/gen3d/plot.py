"""`python -m gen3d.plot LOG.csv [LOG.csv …] --out curves.svg`: the losses of one or more runs over the minutes spent.

Runs that continue one another (`--init`) are drawn one behind the other, with a line where the next one begins. Losses on a
logarithmic axis. SVG written here, so that the model card's curves need no plotting package.
"""

from __future__ import annotations

import argparse
import csv
import math
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 900, 360
LEFT, RIGHT, TOP, BOTTOM = 60, 110, 20, 40
COLOURS = {"loss": "#222222", "colour": "#c9822b", "alpha": "#3f7fbf", "normal": "#5b9a4a"}
SMOOTHING = 0.85
"""Share of the running mean that stays from row to row: a row averages 20 steps of different heads."""


@dataclass
class Curve:
    minutes: list[float]
    values: list[float]


def read_logs(files: list[Path]) -> tuple[dict[str, Curve], list[float]]:
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
                    running[name] = value + SMOOTHING * (running.get(name, value) - value)
                    curve.minutes.append(last)
                    curve.values.append(running[name])
        before = last
    if not curves["loss"].values:
        raise ValueError(f"no rows in {', '.join(map(str, files))}")
    return curves, starts


def draw_curves(curves: dict[str, Curve], starts: list[float]) -> str:
    end = max(curves["loss"].minutes)
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
            f'<text x="{x(end * tick / 6):.1f}" y="{HEIGHT - 18}" text-anchor="middle">{end * tick / 6:.0f}</text>'
        )
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 3}" text-anchor="middle">minutes of training</text>')
    for start in starts[1:]:
        parts.append(f'<path d="M{x(start):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#999999" stroke-dasharray="4 3"/>')
    for name, curve in curves.items():
        points = " ".join(f"{x(m):.1f},{y(v):.1f}" for m, v in zip(curve.minutes, curve.values))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[name]}" stroke-width="1.5"/>')
        label = f"{escape(name)} {curve.values[-1]:.3f}"
        parts.append(
            f'<text x="{WIDTH - RIGHT + 6}" y="{y(curve.values[-1]) + 4:.1f}" fill="{COLOURS[name]}">{label}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(prog="gen3d.plot", description=__doc__)
    parser.add_argument("logs", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.write_text(draw_curves(*read_logs(args.logs)))


if __name__ == "__main__":
    main()
