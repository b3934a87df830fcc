"""`python -m gen3d.score CHECKPOINT --data DIR [--heads 32] [--steps 8] [--sheet FILE.png] [--without SWITCH …] [--device cuda]`

The baseline (fill, mask and normals of M) against the checkpoint on held-out shards: PSNR in dB composited on grey, over
all foreground and over the pixels that the photo does not see; mask IoU; normal error in degrees. A development number:
the published table comes from `npm run evaluate -- views`, which runs the exported pack in the studio.

`--without`: ablations at sampling, of a network that was trained with dropping: `mesh-prior` and `carry-over` are conditions set to
zero (each was for a twentieth of the training heads), `joint` is every view denoised alone, as in stage A.
"""

from __future__ import annotations

import argparse
import json
import math
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .autoencoder import make_codec
from .conditions import CARRY_OVER, CONDITIONS, PRIOR, base_of, drop, never_given
from .config import Config, build
from .model import MultiViewUNet
from .sample import sample_views
from .shards import Batch, ShardFolder, on_device

SEEN_WEIGHT = 0.05
"""Pixels whose carried weight is below this count as unseen (as in the gate experiments)."""


DROPPED = {"mesh-prior": PRIOR, "carry-over": CARRY_OVER}
SWITCHES = (*DROPPED, "joint")


def without(batch: Batch, switches: Sequence[str], always: tuple[str, ...] = ()) -> Batch:
    """The batch as a network sees it that does without the conditions of the switches, and without those named in `always`."""
    everyone = torch.ones(len(batch.photo), dtype=torch.bool, device=batch.photo.device)
    names = (*always, *(name for switch in switches if switch in DROPPED for name in DROPPED[switch]))
    return replace(batch, conditions=drop(batch.conditions, names, everyone))


def load_model(path: Path) -> tuple[Config, MultiViewUNet]:
    """The averaged weights of a checkpoint, ready for inference."""
    content = torch.load(path, weights_only=True)
    config = build(Config, content["config"], str(path))
    model = MultiViewUNet(config.model)
    model.load_state_dict(content["ema"])
    return config, model.eval()


def numbers(images: Tensor, batch: Batch) -> dict[str, float]:
    """Means over heads for views (B, V, 7, H, W) against the batch's targets."""
    target = batch.targets
    alpha, truth_alpha = images[:, :, 3:4] * 0.5 + 0.5, target[:, :, 3:4] * 0.5 + 0.5
    shown = images[:, :, :3] * alpha
    truth = target[:, :, :3] * truth_alpha
    seen = batch.conditions[:, :-1, CONDITIONS["carried_weight"]] > SEEN_WEIGHT
    foreground = (truth_alpha > 0.5) | (alpha > 0.5)
    error = (shown - truth).square().mean(2, keepdim=True) / 4
    out: dict[str, float] = {}
    for name, region in (("psnr", foreground), ("psnrUnseen", foreground & ~seen)):
        per_head = [(e[r].mean().clamp_min(1e-8)) for e, r in zip(error, region)]
        out[name] = float(np.mean([-10 * math.log10(v.item()) for v in per_head]))
    union = (foreground).flatten(1).sum(1)
    both = ((truth_alpha > 0.5) & (alpha > 0.5)).flatten(1).sum(1)
    out["maskIou"] = (both / union).mean().item()
    cosine = torch.nn.functional.cosine_similarity(images[:, :, 4:], target[:, :, 4:], dim=2).clamp(-1, 1)
    angle = cosine.acos() * 180 / math.pi
    out["normalDeg"] = angle[((truth_alpha > 0.5) & (alpha > 0.5))[:, :, 0]].mean().item()
    return out


def held_out(shards: ShardFolder, heads: int, views: int, device: str = "cpu") -> Iterator[Batch]:
    """The first `heads` heads, one a batch, as they are."""
    for head in range(min(heads, len(shards))):
        yield on_device(shards.batch([head], views, np.random.default_rng(0), augment=False), device)


def score_heads(config: Config, model: MultiViewUNet, batches: Iterable[Batch], steps: int, switches: Sequence[str] = (),
                shown: int = 0) -> tuple[dict[str, float], list[np.ndarray]]:
    """Means over batches of one head for the network and (…Baseline) for the baseline; rows of pictures of the first `shown`:
    truth, baseline, network."""
    codec = make_codec(config.model)
    rows: list[dict[str, float]] = []
    pictures: list[np.ndarray] = []
    for head, batch in enumerate(batches):
        given = without(batch, switches, never_given(config.model))
        joint = config.train.joint and "joint" not in switches
        views = sample_views(config, model, codec, given, steps, seed=head, joint=joint)
        baseline = base_of(batch.conditions)[:, :-1]
        rows.append({**numbers(views, batch), **{f"{k}Baseline": v for k, v in numbers(baseline, batch).items()}})
        if head < shown:
            pictures += [composite(images[0]) for images in (batch.targets, baseline, views)]
    return {name: round(float(np.mean([row[name] for row in rows])), 3) for name in rows[0]}, pictures


def composite(images: Tensor) -> np.ndarray:
    """(V, 7, H, W) → (H, V·W, 3) uint8 on grey."""
    alpha = images[:, 3:4] * 0.5 + 0.5
    colour = (images[:, :3] * 0.5 + 0.5) * alpha + 0.5 * (1 - alpha)
    return (colour.clamp(0, 1) * 255).round().byte().permute(2, 0, 3, 1).flatten(1, 2).cpu().numpy()


def write_png(path: Path, rgb: np.ndarray) -> None:
    """(H, W, 3) uint8 as PNG (RFC 2083), so that looking at samples needs no imaging package."""
    height, width = rgb.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in np.ascontiguousarray(rgb))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def main() -> None:
    parser = argparse.ArgumentParser(prog="gen3d.score", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--heads", type=int, default=32)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--without", nargs="+", default=[], choices=SWITCHES)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    config, model = load_model(args.checkpoint)
    shown = 0 if args.sheet is None else 12
    batches = held_out(ShardFolder(args.data), args.heads, config.model.views, args.device)
    means, pictures = score_heads(config, model.to(args.device), batches, args.steps, args.without, shown)
    print(json.dumps(means, indent=2))
    if args.sheet is not None:
        write_png(args.sheet, np.concatenate(pictures))


if __name__ == "__main__":
    main()
