"""Reads what `npm run synth` wrote: folders of gzip-compressed array files, a few dozen heads each.

Unpacking takes 12 ms a head of 8 views, beside 39 ms of a stage A step; `gunzip` them once where there is disk (70 MB a shard), and
they are mapped instead.

A shard holds, for H heads with V target views of S × S px (uint8 unless said; row 0 = top):
photo (H, S, S, 4) straight RGBA of the input view · targets (H, V, S, S, 7) straight RGB, alpha, head-frame normal ·
conditions (H, V + 1, S, S, 22) as conditions.py, the input's own view last · poses (H, V, 4, 4) float32 cameraFromHead,
row-major · intrinsics (H, V, 4) float32, fractions of the side · angles (H, V, 2), inputAngles (H, 2) float32 rad ·
vertices (H, M, 3) float32 m, head frame, of the estimated M, or of M laid over the truth where the shard says `mesh` "truth" ·
supervised (H, V): 0 where the view's truth is unknown ·
known (H, V, S, S), absent = all of it: bit 0 the pixel's colour and coverage are the truth, bit 1 its normal is.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from head_model.array_file import decode_array_file, map_array_file

from .conditions import widen

FIELDS = ("photo", "targets", "conditions", "poses", "intrinsics", "angles", "inputAngles", "vertices", "supervised")
OPTIONAL_FIELDS = ("known",)
MIRROR = torch.diag(torch.tensor([-1.0, 1.0, 1.0, 1.0]))
"""Reflection at the sagittal plane."""
GAIN = (0.85, 1.15)
"""White balance and exposure of a head are drawn from it."""


@dataclass
class Batch:
    """B heads. Images in [−1, 1]; see model.py for the shapes."""

    photo: Tensor
    targets: Tensor
    conditions: Tensor
    poses: Tensor
    intrinsics: Tensor
    angles: Tensor
    input_angles: Tensor
    vertices: Tensor
    known: Tensor
    """(B, V, 2, H, W) 0 or 1: colour and coverage, normal."""


def shard_files(folders: Sequence[str | Path]) -> list[Path]:
    """All shards of the folders, in order; of one that has been unpacked the unpacked file."""
    packed, plain = ([file for folder in folders for file in Path(folder).glob(f"shard-*.bin{end}")] for end in (".gz", ""))
    return sorted([*plain, *(file for file in packed if file.with_suffix("") not in plain)])


def read_shard(file: Path) -> dict[str, Any]:
    """What a file holds, mapped where it is unpacked. Raises ValueError on another kind of file."""
    value: Any = map_array_file(file) if file.suffix == ".bin" else decode_array_file(gzip.decompress(file.read_bytes()))
    if value.get("format") != "synth-shard" or value.get("version") != 1:
        raise ValueError(f"{file} is not a synth shard of version 1")
    return value


def on_device(batch: Batch, device: str) -> Batch:
    return Batch(**{part.name: getattr(batch, part.name).to(device) for part in fields(batch)})


class Heads(Protocol):
    """Heads by number and batches of them: a ShardFolder, a DevicePool, or a part of either."""

    def __len__(self) -> int: ...
    def order(self, seed: int, position: int, count: int) -> list[int]: ...
    def batch(self, heads: list[int], views: int, rng: np.random.Generator, augment: bool, own: bool = True) -> Batch: ...


def dealt_at_random(heads: int, seed: int, position: int, count: int) -> list[int]:
    """`count` numbers below `heads`, with replacement."""
    return np.random.default_rng([seed, position]).integers(heads, size=count).tolist()


class SomeHeads:
    """Some of the heads, dealt at random with replacement. Raises ValueError when there are none."""

    def __init__(self, heads: Heads, chosen: Sequence[int]) -> None:
        if len(chosen) == 0:
            raise ValueError("there are no heads of this kind")
        self.heads, self.chosen = heads, list(chosen)

    def __len__(self) -> int:
        return len(self.chosen)

    def order(self, seed: int, position: int, count: int) -> list[int]:
        return dealt_at_random(len(self), seed, position, count)

    def batch(self, heads: list[int], views: int, rng: np.random.Generator, augment: bool, own: bool = True) -> Batch:
        return self.heads.batch([self.chosen[head] for head in heads], views, rng, augment, own)


class ShardFolder:
    """All heads of one or more folders, reached by number; the last few shards stay in memory.

    `order` deals heads so that a group of shards is read once an epoch: the shards are shuffled, then the heads within
    each group. It depends on (seed, step) alone, so a resumed run sees what an uninterrupted one would.
    """

    def __init__(self, folders: str | Path | Sequence[str | Path], cached: int = 8) -> None:
        given = [folders] if isinstance(folders, str | Path) else folders
        self.files = shard_files(given)
        if not self.files:
            raise FileNotFoundError(f"no shard-*.bin.gz in {', '.join(map(str, given))}: run `npm run synth` first")
        self.cached = cached
        self.open: OrderedDict[int, dict[str, np.ndarray]] = OrderedDict()
        self.heads_per_shard = self.read(0)["photo"].shape[0]
        self.origins = [file.parent.name for file in self.files for _ in range(self.heads_per_shard)]

    def __len__(self) -> int:
        """Heads of the whole shards (a short last shard is left out)."""
        return len(self.files) * self.heads_per_shard

    def read(self, shard: int) -> dict[str, np.ndarray]:
        if shard in self.open:
            self.open.move_to_end(shard)
            return self.open[shard]
        value = read_shard(self.files[shard])
        arrays = {name: value[name] for name in FIELDS} | {name: value[name] for name in OPTIONAL_FIELDS if name in value}
        self.open[shard] = arrays
        while len(self.open) > self.cached:
            self.open.popitem(last=False)
        return arrays

    def order(self, seed: int, position: int, count: int) -> list[int]:
        """Numbers of the heads dealt at positions position … position + count − 1."""
        return [self.head_at(seed, position + i) for i in range(count)]

    def head_at(self, seed: int, position: int) -> int:
        epoch, index = divmod(position, len(self))
        shards = np.random.default_rng([seed, epoch]).permutation(len(self.files))
        group_heads = self.cached * self.heads_per_shard
        group, within = divmod(index, group_heads)
        members = shards[group * self.cached : (group + 1) * self.cached]
        dealt = np.random.default_rng([seed, epoch, group]).permutation(len(members) * self.heads_per_shard)[within]
        return int(members[dealt // self.heads_per_shard]) * self.heads_per_shard + int(dealt % self.heads_per_shard)

    def batch(self, heads: list[int], views: int, rng: np.random.Generator, augment: bool, own: bool = True) -> Batch:
        """The named heads with `views` random views each (all, in order, when `views` is what the shards hold).

        `own` off leaves out the conditions of the photo's own view, (B, V, …), which a network without attention across views
        does not look at: half of the reading of a step with one view a head."""
        rows = [self.row(head, views, rng, augment, own) for head in heads]
        return Batch(*(torch.stack(column) for column in zip(*rows)))

    def row(self, head: int, views: int, rng: np.random.Generator, augment: bool, own: bool = True) -> list[Tensor]:
        arrays = self.read(head // self.heads_per_shard)
        index = head % self.heads_per_shard
        available = arrays["targets"].shape[1]
        chosen = np.arange(available) if views >= available else rng.permutation(available)[:views]
        conditioned = np.append(chosen, available) if own else chosen
        photo = torch.from_numpy(np.array(arrays["photo"][index])).movedim(-1, 0).contiguous().float() / 127.5 - 1
        targets = torch.from_numpy(arrays["targets"][index][chosen]).movedim(-1, -3).contiguous().float() / 127.5 - 1
        conditions = widen(torch.from_numpy(arrays["conditions"][index][conditioned]))
        cameras = [torch.from_numpy(arrays[name][index][chosen]) for name in ("poses", "intrinsics", "angles")]
        input_angles = torch.from_numpy(np.array(arrays["inputAngles"][index]))
        vertices = torch.from_numpy(np.array(arrays["vertices"][index]))
        known = known_pixels(arrays, index, chosen, targets.shape[-1])
        row = [photo, targets, conditions, *cameras, input_angles, vertices, known]
        if augment and rng.random() < 0.5:
            row = mirrored(row)
        if augment:
            gain_colours(row, torch.from_numpy(rng.uniform(*GAIN, 3)).float())
        return row


def known_pixels(arrays: dict[str, np.ndarray], head: int, views: np.ndarray, size: int) -> Tensor:
    """(V, 2, S, S): see Batch.known."""
    supervised = torch.from_numpy(arrays["supervised"][head][views]).float()[:, None, None, None]
    if "known" not in arrays:
        return supervised.expand(-1, 2, size, size)
    bits = torch.from_numpy(arrays["known"][head][views])[:, None]
    return supervised * torch.cat([bits & 1, (bits >> 1) & 1], 1).float()


def mirrored(row: list[Tensor]) -> list[Tensor]:
    """The same head reflected at the sagittal plane: images flipped, x of normals, positions and cameras negated. Fields of a head, or of
    a Batch, in their order."""
    photo, targets, conditions, poses, intrinsics, angles, input_angles, vertices, known = row
    targets, conditions, intrinsics = targets.flip(-1), conditions.flip(-1), intrinsics.clone()
    targets[..., 4, :, :] *= -1
    conditions[..., 0, :, :] *= -1
    conditions[..., 3, :, :] *= -1
    intrinsics[..., 2] = 1 - intrinsics[..., 2]
    reflection = MIRROR.to(poses)
    turn = torch.tensor([-1.0, 1.0], device=angles.device)
    return [
        photo.flip(-1), targets, conditions, reflection @ poses @ reflection, intrinsics, angles * turn, input_angles * turn,
        vertices * reflection.diagonal()[:3], known.flip(-1),
    ]


COLOUR_SLICES = (slice(7, 10), slice(11, 14), slice(15, 18), slice(18, 21))


def gain_colours(row: list[Tensor], gain: Tensor) -> None:
    """Multiplies all colours of a head by one RGB gain (white balance and exposure), in place."""
    gain = gain[:, None, None]
    for images, parts in ((row[0][None], (slice(0, 3),)), (row[1], (slice(0, 3),)), (row[2], COLOUR_SLICES)):
        for part in parts:
            images[:, part].add_(1).mul_(gain).clamp_(0, 2).sub_(1)
