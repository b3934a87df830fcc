"""`python -m gen3d.gate CONFIG.toml --data DIR… [--portraits DIR…] --held-out DIR --out DIR [--arms ARM …] [--steps 200] [--device cuda]`

The gate before a long run: formulations, and networks without one part of the method, trained from random weights at equal compute and
scored on heads that none has seen. Arms see the same heads in the same order (but for the two that are about which heads), take as many
steps of as many views, and their rate falls to its end within them.

Writes ARM/log.csv (`gen3d.plot`), ARM/weights.bin, ARM.png (truth, baseline, answer of the first heads) and gate.json, a row per arm with the
numbers of `gen3d.score` for one step, and for eight where the prediction's form is what differs.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .autoencoder import make_codec
from .config import Config, load_config
from .device_pool import DevicePool
from .diffusion import Schedule
from .score import held_out, score_heads, write_png
from .shards import Batch, Heads, ShardFolder, SomeHeads
from .train import LOG_EVERY, State, log_row, make_state, means, open_shards, train_step
from .weights import write_weights

SHOWN = 6
JOINT_VIEWS = 4


def diffusion(**values: object) -> Callable[[Config], Config]:
    return lambda config: replace(config, diffusion=replace(config.diffusion, **values))  # type: ignore[arg-type]


def model(**values: object) -> Callable[[Config], Config]:
    return lambda config: replace(config, model=replace(config.model, **values))  # type: ignore[arg-type]


def training(**values: object) -> Callable[[Config], Config]:
    return lambda config: replace(config, train=replace(config.train, **values))  # type: ignore[arg-type]


def jointly(config: Config) -> Config:
    """As many views a step, of fewer heads, with attention across views and volumes."""
    return training(joint=True, views_per_head=JOINT_VIEWS, heads_per_step=max(1, config.train.heads_per_step // JOINT_VIEWS))(config)


@dataclass(frozen=True)
class Arm:
    what: str
    change: Callable[[Config], Config]
    people: bool = True
    portraits: bool = True
    sampling_steps: tuple[int, ...] = (1,)


ARMS = {
    "x0": Arm("as shipped: x0 as a gated correction of the baseline", lambda config: config, sampling_steps=(1, 8)),
    "v": Arm("v-prediction, from noise", diffusion(prediction="v"), sampling_steps=(1, 8)),
    "epsilon": Arm("epsilon-prediction, eq. 4 as it stands, times uniform", diffusion(prediction="epsilon", high_noise_bias=1.0), sampling_steps=(1, 8)),
    "fill-always": Arm("no dropout of the filled colours", training(fill_dropout=0.0)),
    "no-billboard": Arm("without the photo as a billboard", model(hidden=("billboard",))),
    "no-mesh-prior": Arm("without M's normals, positions, mask", model(mesh_prior=False)),
    "no-carry-over": Arm("without the photo carried into the views", model(carry_over=False)),
    "joint": Arm("attention across views and volumes from the first step", jointly),
    "synthetic-only": Arm("no portraits", lambda config: config, portraits=False),
    "real-only": Arm("portraits alone, their one known view", lambda config: config, people=False),
}


def train_arm(config: Config, heads: Heads, steps: int, out: Path, device: str) -> tuple[Config, State]:
    """From random weights; the averaged ones are kept. → the configuration as trained, what came of it."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "log.csv").unlink(missing_ok=True)
    config = training(iterations=steps, warmup=min(config.train.warmup, steps // 10))(config)
    state = make_state(config, device)
    codec, schedule = make_codec(config.model), Schedule(config.diffusion)
    started, recent = time.monotonic(), []
    while state.iteration < steps:
        recent.append(train_step(config, state, state.model, codec, schedule, heads))
        state.seconds = time.monotonic() - started
        if state.iteration % LOG_EVERY == 0 or state.iteration == steps:
            log_row(out / "log.csv", state, means(recent))
            recent.clear()
    write_weights(out / "weights.bin", state.ema)
    return config, state


def choose(heads: ShardFolder | DevicePool, arm: Arm, portrait_folders: set[str]) -> SomeHeads:
    chosen = [head for head, origin in enumerate(heads.origins) if (arm.portraits if origin in portrait_folders else arm.people)]
    return SomeHeads(heads, chosen)


def run_gate(config: Config, heads: ShardFolder | DevicePool, portrait_folders: set[str], held: Sequence[Batch], out: Path, arms: Sequence[str], steps: int,
             device: str = "cpu") -> dict[str, dict[str, float | str]]:
    """Rows of gate.json, which is written after every arm."""
    rows: dict[str, dict[str, float | str]] = {}
    for name in arms:
        arm = ARMS[name]
        seen = choose(heads, arm, portrait_folders)
        trained, state = train_arm(arm.change(config), seen, steps, out / name, device)
        row: dict[str, float | str] = {"what": arm.what, "heads": len(seen), "seconds": round(state.seconds, 1)}
        for sampling in arm.sampling_steps:
            shown = SHOWN if sampling == 1 else 0
            scores, pictures = score_heads(trained, state.ema.eval(), held, sampling, shown=shown)
            row |= {f"{key}@{sampling}": value for key, value in scores.items()}
            if pictures:
                write_png(out / f"{name}.png", np.concatenate(pictures))
        rows[name] = row
        (out / "gate.json").write_text(json.dumps(rows, indent=2))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="gen3d.gate", description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--portraits", type=Path, nargs="+", default=[])
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS))
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    config = load_config(args.config)
    folders = [*args.data, *args.portraits]
    heads = open_shards(config, folders, args.device, follow=False)
    kept_out = ShardFolder(args.held_out)
    held = list(held_out(kept_out, len(kept_out), config.model.views, args.device))
    rows = run_gate(config, heads, {folder.name for folder in args.portraits}, held, args.out, args.arms, args.steps, args.device)
    for name, row in rows.items():
        print(name, *(f"{key} {row[key]}" for key in ("psnrUnseen@1", "psnr@1", "maskIou@1", "normalDeg@1", "seconds")))


if __name__ == "__main__":
    main()
