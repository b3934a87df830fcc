"""DDIM over all views at once, as `src-main/pipeline/04-views` does it in the studio: the reference for its parity test."""

from __future__ import annotations

import torch
from torch import Tensor

from .autoencoder import ImageCodec
from .config import Config
from .diffusion import Schedule
from .model import MultiViewUNet
from .prediction import clean_latents
from .shards import Batch


@torch.no_grad()
def sample_views(config: Config, model: MultiViewUNet, codec: ImageCodec, batch: Batch, steps: int, seed: int,
                 joint: bool, eta: float = 0.0) -> Tensor:
    """All views of every head, (B, V, 7, H, W) in [−1, 1]; deterministic for eta 0 and a seed."""
    schedule = Schedule(config.diffusion)
    heads, views = batch.targets.shape[:2]
    generator = torch.Generator().manual_seed(seed)
    device = batch.photo.device
    shape = (heads, views, config.model.latent_channels, config.model.grid_size, config.model.grid_size)
    noisy = torch.randn(shape, generator=generator).to(device)
    photo_latent = codec.encode(torch.cat([batch.photo, torch.zeros_like(batch.photo[:, :3])], 1))
    times = schedule.times(steps)
    clean = noisy
    for time, following in zip(times[:-1], times[1:]):
        at = torch.full((heads,), time, device=device)
        output = model(
            schedule.shown(noisy, at), batch.conditions, batch.photo, photo_latent, at * 1000, batch.poses, batch.intrinsics,
            batch.angles, batch.input_angles, batch.vertices, joint=joint,
        )
        clean = clean_latents(config, schedule, output, noisy, at, batch.conditions)
        noise = torch.randn(shape, generator=generator).to(device) if eta > 0 else None
        noisy = schedule.step(clean, noisy, time, following, eta, noise)
    return codec.decode(clean.flatten(0, 1)).reshape_as(batch.targets).clamp(-1, 1)
