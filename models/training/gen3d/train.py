"""`python -m gen3d.train config.toml --data DIR… --out DIR [--init CHECKPOINT|WEIGHTS.bin] [--minutes M [--anneal]] [--device cuda]`

Trains the denoiser and keeps an exponential moving average. Resumes from `<out>/last.pt` to the bit: data order, noise
and dropping depend on (seed, iteration, rank) alone. Under `torchrun --nproc-per-node K` the gradient is averaged over
processes (DistributedDataParallel, gloo on CPUs). Writes `log.csv` (one row per 20 iterations) and `last.pt`.

`--device cuda`: all heads lie in the GPU's memory (device_pool.py) and shards that are written while it trains join them, so heads
can be rendered and learnt at the same time; such a run can go on from its checkpoint, but not to the bit. `--anneal`: the rate falls to its end
within the minutes given, however many iterations that is.
"""

from __future__ import annotations

import argparse
import copy
import csv
import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn

from .autoencoder import ImageCodec, Unshuffle, make_codec
from .conditions import CARRY_OVER, PRIOR, drop_, never_given
from .config import Config, load_config, to_dict
from .device_pool import DevicePool
from .diffusion import Schedule
from .losses import view_loss
from .model import MultiViewUNet
from .muon import Muon
from .prediction import clean_latents
from .shards import Batch, Heads, ShardFolder
from .weights import read_weights

LOG_EVERY = 20
EMA_RAMP = 10
"""The average forgets faster at first: decay = min(ema, (1 + i) / (ramp + i))."""


@dataclass
class State:
    """What a checkpoint holds besides the configuration."""

    model: MultiViewUNet
    ema: MultiViewUNet
    optimisers: list[torch.optim.Optimizer]
    iteration: int = 0
    seconds: float = 0.0


def make_state(config: Config, device: str = "cpu") -> State:
    torch.manual_seed(config.train.seed)
    model = MultiViewUNet(config.model).to(device)
    if device == "cpu":
        for module in model.modules():
            if isinstance(module, nn.Conv2d):  # 0.9 of the time of a stage A step; on an H100 1.6 of it
                module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return State(model, copy.deepcopy(model).requires_grad_(False), make_optimisers(config, model))


def make_optimisers(config: Config, model: MultiViewUNet) -> list[torch.optim.Optimizer]:
    """AdamW for all; or Muon for weights and AdamW for biases and norms. Volumes and their injection have a rate of their own."""
    new = {id(p) for p in model.new_modules()}

    def groups(parameters: list[nn.Parameter]) -> list[dict[str, Any]]:
        parts = [
            (config.train.learning_rate, [p for p in parameters if id(p) not in new]),
            (config.train.new_module_rate, [p for p in parameters if id(p) in new]),
        ]
        return [{"params": part, "lr": rate, "peak": rate} for rate, part in parts if part]

    decay = config.train.weight_decay
    if config.train.optimiser == "adamw":
        return [torch.optim.AdamW(groups(list(model.parameters())), weight_decay=decay, betas=(0.9, 0.99), fused=True)]
    if config.train.optimiser != "muon":
        raise ValueError(f"optimiser {config.train.optimiser!r} is neither 'muon' nor 'adamw'")
    weights = [p for p in model.parameters() if p.dim() >= 2]
    rest = [p for p in model.parameters() if p.dim() < 2]
    return [
        Muon(groups(weights), weight_decay=decay),
        torch.optim.AdamW(groups(rest), weight_decay=decay, betas=(0.9, 0.99), fused=True),
    ]


def learning_rate_factor(config: Config, iteration: int, time_used: float = 0.0) -> float:
    """Linear warm-up, then half a cosine to 1 % at the last iteration, or when the share `time_used` of the time given is 1."""
    warm = min(1.0, (iteration + 1) / max(1, config.train.warmup))
    progress = min(1.0, max(iteration / max(1, config.train.iterations), time_used))
    return warm * (0.01 + 0.99 * (0.5 + 0.5 * math.cos(math.pi * progress)))


def seeds(config: Config, iteration: int, rank: int) -> tuple[np.random.Generator, torch.Generator]:
    sequence = np.random.SeedSequence([config.train.seed, iteration, rank])
    numbers, noise = sequence.spawn(2)
    generator = torch.Generator().manual_seed(int(noise.generate_state(1)[0]))
    return np.random.default_rng(numbers), generator


