"""Noisy views → appearance volume F_a → hybrid volume F_ag → view frustum volumes F_vf (paper section 3.2 a–d).

In the paper the 2D encoder sees latents of 32×32; ours sees the latent grid of the configuration. Differences: with
`aggregate = "moments"` the views are reduced by mean and variance instead of concatenation, so that training may show
any subset of the views; the mesh branch samples F_a at the vertices as the paper does.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import ModelConfig, VolumeConfig
from .geometry import frustum_points, grid_points, project
from .layers import ResBlock, zeroed
from .submanifold import MeshBranch


class ViewEncoder(nn.Module):
    """(a) Noisy latents with time and camera added: (N, C, h, w), (N, E) → (N, K, h, w)."""

    def __init__(self, channels_in: int, channels: int, embed: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels_in, channels, 3, padding=1)
        self.blocks = nn.ModuleList([ResBlock(channels, channels, embed) for _ in range(3)])

    def forward(self, latents: Tensor, embedding: Tensor) -> Tensor:
        h = self.first(latents)
        for block in self.blocks:
            h = block(h, embedding)
        return h


class UNet3D(nn.Module):
    """A light 3D UNet: one residual block per level down and up. (N, C_in, *S), (N, E) → pyramid, fine to coarse."""

    def __init__(self, channels_in: int, widths: tuple[int, ...], embed: int) -> None:
        super().__init__()
        self.first = nn.Conv3d(channels_in, widths[0], 3, padding=1)
        self.downs = nn.ModuleList([ResBlock(w, w, embed, 3) for w in widths])
        pairs = list(zip(widths[:-1], widths[1:]))
        self.pools = nn.ModuleList([nn.Conv3d(a, b, 3, stride=2, padding=1) for a, b in pairs])
        self.ups = nn.ModuleList([ResBlock(a + b, a, embed, 3) for a, b in pairs])

    def forward(self, volume: Tensor, embedding: Tensor | None) -> list[Tensor]:
        h = self.downs[0](self.first(volume), embedding)
        skips = [h]
        for pool, block in zip(self.pools, self.downs[1:]):
            h = block(pool(h), embedding)
            skips.append(h)
        pyramid = [skips[-1]]
        for level in range(len(self.ups) - 1, -1, -1):
            up = F.interpolate(pyramid[0], size=skips[level].shape[2:], mode="nearest")
            pyramid.insert(0, self.ups[level](torch.cat([skips[level], up], 1), embedding))
        return pyramid


class FrustumVolumes(nn.Module):
    """(a)–(d) in one: returns per target view a pyramid of frustum volumes, fine to coarse, each (B·V, K, D, h, w)."""

    def __init__(self, model: ModelConfig) -> None:
        super().__init__()
        config: VolumeConfig = model.volume
        self.config = config
        self.mesh_prior = model.mesh_prior
        embed = model.embed_width
        channels = config.view_channels
        self.encoder = ViewEncoder(model.latent_channels, channels, embed)
        width_in = channels * (model.views if config.aggregate == "concat" else 2)
        self.spatial = UNet3D(width_in, config.channels, embed)
        spatial_out = config.channels[0]
        mesh_out = config.mesh_channels[-1] if model.mesh_prior else 0
        if model.mesh_prior:
            self.vertex = nn.Linear(2 * channels, config.mesh_channels[0])
            self.mesh = MeshBranch(config.mesh_channels, config.mesh_grid, config.half_extent_m, config.grid)
        self.hybrid = nn.Conv3d(spatial_out + mesh_out, config.out_channels, 1)
        self.frustum = UNet3D(config.out_channels, config.frustum_channels, embed)
        self.register_buffer("grid", grid_points(config.grid, config.half_extent_m), persistent=False)

    def forward(
        self, latents: Tensor, embedding: Tensor, time: Tensor, poses: Tensor, intrinsics: Tensor, vertices: Tensor
    ) -> list[Tensor]:
        """latents (B, V, C, h, w); embedding (B, V, E); time (B, E); poses (B, V, 4, 4); intrinsics (B, V, 4);
        vertices (B, M, 3) m, head frame."""
        batch, views = latents.shape[:2]
        size = self.config.grid
        features = self.encoder(latents.flatten(0, 1), embedding.flatten(0, 1))
        appearance = self.sample_views(features, self.grid.expand(batch, -1, -1), poses, intrinsics)
        volume = self.aggregate(appearance).transpose(1, 2).reshape(batch, -1, size, size, size)
        hybrid = self.spatial(volume, time)[0]
        if self.mesh_prior:
            at_vertices = moments(self.sample_views(features, vertices, poses, intrinsics))
            hybrid = torch.cat([hybrid, self.mesh(vertices, self.vertex(at_vertices))], 1)
        hybrid = self.hybrid(hybrid)
        points = frustum_points(
            poses, intrinsics, self.config.frustum_size, self.config.frustum_depth, self.config.half_extent_m
        ).to(hybrid.dtype)
        resampled = self.resample(hybrid, points / self.config.half_extent_m)
        return self.frustum(resampled, embedding.flatten(0, 1))

    def sample_views(self, features: Tensor, points: Tensor, poses: Tensor, intrinsics: Tensor) -> Tensor:
        """(b) Bilinear samples of all views' features (B·V, K, h, w) at points (B, P, 3) → (B, V, P, K)."""
        batch, views = poses.shape[:2]
        uv = project(points[:, None], poses, intrinsics).reshape(batch * views, -1, 1, 2)
        sampled = F.grid_sample(features, uv, mode="bilinear", padding_mode="zeros", align_corners=False)
        return sampled.reshape(batch, views, features.shape[1], -1).transpose(2, 3)

    def aggregate(self, appearance: Tensor) -> Tensor:
        """(B, V, P, K) → (B, P, V·K) or (B, P, 2K)."""
        if self.config.aggregate == "concat":
            return appearance.permute(0, 2, 1, 3).flatten(2)
        return moments(appearance)

    def resample(self, volume: Tensor, coordinates: Tensor) -> Tensor:
        """(d) Trilinear samples of (B, K, L, L, L) at (B, V, D·h·w, 3) in [−1, 1] → (B·V, K, D, h, w)."""
        batch, views = coordinates.shape[:2]
        depth, size = self.config.frustum_depth, self.config.frustum_size
        grid = coordinates.reshape(batch, views * depth, size, size, 3)
        sampled = F.grid_sample(volume, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
        sampled = sampled.reshape(batch, -1, views, depth, size, size).transpose(1, 2)
        return sampled.reshape(batch * views, -1, depth, size, size)


def moments(samples: Tensor) -> Tensor:
    """Mean and variance over the views: (B, V, P, K) → (B, P, 2K)."""
    mean = samples.mean(1)
    return torch.cat([mean, (samples - mean[:, None]).square().mean(1)], -1)


class FrustumConcat(nn.Module):
    """The cheap injection: depth folded into channels, 1×1 convolution, zero-initialised. x (N, C, H, W) → same."""

    def __init__(self, channels: int, volume_channels: int, depth: int) -> None:
        super().__init__()
        self.out = zeroed(nn.Conv2d(volume_channels * depth, channels, 1, bias=False))

    def forward(self, x: Tensor, volume: Tensor) -> Tensor:
        return x + self.out(volume.flatten(1, 2))
