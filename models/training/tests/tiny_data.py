"""Shards of random heads at the size of configs/tiny.toml."""

import gzip
from pathlib import Path

import numpy as np

from gen3d.config import Config, load_config
from gen3d.geometry import rig
from head_model.array_file import write_array_file

CONFIGS = Path(__file__).resolve().parent.parent / "configs"


def tiny() -> Config:
    return load_config(CONFIGS / "tiny.toml")


def write_shards(folder: Path, shards: int = 3, heads: int = 4, seed: int = 5) -> None:
    config = tiny().model
    rng = np.random.default_rng(seed)
    size, views = config.image_size, config.views
    poses, intrinsics, angles = (t.numpy() for t in rig(views))
    for shard in range(shards):
        value = {
            "format": "synth-shard",
            "version": 1,
            "photo": rng.integers(0, 256, (heads, size, size, 4), dtype=np.uint8),
            "targets": rng.integers(0, 256, (heads, views, size, size, 7), dtype=np.uint8),
            "conditions": rng.integers(0, 256, (heads, views + 1, size, size, 22), dtype=np.uint8),
            "poses": np.repeat(poses[None], heads, 0),
            "intrinsics": np.repeat(intrinsics[None], heads, 0),
            "angles": np.repeat(angles[None], heads, 0),
            "inputAngles": rng.normal(0, 0.2, (heads, 2)).astype(np.float32),
            "vertices": rng.uniform(-0.1, 0.1, (heads, 200, 3)).astype(np.float32),
            "supervised": np.ones((heads, views), np.uint8),
        }
        plain = folder / "plain.bin"
        write_array_file(plain, value)
        (folder / f"shard-{shard:05d}.bin.gz").write_bytes(gzip.compress(plain.read_bytes(), 1))
        plain.unlink()