def drop_conditions(config: Config, batch: Batch, rng: np.random.Generator) -> Tensor:
    """Ablation switches, fill dropout and classifier-free dropping, in place → the conditions that the network sees."""
    heads = len(batch.photo)
    conditions = batch.conditions
    everyone = torch.ones(heads, dtype=torch.bool, device=conditions.device)

    def chosen(share: float) -> Tensor:
        return torch.from_numpy(rng.random(heads) < share).to(conditions.device)

    drop_(conditions, never_given(config.model), everyone)
    chance = config.diffusion.condition_dropout
    drop_(conditions, ("fill",), chosen(config.train.fill_dropout))
    for names in (CARRY_OVER, PRIOR):
        drop_(conditions, names, chosen(chance))
    return conditions


def training_loss(config: Config, network: nn.Module, codec: ImageCodec, schedule: Schedule, batch: Batch,
                  rng: np.random.Generator, generator: torch.Generator) -> tuple[Tensor, dict[str, Tensor]]:
    """One step's loss on a batch (paper eq. 4; see losses.py)."""
    times = schedule.draw(len(batch.photo), generator).to(batch.photo.device)
    images = predicted_images(config, network, codec, schedule, batch, times, rng, generator)
    return view_loss(config.train, images, batch.targets, batch.known, schedule.error_scale(times))


def predicted_images(config: Config, network: nn.Module, codec: ImageCodec, schedule: Schedule, batch: Batch, times: Tensor,
                     rng: np.random.Generator, generator: torch.Generator) -> Tensor:
    """The network's answer (B, V, 7, H, W) for targets that noise of `times` (B,) was added to; drops conditions of the batch, in place."""
    heads, views = batch.targets.shape[:2]
    clean = codec.encode(batch.targets.flatten(0, 1)).reshape(heads, views, -1, *[config.model.grid_size] * 2)
    photo_image = torch.cat([batch.photo, torch.zeros_like(batch.photo[:, :3])], 1)
    photo_latent = codec.encode(photo_image)
    device = batch.photo.device
    noise = torch.randn(clean.shape, generator=generator) if device.type == "cpu" else torch.randn_like(clean)
    noisy = schedule.noised(clean, noise, times)
    conditions = drop_conditions(config, batch, rng)
    seen = torch.from_numpy(rng.random(heads) >= config.diffusion.condition_dropout).float().to(device)
    with torch.autocast(device.type, torch.bfloat16, enabled=config.train.bfloat16):
        output = network(
            schedule.shown(noisy, times), conditions, batch.photo * seen[:, None, None, None], photo_latent * seen[:, None, None, None],
            times * 1000, batch.poses, batch.intrinsics, batch.angles, batch.input_angles, batch.vertices,
            joint=config.train.joint,
        )
    predicted = clean_latents(config, schedule, output.float(), noisy, times, conditions)
    return codec.decode(predicted.flatten(0, 1)).reshape_as(batch.targets)


def open_shards(config: Config, data: str | Path | Sequence[str | Path], device: str, follow: bool = True) -> ShardFolder | DevicePool:
    """On a GPU with `follow`, shards that come later join."""
    return ShardFolder(data, config.train.shards_in_memory) if device == "cpu" else DevicePool(data, device, follow=follow)


def train(config: Config, data: str | Path | Sequence[str | Path], out: Path, init: Path | None = None, minutes: float | None = None,
          device: str = "cpu", anneal: bool = False, shards: Heads | None = None) -> State:
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if world > 1 and not dist.is_initialized():
        dist.init_process_group("gloo")
    torch.set_num_threads(config.train.threads)
    out.mkdir(parents=True, exist_ok=True)
    state = make_state(config, device)
    if init is not None:
        load_weights(state, init)
    if (out / "last.pt").exists():
        load_checkpoint(state, out / "last.pt")
        drop_rows_after(out / "log.csv", state.iteration)
    codec, schedule = make_codec(config.model), Schedule(config.diffusion)
    if shards is None:
        shards = open_shards(config, data, device)
    if not isinstance(codec, Unshuffle):
        raise ValueError("train the autoencoder first: the denoiser's trainer takes lossless latents so far")
    network: nn.Module = state.model
    if world > 1:
        network = nn.parallel.DistributedDataParallel(state.model, find_unused_parameters=True)
    started = saved = time.monotonic()
    before, recent = state.seconds, list[dict[str, Tensor]]()
    while state.iteration < config.train.iterations:
        used = (time.monotonic() - started) / (60 * minutes) if minutes is not None and anneal else 0.0
        parts = train_step(config, state, network, codec, schedule, shards, rank, world, used)
        state.seconds = before + time.monotonic() - started
        recent.append(parts)
        if rank == 0 and state.iteration % LOG_EVERY == 0:
            log_row(out / "log.csv", state, means(recent))
            recent.clear()
        if rank == 0 and time.monotonic() - saved > 60 * config.train.checkpoint_minutes:
            save_checkpoint(config, state, out / "last.pt")
            saved = time.monotonic()
        if minutes is not None and time.monotonic() - started > 60 * minutes:
            break
    if rank == 0:
        save_checkpoint(config, state, out / "last.pt")
    return state


