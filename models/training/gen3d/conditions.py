"""What every view is conditioned on, as channels of one image. The studio writes them in this order (04-views).

Values are stored as uint8 and widened here. Colours, masks and weights: [0, 255] → [−1, 1] or [0, 1]; normals and
positions (head frame; positions divided by the half extent of the grid): [0, 255] → [−1, 1].
"""

from __future__ import annotations

import torch
from torch import Tensor

from .config import ModelConfig

CONDITIONS: dict[str, slice] = {
    "normal": slice(0, 3),
    "position": slice(3, 6),
    "mask": slice(6, 7),
    "carried": slice(7, 10),
    "carried_weight": slice(10, 11),
    "mirrored": slice(11, 14),
    "mirrored_weight": slice(14, 15),
    "fill": slice(15, 18),
    "billboard": slice(18, 22),
}
"""carried = the photo through M where it sees the surface; mirrored = the same from the mirrored point; fill = carried,
mirrored, then spread over the surface; billboard = the photo (RGBA) on a plane through the head's origin, which gives
hair outside M a path."""

WEIGHTS = ("mask", "carried_weight", "mirrored_weight")
PRIOR = ("normal", "position", "mask")
CARRY_OVER = ("carried", "carried_weight", "mirrored", "mirrored_weight", "fill", "billboard")


def never_given(config: ModelConfig) -> tuple[str, ...]:
    """Names of the conditions that a network of this configuration is trained without."""
    return (*config.hidden, *(() if config.carry_over else CARRY_OVER), *(() if config.mesh_prior else PRIOR))


def widen(stored: Tensor) -> Tensor:
    """uint8 (…, H, W, K) → float32 (…, K, H, W) in [−1, 1]; masks and weights in [0, 1]."""
    scale, shift = torch.full((stored.shape[-1], 1, 1), 1 / 127.5), torch.full((stored.shape[-1], 1, 1), -1.0)
    for name in WEIGHTS:
        scale[CONDITIONS[name]], shift[CONDITIONS[name]] = 1 / 255, 0
    return stored.movedim(-1, -3).contiguous().float().mul_(scale.to(stored.device)).add_(shift.to(stored.device))


def base_of(conditions: Tensor) -> Tensor:
    """The baseline's answer (…, 7, H, W) from the conditions (…, 22, H, W): fill, mask as alpha, normals of M."""
    return torch.cat(
        [
            conditions[..., CONDITIONS["fill"], :, :],
            conditions[..., CONDITIONS["mask"], :, :] * 2 - 1,
            conditions[..., CONDITIONS["normal"], :, :],
        ],
        -3,
    )


def drop(conditions: Tensor, names: tuple[str, ...], heads: Tensor) -> Tensor:
    """A copy whose named conditions of the chosen heads are zero: ablations. heads (B,) bool."""
    return drop_(conditions.clone(), names, heads)


def drop_(conditions: Tensor, names: tuple[str, ...], heads: Tensor) -> Tensor:
    """The same in place: condition dropping in training, where a batch is used once."""
    for name in names:
        conditions[:, :, CONDITIONS[name]].masked_fill_(heads[:, None, None, None, None], 0)
    return conditions
