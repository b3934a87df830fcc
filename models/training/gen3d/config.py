"""One TOML file per model size → typed configuration.

`small.toml` is what we train and ship, `paper.toml` holds the inherited full-size numbers (SyncDreamer and Morphable
Diffusion, on which the paper builds), `tiny.toml` is for tests. Unknown keys are refused: a typo must not train.
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar


GATES = 3
"""One a pixel on the baseline's colours, one on its coverage, one on its normals (prediction.py)."""


@dataclass(frozen=True)
class LatentConfig:
    """How an image becomes the grid that is denoised."""

    kind: str = "unshuffle"
    """`unshuffle` (space to depth, lossless) or `kl` (the autoencoder of autoencoder.py)."""
    factor: int = 4
    """Downsampling: unshuffle block, or f of the autoencoder."""
    channels: int = 4
    """Latent channels of the autoencoder; with `unshuffle` they follow from `factor`."""
    width: int = 128
    multipliers: tuple[int, ...] = (1, 2, 4, 4)
    scale: float = 0.18215
    """Latents are multiplied by this to have about unit variance."""


@dataclass(frozen=True)
class UNetConfig:
    width: int = 64
    multipliers: tuple[int, ...] = (1, 2, 3)
    res_blocks: int = 1
    attention_levels: tuple[int, ...] = (1, 2)
    """Levels (0 = full latent grid) with joint attention over all views and the input."""
    head_width: int = 32
    kv_pool: tuple[int, ...] = (1, 2, 1)
    """Average pooling of keys and values per level; 1 = none."""
    context_width: int = 0
    """Width of cross-attention context tokens of the input image (768 in the paper); 0 = style code only."""
    depth_attention: bool = True
    """Inject the frustum volume by attention along depth (paper); off = concatenated depth, 1×1 convolution."""


@dataclass(frozen=True)
class VolumeConfig:
    enabled: bool = True
    grid: int = 16
    """L of the regular grid V in R^{L×L×L}."""
    half_extent_m: float = 0.22
    """The grid spans ± this around the head's origin (0.5 of unit space in SyncDreamer)."""
    view_channels: int = 16
    aggregate: str = "moments"
    """`concat` of all views (fixed N, SyncDreamer) or `moments` (mean and variance over views, any N)."""
    channels: tuple[int, ...] = (32, 64)
    """Widths of the 3D UNet over the spatial volume, fine to coarse."""
    out_channels: int = 32
    mesh_grid: int = 32
    """Voxels a side of the mesh branch (paper: voxel 0.005 of a unit cube)."""
    mesh_channels: tuple[int, ...] = (16, 32, 32)
    """Vertex features, then one width per stride-2 stage."""
    frustum_size: int = 16
    frustum_depth: int = 16
    frustum_channels: tuple[int, ...] = (16, 32)


@dataclass(frozen=True)
class ModelConfig:
    image_size: int = 128
    views: int = 16
    target_channels: int = 7
    """RGB, alpha, head-frame normal."""
    condition_channels: int = 22
    """Per target view: see data.py CONDITIONS."""
    input_channels: int = 4
    """The photo: RGBA."""
    embed_width: int = 256
    carry_over: bool = True
    """Photo carry-over conditions; off = ablation (the paper has none)."""
    mesh_prior: bool = True
    """Normals, positions and mask of M, and the mesh branch; off = ablation."""
    hidden: tuple[str, ...] = ()
    """Conditions (conditions.py) that no head is given: ablation."""
    joint_attention: bool = True
    """Multi-view joint generation; off = every view denoised alone (ablation)."""
    latent: LatentConfig = field(default_factory=LatentConfig)
    unet: UNetConfig = field(default_factory=UNetConfig)
    volume: VolumeConfig = field(default_factory=VolumeConfig)

    @property
    def grid_size(self) -> int:
        return self.image_size // self.latent.factor

    @property
    def output_channels(self) -> int:
        """Channels that the network puts out: with `unshuffle` gates on the baseline's colours, coverage and normals beside the latents."""
        return self.latent_channels + (GATES * self.latent.factor**2 if self.latent.kind == "unshuffle" else 0)

    @property
    def latent_channels(self) -> int:
        if self.latent.kind == "kl":
            return self.latent.channels
        return self.target_channels * self.latent.factor**2


@dataclass(frozen=True)
class DiffusionConfig:
    steps: int = 1000
    schedule: str = "cosine"
    """`scaled-linear` (β .00085 → .012, inherited) or `cosine` with zero terminal SNR."""
    prediction: str = "x0"
    """`x0`, `v` or `epsilon`."""
    high_noise_bias: float = 2.0
    """Times are drawn as 1 − r^bias, r uniform: 1 = uniform, 2 favours high noise (notes of the gate experiments)."""
    condition_dropout: float = 0.05
    """Chance of dropping each condition (classifier-free guidance)."""


@dataclass(frozen=True)
class TrainConfig:
    seed: int = 0
    heads_per_step: int = 12
    views_per_head: int = 1
    joint: bool = False
    """Cross-view attention and volumes on; stage A of the curriculum trains without."""
    iterations: int = 20000
    optimiser: str = "adamw"
    """`adamw`, or `muon` for weights with `adamw` for the rest: fits what it is shown in half the steps (README)."""
    learning_rate: float = 1.0e-3
    new_module_rate: float = 1.0e-3
    """Rate of volumes and depth attention (paper: 5e-4 against 5e-5)."""
    warmup: int = 100
    weight_decay: float = 1.0e-4
    gradient_clip: float = 1.0
    ema: float = 0.999
    fill_dropout: float = 0.3
    """Chance of hiding the filled colours of a head: keeps their seams out of the result."""
    foreground_weight: float = 1.0
    background_weight: float = 0.05
    alpha_weight: float = 0.5
    normal_weight: float = 0.3
    robust_scale: float = 0.0
    """c of the Charbonnier error √(e² + c²) − c; 0 = the squared error. Where the truth is uncertain the squared error's answer
    is the mean, a grey halo around every outline; this one's is the median, an outline."""
    checkpoint_minutes: float = 5.0
    threads: int = 2
    bfloat16: bool = False
    """Autocast of the network to bfloat16: 0.6 of the time where the CPU has AVX-512 BF16 (29 against 48 ms a view)."""
    shards_in_memory: int = 8
    """Heads are dealt from so many shards at a time; a shard takes about 50 MB at 128 px."""


@dataclass(frozen=True)
class Config:
    name: str = "small"
    model: ModelConfig = field(default_factory=ModelConfig)
    diffusion: DiffusionConfig = field(default_factory=DiffusionConfig)
    train: TrainConfig = field(default_factory=TrainConfig)


T = TypeVar("T")


def load_config(path: str | Path) -> Config:
    """Reads a TOML file. Raises ValueError on keys that no configuration has."""
    with open(path, "rb") as file:
        return build(Config, tomllib.load(file), str(path))


def build(kind: type[T], values: dict[str, Any], where: str) -> T:
    """A dataclass from nested dictionaries (lists become tuples)."""
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise ValueError(f"{where}: unknown keys {', '.join(unknown)}")
    ready: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            nested = fields[name].default_factory  # type: ignore[union-attr]
            ready[name] = build(nested, value, f"{where} [{name}]")  # type: ignore[arg-type]
        else:
            ready[name] = tuple(value) if isinstance(value, list) else value
    return kind(**ready)


def to_dict(config: Any) -> dict[str, Any]:
    """The reverse of :func:`build`, for checkpoints and pack.json."""
    return dataclasses.asdict(config)