def train_step(config: Config, state: State, network: nn.Module, codec: ImageCodec, schedule: Schedule,
               shards: Heads, rank: int = 0, world: int = 1, time_used: float = 0.0) -> dict[str, Tensor]:
    """One update of the weights and their average; the loss and its parts, which nobody waits for here: a GPU goes on meanwhile."""
    rng, generator = seeds(config, state.iteration, rank)
    position = (state.iteration * world + rank) * config.train.heads_per_step
    heads = shards.order(config.train.seed, position, config.train.heads_per_step)
    batch = shards.batch(heads, config.train.views_per_head, rng, augment=True, own=config.train.joint)
    factor = learning_rate_factor(config, state.iteration, time_used)
    for optimiser in state.optimisers:
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * factor
        optimiser.zero_grad(set_to_none=True)
    loss, parts = training_loss(config, network, codec, schedule, batch, rng, generator)
    loss.backward()
    nn.utils.clip_grad_norm_(state.model.parameters(), config.train.gradient_clip)
    for optimiser in state.optimisers:
        optimiser.step()
    update_average(config, state)
    state.iteration += 1
    return {"loss": loss.detach(), **parts}


@torch.no_grad()
def update_average(config: Config, state: State) -> None:
    decay = min(config.train.ema, (1 + state.iteration) / (EMA_RAMP + state.iteration))
    torch._foreach_lerp_(list(state.ema.parameters()), list(state.model.parameters()), 1 - decay)


def save_checkpoint(config: Config, state: State, path: Path) -> None:
    """Written beside and renamed, so that a stop in mid-write keeps the last one."""
    content: dict[str, Any] = {
        "config": to_dict(config),
        "model": state.model.state_dict(),
        "ema": state.ema.state_dict(),
        "optimisers": [optimiser.state_dict() for optimiser in state.optimisers],
        "iteration": state.iteration,
        "seconds": state.seconds,
    }
    temporary = path.with_suffix(".partial")
    torch.save(content, temporary)
    temporary.replace(path)


def load_checkpoint(state: State, path: Path) -> None:
    content = torch.load(path, weights_only=True, map_location=next(state.model.parameters()).device)
    state.model.load_state_dict(content["model"])
    state.ema.load_state_dict(content["ema"])
    for optimiser, kept in zip(state.optimisers, content["optimisers"], strict=True):
        optimiser.load_state_dict(kept)
    state.iteration, state.seconds = content["iteration"], content["seconds"]


def load_weights(state: State, path: Path) -> None:
    """The averaged weights of another run as the start of this one: the next stage of the curriculum, or training that goes on
    from what `gen3d.export --weights` kept (.bin)."""
    weights = read_weights(path) if path.suffix == ".bin" else torch.load(path, weights_only=True, map_location="cpu")["ema"]
    state.model.load_state_dict(weights)
    state.ema.load_state_dict(weights)


def means(rows: list[dict[str, Tensor]]) -> dict[str, float]:
    return {name: torch.stack([row[name] for row in rows]).mean().item() for name in rows[0]}


def log_row(path: Path, state: State, values: dict[str, float]) -> None:
    fresh = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(["iteration", "seconds", *values])
        writer.writerow([state.iteration, f"{state.seconds:.1f}", *(f"{v:.6f}" for v in values.values())])


def drop_rows_after(path: Path, iteration: int) -> None:
    """What was logged after the checkpoint that a killed run goes on from happens again."""
    if not path.exists():
        return
    header, *rows = path.read_text().splitlines(keepends=True)
    path.write_text(header + "".join(row for row in rows if int(row.split(",")[0]) <= iteration))


def main() -> None:
    parser = argparse.ArgumentParser(prog="gen3d.train", description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--init", type=Path)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--anneal", action="store_true")
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    if args.anneal and args.minutes is None:
        parser.error("--anneal needs --minutes: the time within which the rate falls")
    state = train(load_config(args.config), args.data, args.out, args.init, args.minutes, args.device, args.anneal)
    print(f"{state.iteration} iterations in {state.seconds / 60:.1f} minutes; checkpoint {args.out / 'last.pt'}")


if __name__ == "__main__":
    main()
