"""From what the network puts out to clean latents.

With `unshuffle` and x0-prediction the network corrects the baseline: x0 = gate · base + output. Three gates a pixel (sigmoid) can
switch the baseline's colours, coverage and normals off. Without the first, tints of the fill stayed in unseen hair (gate
experiments, training-gate notes: gone with a gated absolute colour). Without the other two, M's outline and relief stayed as
fine lines in coverage and normals of hair that covers M, because a sum has to cancel every edge of the baseline to the pixel: the surface
stage made dents of them. At initialisation the result is about the baseline, so training starts from there and not from noise.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .conditions import base_of
from .config import GATES, Config
from .diffusion import Schedule

GATE_BIAS = (2.0, 3.0, 3.0)
"""Of colours, coverage, normals: sigmoid(2) = 0.88, sigmoid(3) = 0.95: nearly open, yet with a gradient."""
CHANNELS = (3, 1, 3)
"""Of the target that each gate holds for."""


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
    gates = [
        torch.sigmoid(2 * part + bias).repeat(1, 1, channels, 1, 1)
        for part, bias, channels in zip(gate.chunk(GATES, 2), GATE_BIAS, CHANNELS)
    ]
    return torch.cat(gates, 2) * base + value
