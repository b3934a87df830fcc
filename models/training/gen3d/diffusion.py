"""The forward process, the prediction's forms, and DDIM (paper section 3.2; DDIM eq. 12 with eta).

A noisy latent is x_t = a_t x_0 + s_t ε with a_t² + s_t² = 1. Time is a fraction u in [0, 1); networks see 1000 u.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .config import DiffusionConfig

LAST_TIME = 0.995
"""Cosine schedule: the noisiest time that is used; at 1 the signal is exactly zero and ε cannot be told from x_0."""


class Schedule:
    def __init__(self, config: DiffusionConfig) -> None:
        self.config = config
        if config.schedule == "scaled-linear":
            betas = torch.linspace(0.00085**0.5, 0.012**0.5, config.steps, dtype=torch.float64) ** 2
            self.table = (1 - betas).cumprod(0).sqrt().float()
        elif config.schedule != "cosine":
            raise ValueError(f"schedule {config.schedule!r} is neither 'cosine' nor 'scaled-linear'")

    def levels(self, time: Tensor) -> tuple[Tensor, Tensor]:
        """u (N,) → signal a and noise s, each (N,)."""
        if self.config.schedule == "cosine":
            return (time * math.pi / 2).cos(), (time * math.pi / 2).sin()
        index = (time * self.config.steps).long().clamp(0, self.config.steps - 1)
        signal = self.table.to(time.device)[index]
        return signal, (1 - signal.square()).sqrt()

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """(count,) times for training: u = last · (1 − r^bias)."""
        r = torch.rand(count, generator=generator)
        return self.last * (1 - r**self.config.high_noise_bias)

    @property
    def last(self) -> float:
        return LAST_TIME if self.config.schedule == "cosine" else 1 - 1 / self.config.steps

    def noised(self, clean: Tensor, noise: Tensor, time: Tensor) -> Tensor:
        signal, level = (broadcast(t, clean) for t in self.levels(time))
        return signal * clean + level * noise

    def shown(self, noisy: Tensor, time: Tensor) -> Tensor:
        """What the network sees of noisy latents: a_t x_t. At full noise it sees nothing and is a plain regression.

        With x_t itself the first layers had to learn to suppress 112 channels of noise: after 1,100 steps of stage A the views
        were still averages (and in the gate experiments diffusion learned the photo at a third of the regression's speed).
        """
        if self.config.prediction == "epsilon":
            return noisy  # of a_t x_t it could not tell the noise
        signal, _ = self.levels(time)
        return broadcast(signal, noisy) * noisy

    def error_scale(self, time: Tensor) -> Tensor | None:
        """What errors of x_0 are multiplied by in the loss, (N,): with ε-prediction a/s, which makes them errors of ε; else nothing."""
        if self.config.prediction != "epsilon":
            return None
        signal, level = self.levels(time)
        return signal / level.clamp_min(1e-4)

    def to_clean(self, output: Tensor, noisy: Tensor, time: Tensor) -> Tensor:
        """The network's output (x0, v or ε) as x_0."""
        signal, level = (broadcast(t, noisy) for t in self.levels(time))
        if self.config.prediction == "x0":
            return output
        if self.config.prediction == "v":
            return signal * noisy - level * output
        if self.config.prediction == "epsilon":
            return (noisy - level * output) / signal.clamp_min(1e-4)
        raise ValueError(f"prediction {self.config.prediction!r} is none of x0, v, epsilon")

    def times(self, steps: int) -> list[float]:
        """The sampler's times from noise to clean: steps + 1 values, the last one 0."""
        return [self.last * (steps - i) / steps for i in range(steps + 1)]

    def step(self, clean: Tensor, noisy: Tensor, time: float, next_time: float, eta: float = 0.0,
             noise: Tensor | None = None) -> Tensor:
        """One DDIM step from `time` to `next_time` (a smaller one). eta 0 = deterministic, 1 = DDPM-like."""
        signal, level = (t.item() for t in self.levels(torch.tensor([time])))
        next_signal, next_level = (t.item() for t in self.levels(torch.tensor([next_time])))
        if next_time <= 0:
            return clean
        direction = (noisy - signal * clean) / level
        sigma = eta * next_level / level * math.sqrt(max(0.0, 1 - (signal / next_signal) ** 2))
        kept = math.sqrt(max(0.0, next_level**2 - sigma**2))
        out = next_signal * clean + kept * direction
        return out if noise is None or sigma == 0 else out + sigma * noise


def broadcast(values: Tensor, like: Tensor) -> Tensor:
    """(B,) → (B, 1, 1, …) for a tensor whose first axis is B."""
    return values.reshape(-1, *[1] * (like.dim() - 1)).to(like.dtype)
