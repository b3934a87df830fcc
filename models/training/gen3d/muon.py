"""Muon (Jordan et al. 2024): momentum, brought to the nearest orthogonal matrix before it is taken as a step.

A convolution's weights (out, in, k, k) are one matrix of out rows. The step is scaled by 0.2 · √max(rows, columns), so that its
root mean square is AdamW's and the same rates serve (Liu et al. 2025, "Muon is scalable for LLM training", eq. 4); on matrices
this is `torch.optim.Muon(adjust_lr_fn="match_rms_adamw")`, which takes nothing but matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
"""Coefficients of the quintic whose iteration brings all singular values to about 1."""
ITERATIONS = 5


class Muon(torch.optim.Optimizer):
    """Parameters of two and more dimensions; Nesterov momentum, decoupled weight decay."""

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, momentum: float = 0.95, weight_decay: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        loss = None if closure is None else closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                momentum: Tensor = state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                matrix = parameter.grad.lerp(momentum, group["momentum"]).flatten(1)
                size = 0.2 * max(matrix.shape) ** 0.5
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(orthogonalised(matrix).reshape(parameter.shape), alpha=-group["lr"] * size)
        return loss


def orthogonalised(matrix: Tensor) -> Tensor:
    """(N, M) → (N, M): U Vᵀ of its singular value decomposition, to within the 30 % that the iteration leaves on singular values."""
    a, b, c = NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.mT if tall else matrix).bfloat16()
    x = x / x.norm().clamp_min(1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.mT
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return (x.mT if tall else x).to(matrix.dtype)
