"""From what the network puts out to clean latents.

With `unshuffle` and x0-prediction the network corrects the baseline: x0 = gate · base + output, where the gate (one
channel per pixel, sigmoid, opens at 0.88) can switch the carried colours off. Without it, tints of the fill stayed in
unseen hair (gate experiments, training-gate notes: gone with a gated absolute colour). At initialisation the result is
about the baseline, so training starts from there and not from noise.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .conditions import base_of
from .config import Config
from .diffusion import Schedule

GATE_BIAS = 2.0
"""sigmoid(2) = 0.88: nearly open, yet with a gradient."""
COLOURS = 3


def clean_latents(config: Config, schedule: Schedule, output: Tensor, noisy: Tensor, time: Tensor,
                  conditions: Tensor) -> Tensor:
    """output (B, V, O, h, w), noisy (B, V, C, h, w), time (B,), conditions (B, V or V + 1, K, H, W) → x0 (B, V, C, h, w)."""
    if config.model.latent.kind != "unshuffle":
        return schedule.to_clean(output, noisy, time)
    factor = config.model.latent.factor
    latents = config.model.latent_channels
    value, gate = output[:, :, :latents], output[:, :, latents:]
    if config.diffusion.prediction != "x0" or not config.model.carry_over:
        return schedule.to_clean(value, noisy, time)
    base = F.pixel_unshuffle(base_of(conditions[:, : output.shape[1]]).flatten(0, 1), factor).reshape_as(value)
    opened = torch.sigmoid(2 * gate + GATE_BIAS)
    colour = COLOURS * factor**2
    gates = opened.repeat(1, 1, COLOURS, 1, 1)
    return torch.cat([base[:, :, :colour] * gates, base[:, :, colour:]], 2) + value
