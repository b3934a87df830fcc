"""Paper eq. 4 in x0 form, per channel group: mean over views of the error's norm, foreground weighted.

‖ε − ε_θ‖² equals ‖x0 − x̂0‖² times a²/s²; at the high noise where the photo is read that factor would hide the loss, so
the x0 error is used as it is (min-SNR style constant weight); with ε-prediction eq. 4 holds as it stands, by `Schedule.error_scale`.
"""

from __future__ import annotations

from torch import Tensor

from .config import TrainConfig
from .diffusion import broadcast


def view_loss(config: TrainConfig, predicted: Tensor, target: Tensor, known: Tensor,
              scale: Tensor | None = None) -> tuple[Tensor, dict[str, Tensor]]:
    """Images (B, V, 7, H, W) in [−1, 1]: RGB, alpha, normal; known (B, V, 2, H, W) as in Batch. → loss and its parts (detached).

    Pixels whose truth is unknown count neither in the sums nor in what they are divided by. Errors of a head are multiplied by its `scale` (B,).
    """
    seen, shaped = known[:, :, :1], known[:, :, 1:]
    alpha = target[:, :, 3:4] * 0.5 + 0.5
    weight = seen * (config.foreground_weight * alpha + config.background_weight)
    difference = predicted - target
    error = distance(difference if scale is None else difference * broadcast(scale, difference), config.robust_scale)
    colour = (error[:, :, :3] * weight).sum() / (3 * weight.sum().clamp_min(1))
    coverage = (error[:, :, 3:4] * seen).sum() / seen.sum().clamp_min(1)
    facing = shaped * alpha
    normal = (error[:, :, 4:] * facing).sum() / (3 * facing.sum().clamp_min(1))
    loss = colour + config.alpha_weight * coverage + config.normal_weight * normal
    return loss, {"colour": colour.detach(), "alpha": coverage.detach(), "normal": normal.detach()}


def distance(error: Tensor, scale: float) -> Tensor:
    """Per element: e², or with a scale c > 0 Charbonnier's √(e² + c²) − c (Barron 2019, α = 1)."""
    squared = error.square()
    return squared if scale == 0 else (squared + scale**2).sqrt() - scale
