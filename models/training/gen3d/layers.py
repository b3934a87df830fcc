"""Building blocks shared by the networks. Shapes: B batch, V views, C channels, H W rows and columns, D depth."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GROUPS = 8


def norm(channels: int) -> nn.GroupNorm:
    """Group normalisation with the largest of 8, 4, 2, 1 groups that divides the channels."""
    groups = next(g for g in (GROUPS, 4, 2, 1) if channels % g == 0)
    return nn.GroupNorm(groups, channels)


def zeroed(module: nn.Module) -> nn.Module:
    """Zero-initialised: the block starts as having no effect."""
    for parameter in module.parameters():
        nn.init.zeros_(parameter)
    return module


def sinusoid(values: Tensor, width: int, period: float = 10000.0) -> Tensor:
    """(N,) → (N, width): cosines and sines at geometric frequencies (DDPM's time embedding)."""
    half = width // 2
    steps = torch.arange(half, dtype=torch.float32, device=values.device)
    angles = values.float()[:, None] * torch.exp(-math.log(period) * steps / half)[None]
    return torch.cat([angles.cos(), angles.sin()], 1)


class Embed(nn.Sequential):
    """Linear, SiLU, Linear: the inherited form of time and camera embeddings."""

    def __init__(self, width_in: int, width_out: int) -> None:
        super().__init__(nn.Linear(width_in, width_out), nn.SiLU(), nn.Linear(width_out, width_out))


class ResBlock(nn.Module):
    """Residual block in 2D or 3D with an embedding added between its convolutions.

    x (N, C_in, *S), embedding (N, E) → (N, C_out, *S).
    """

    def __init__(self, channels_in: int, channels_out: int, embed: int, dims: int = 2) -> None:
        super().__init__()
        conv = nn.Conv2d if dims == 2 else nn.Conv3d
        self.dims = dims
        self.norm1 = norm(channels_in)
        self.conv1 = conv(channels_in, channels_out, 3, padding=1)
        self.embed = nn.Linear(embed, channels_out) if embed > 0 else None
        self.norm2 = norm(channels_out)
        self.conv2 = zeroed(conv(channels_out, channels_out, 3, padding=1))
        self.skip = conv(channels_in, channels_out, 1) if channels_in != channels_out else nn.Identity()

    def forward(self, x: Tensor, embedding: Tensor | None = None) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        if self.embed is not None and embedding is not None:
            h = h + self.embed(F.silu(embedding)).reshape(h.shape[0], h.shape[1], *[1] * self.dims)
        return self.skip(x) + self.conv2(F.silu(self.norm2(h)))


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """(N, L, d), (N, M, d), (N, M, d) → (N, L, d): softmax(q kᵀ / √d) v. The ONNX exporter knows the 4D form only."""
    return F.scaled_dot_product_attention(query[None], key[None], value[None])[0]


class JointAttention(nn.Module):
    """Multi-view joint generation (paper section 3.2 e): every token attends to all tokens of all views *and the input*.

    x (B·W, C, H, W') where W = V target views followed by the input view → same shape.
    Keys and values may be pooled: 16 × 16 tokens × 17 views are 4,352 tokens, and the pooled form costs a quarter.
    """

    def __init__(self, channels: int, head_width: int, kv_pool: int = 1) -> None:
        super().__init__()
        if channels % head_width != 0:
            raise ValueError(f"{channels} channels are not a multiple of the head width {head_width}")
        self.heads = channels // head_width
        self.head_width = head_width
        self.kv_pool = kv_pool
        self.norm = norm(channels)
        self.query = nn.Conv2d(channels, channels, 1)
        self.key_value = nn.Conv2d(channels, 2 * channels, 1)
        self.out = zeroed(nn.Conv2d(channels, channels, 1))

    def tokens(self, x: Tensor, batch: int, views: int) -> Tensor:
        """(B·W, C, h, w) → (B·heads, W·h·w, head_width)."""
        length = x.shape[2] * x.shape[3]
        split = x.reshape(batch, views, self.heads, self.head_width, length)
        return split.permute(0, 2, 1, 4, 3).reshape(batch * self.heads, views * length, self.head_width)

    def forward(self, x: Tensor, views: int) -> Tensor:
        count, channels, height, width = x.shape
        batch = count // views
        h = self.norm(x)
        query = self.tokens(self.query(h), batch, views)
        pooled = F.avg_pool2d(h, self.kv_pool) if self.kv_pool > 1 else h
        key, value = self.key_value(pooled).chunk(2, 1)
        mixed = attend(query, self.tokens(key, batch, views), self.tokens(value, batch, views))
        mixed = mixed.reshape(batch, self.heads, views, height * width, self.head_width)
        mixed = mixed.permute(0, 2, 1, 4, 3).reshape(count, channels, height, width)
        return x + self.out(mixed)


class CrossAttention(nn.Module):
    """Attention of pixels to context tokens of the input image. x (N, C, H, W), context (N, M, K) → (N, C, H, W)."""

    def __init__(self, channels: int, context: int, head_width: int) -> None:
        super().__init__()
        self.heads = channels // head_width
        self.head_width = head_width
        self.norm = norm(channels)
        self.query = nn.Conv2d(channels, channels, 1)
        self.key_value = nn.Linear(context, 2 * channels)
        self.out = zeroed(nn.Conv2d(channels, channels, 1))

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        count, channels, height, width = x.shape
        query = self.query(self.norm(x)).reshape(count * self.heads, self.head_width, height * width).transpose(1, 2)
        key, value = self.key_value(context).chunk(2, 2)

        def split(t: Tensor) -> Tensor:
            t = t.reshape(count, t.shape[1], self.heads, self.head_width).transpose(1, 2)
            return t.reshape(count * self.heads, -1, self.head_width)

        mixed = attend(query, split(key), split(value)).transpose(1, 2).reshape(count, channels, height, width)
        return x + self.out(mixed)


class DepthAttention(nn.Module):
    """Injects a view frustum volume by attention along depth, per pixel (paper section 3.2 d).

    x (N, C, H, W), volume (N, K, D, H, W) → (N, C, H, W). Zero-initialised: a fresh block has no effect.
    """

    def __init__(self, channels: int, volume_channels: int, width: int = 32) -> None:
        super().__init__()
        self.width = width
        self.norm = norm(channels)
        self.query = nn.Conv2d(channels, width, 1)
        self.key_value = nn.Conv3d(volume_channels, 2 * width, 1, bias=False)
        self.out = zeroed(nn.Conv2d(width, channels, 1, bias=False))

    def forward(self, x: Tensor, volume: Tensor) -> Tensor:
        query = self.query(self.norm(x))
        key, value = self.key_value(volume).chunk(2, 1)
        weights = torch.softmax((query[:, :, None] * key).sum(1) / math.sqrt(self.width), 1)
        return x + self.out((weights[:, None] * value).sum(2))
