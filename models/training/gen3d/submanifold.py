"""The mesh branch's sparse 3D convolution at small size: a dense convolution with a mask.

A submanifold sparse convolution (Graham et al. 2018) computes outputs only at active sites and reads only active
sites. With inactive sites held at zero, a dense convolution followed by the active mask gives exactly that; so does a
stride-2 sparse convolution, whose active outputs are the cells that any active input reaches. At 32³ the dense form is
faster on a CPU than gathering rules; test_submanifold.py proves the equality against a gather/scatter oracle.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def voxelise(points: Tensor, features: Tensor, size: int, half_extent_m: float) -> tuple[Tensor, Tensor]:
    """Mean of the features of the points in each voxel.

    points (B, M, 3) m, head frame; features (B, M, C) → volume (B, C, L, L, L) (z, y, x) and active mask (B, 1, L, L, L).
    Points outside the grid are dropped.
    """
    batch, _, channels = features.shape
    cell = ((points / half_extent_m + 1) * 0.5 * size).floor()
    inside = ((cell >= 0) & (cell < size)).all(-1)
    cell = cell.clamp(0, size - 1).long()
    index = (cell[..., 2] * size + cell[..., 1]) * size + cell[..., 0]
    weight = inside.to(features.dtype)
    total = features.new_zeros(batch, size**3, channels)
    total = total.scatter_add(1, index[..., None].expand(-1, -1, channels), features * weight[..., None])
    count = features.new_zeros(batch, size**3).scatter_add(1, index, weight)
    mean = total / count.clamp_min(1)[..., None]
    volume = mean.transpose(1, 2).reshape(batch, channels, size, size, size)
    return volume, (count > 0).to(features.dtype).reshape(batch, 1, size, size, size)


class SubmanifoldConv(nn.Module):
    """3×3×3 convolution, bias and SiLU on active sites only. volume (B, C, L, L, L), mask (B, 1, L, L, L)."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv3d(channels_in, channels_out, 3, padding=1)

    def forward(self, volume: Tensor, mask: Tensor) -> Tensor:
        return F.silu(self.conv(volume)) * mask


class DownConv(nn.Module):
    """3×3×3 convolution of stride 2; an output is active where any of its inputs is. → volume and mask at L/2."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv3d(channels_in, channels_out, 3, stride=2, padding=1)

    def forward(self, volume: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        active = F.max_pool3d(mask, 3, stride=2, padding=1)
        return F.silu(self.conv(volume)) * active, active


class MeshBranch(nn.Module):
    """Vertex features → sparse convolutions with stride-2 stages → dense volume (paper section 3.2 c).

    points (B, M, 3) m, features (B, M, C) → (B, K, L, L, L) with L the size of the target grid.
    """

    def __init__(self, channels: tuple[int, ...], size: int, half_extent_m: float, target_size: int) -> None:
        super().__init__()
        self.size = size
        self.half_extent_m = half_extent_m
        self.target_size = target_size
        self.first = SubmanifoldConv(channels[0], channels[0])
        pairs = list(zip(channels[:-1], channels[1:]))
        self.downs = nn.ModuleList([DownConv(a, b) for a, b in pairs])
        self.convs = nn.ModuleList([SubmanifoldConv(b, b) for _, b in pairs])

    def forward(self, points: Tensor, features: Tensor) -> Tensor:
        volume, mask = voxelise(points, features, self.size, self.half_extent_m)
        volume = self.first(volume, mask)
        for down, conv in zip(self.downs, self.convs):
            volume, mask = down(volume, mask)
            volume = conv(volume, mask)
        size = (self.target_size,) * 3
        return volume if volume.shape[2:] == torch.Size(size) else F.interpolate(volume, size=size, mode="trilinear")
