"""All heads of some shard folders in the memory of a GPU, as uint8, and batches cut out of them there.

A GPU takes a step in the time in which a CPU unpacks a head or two, so nothing is read per step. A thread looks for new shards
all the while: heads that are being rendered beside the training join as they come. At 128 px and 5 views a head takes 2.9 MB.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .conditions import widen
from .shards import COLOUR_SLICES, GAIN, Batch, dealt_at_random, mirrored, read_shard, shard_files

IMAGES = ("photo", "targets", "conditions")
NUMBERS = ("poses", "intrinsics", "angles", "inputAngles", "vertices")
POLL_SECONDS = 2.0


class DevicePool:
    """Heads of `folders` but for the shards of `kept_out` (their file names with the folder's name before it, as "a/shard-00000.bin.gz").

    Waits until `first` heads are there. Memory is taken for `capacity` heads at once, and for twice as many whenever they are full (while it is
    copied the old and the new are held). `order` deals at random with replacement, since the number of heads grows.
    """

    def __init__(self, folders: str | Path | Sequence[str | Path], device: str, kept_out: Sequence[str] = (), first: int = 1, follow: bool = True,
                 capacity: int = 256) -> None:
        given = [folders] if isinstance(folders, str | Path) else folders
        self.folders = [Path(folder) for folder in given]
        self.device = torch.device(device)
        self.kept_out = set(kept_out)
        self.taken: set[Path] = set()
        self.count = 0
        self.origins: list[str] = []
        self.capacity = capacity
        self.store: dict[str, Tensor] = {}
        self.lock = threading.Lock()
        self.add_new()
        if not self.store and not follow:
            raise FileNotFoundError(f"no shard-*.bin.gz in {', '.join(map(str, given))}: run `npm run synth` first")
        if follow:
            threading.Thread(target=self.follow, daemon=True).start()
        while len(self) < first:
            time.sleep(POLL_SECONDS / 4)

    def __len__(self) -> int:
        return self.count

    def follow(self) -> None:
        while True:
            self.add_new()
            time.sleep(POLL_SECONDS)

    def add_new(self) -> None:
        for file in shard_files(self.folders):
            packed = file if file.suffix == ".gz" else file.with_name(f"{file.name}.gz")
            if packed not in self.taken and f"{packed.parent.name}/{packed.name}" not in self.kept_out:
                self.taken.add(packed)
                self.add(file)

    def add(self, file: Path) -> None:
        value = read_shard(file)
        arrays = {name: torch.from_numpy(np.array(value[name])) for name in (*IMAGES, *NUMBERS)}
        arrays["known"] = torch.from_numpy(known_bits(value))
        heads = len(arrays["photo"])
        with self.lock:
            for name, array in arrays.items():
                held = self.store.get(name)
                if held is None or len(held) < self.count + heads:
                    room = torch.empty((max(self.capacity, 2 * self.count + heads), *array.shape[1:]), dtype=array.dtype, device=self.device)
                    if held is not None:
                        room[: self.count] = held[: self.count]
                    self.store[name] = room
                self.store[name][self.count : self.count + heads] = array.to(self.device)
            self.origins += [file.parent.name] * heads
            self.count += heads

    def order(self, seed: int, position: int, count: int) -> list[int]:
        return dealt_at_random(len(self), seed, position, count)

    def batch(self, heads: list[int], views: int, rng: np.random.Generator, augment: bool, own: bool = True) -> Batch:
        """As ShardFolder.batch, on the device."""
        count = len(heads)
        with self.lock:
            store = dict(self.store)
        available = store["targets"].shape[1]
        draws = rng.random((count, available)).argsort(1)[:, :views] if views < available else np.arange(available)[None].repeat(count, 0)
        rows = torch.tensor(heads, device=self.device)
        chosen = torch.from_numpy(draws).to(self.device)
        conditioned = torch.cat([chosen, torch.full_like(chosen[:, :1], available)], 1) if own else chosen
        at = rows[:, None]
        photo = store["photo"][rows].movedim(-1, -3).float() / 127.5 - 1
        targets = store["targets"][at, chosen].movedim(-1, -3).float() / 127.5 - 1
        conditions = widen(store["conditions"][at, conditioned])
        bits = store["known"][at, chosen][:, :, None]
        batch = Batch(
            photo.contiguous(), targets.contiguous(), conditions, *(store[name][at, chosen] for name in ("poses", "intrinsics", "angles")),
            store["inputAngles"][rows], store["vertices"][rows], torch.cat([bits & 1, (bits >> 1) & 1], 2).float(),
        )
        if augment:
            mirror(batch, torch.from_numpy(rng.random(count) < 0.5).to(self.device))
            gain_colours(batch, torch.from_numpy(rng.uniform(*GAIN, (count, 3))).float().to(self.device))
        return batch


def known_bits(shard: dict[str, Any]) -> np.ndarray:
    """(H, V, S, S): bit 0 colour and coverage are the truth, bit 1 the normal is; see shards.py."""
    heads, views, size = shard["targets"].shape[:3]
    bits = shard["known"] if "known" in shard else np.full((heads, views, size, size), 3, np.uint8)
    return np.where(shard["supervised"][:, :, None, None] > 0, bits, 0).astype(np.uint8)


def mirror(batch: Batch, heads: Tensor) -> None:
    """shards.mirrored for the chosen heads (B,) bool, in place. No indexing by `heads`: it would wait for the GPU to count them."""
    names = [part.name for part in fields(batch)]
    row = [getattr(batch, name) for name in names]
    for name, straight, reflected in zip(names, row, mirrored(row)):
        setattr(batch, name, torch.where(heads.reshape(-1, *[1] * (straight.dim() - 1)), reflected, straight))


def gain_colours(batch: Batch, gain: Tensor) -> None:
    """shards.gain_colours with a gain (B, 3) for each head, in place."""
    gain = gain[:, None, :, None, None]
    for images, parts in (
        (batch.photo[:, None], (slice(0, 3),)), (batch.targets, (slice(0, 3),)), (batch.conditions, COLOUR_SLICES),
    ):
        for part in parts:
            images[:, :, part] = images[:, :, part].add(1).mul(gain).clamp(0, 2).sub(1)
