"""How images become the grid that is denoised, and come back.

`unshuffle`: space to depth, lossless, nothing to train; what the small configuration uses. `kl`: the KL autoencoder of
latent diffusion (f = 8 at paper size, inherited) for configurations where pixels are too many.
"""

from __future__ import annotations

from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import LatentConfig, ModelConfig
from .layers import ResBlock, norm


class ImageCodec(Protocol):
    """(N, C, H, W) images in [−1, 1] ↔ (N, L, h, w) latents of about unit variance."""

    def encode(self, images: Tensor) -> Tensor: ...
    def decode(self, latents: Tensor) -> Tensor: ...


class Unshuffle(nn.Module):
    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def encode(self, images: Tensor) -> Tensor:
        return F.pixel_unshuffle(images, self.factor)

    def decode(self, latents: Tensor) -> Tensor:
        return F.pixel_shuffle(latents, self.factor)


class KlAutoencoder(nn.Module):
    """Convolutional encoder and decoder with a diagonal Gaussian bottleneck (Rombach et al. 2022)."""

    def __init__(self, config: LatentConfig, channels: int) -> None:
        super().__init__()
        self.scale = config.scale
        widths = [config.width * m for m in config.multipliers]
        if 2 ** (len(widths) - 1) != config.factor:
            raise ValueError(f"{len(widths)} levels downsample by {2 ** (len(widths) - 1)}, not by {config.factor}")
        encoder: list[nn.Module] = [nn.Conv2d(channels, widths[0], 3, padding=1)]
        previous = widths[0]
        for level, width in enumerate(widths):
            encoder += [ResBlock(previous, width, 0), ResBlock(width, width, 0)]
            if level < len(widths) - 1:
                encoder.append(nn.Conv2d(width, width, 3, 2, 1))
            previous = width
        encoder += [norm(previous), nn.SiLU(), nn.Conv2d(previous, 2 * config.channels, 3, padding=1)]
        decoder: list[nn.Module] = [nn.Conv2d(config.channels, previous, 3, padding=1)]
        for level, width in reversed(list(enumerate(widths))):
            decoder += [ResBlock(previous, width, 0), ResBlock(width, width, 0)]
            if level > 0:
                decoder += [nn.Upsample(scale_factor=2.0), nn.Conv2d(width, width, 3, padding=1)]
            previous = width
        decoder += [norm(previous), nn.SiLU(), nn.Conv2d(previous, channels, 3, padding=1)]
        self.encoder, self.decoder = nn.Sequential(*encoder), nn.Sequential(*decoder)

    def posterior(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the unscaled latents."""
        mean, log_variance = self.encoder(images).chunk(2, 1)
        return mean, log_variance.clamp(-30, 20)

    def encode(self, images: Tensor) -> Tensor:
        return self.posterior(images)[0] * self.scale

    def decode(self, latents: Tensor) -> Tensor:
        return self.decoder(latents / self.scale)

    def loss(self, images: Tensor, generator: torch.Generator | None = None, kl_weight: float = 1e-6) -> Tensor:
        """L1 reconstruction plus the KL term."""
        mean, log_variance = self.posterior(images)
        noise = torch.randn(mean.shape, generator=generator)
        decoded = self.decoder(mean + (0.5 * log_variance).exp() * noise)
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
        return (decoded - images).abs().mean() + kl_weight * kl


def make_codec(model: ModelConfig) -> ImageCodec:
    if model.latent.kind == "kl":
        return KlAutoencoder(model.latent, model.target_channels)
    if model.latent.kind == "unshuffle":
        return Unshuffle(model.latent.factor)
    raise ValueError(f"latent kind {model.latent.kind!r} is neither 'unshuffle' nor 'kl'")
