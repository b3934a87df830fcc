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
            parameters: list[Tensor] = [p for p in group["params"] if p.grad is not None]
            for same in by_matrix_shape(parameters):
                self.step_together(same, group["lr"], group["momentum"], group["weight_decay"])
        return loss

    def step_together(self, parameters: list[Tensor], rate: float, memory: float, weight_decay: float) -> None:
        """One step of parameters whose matrices have the same shape: one product instead of many small ones keeps a GPU busy."""
        for parameter in parameters:
            self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
        momenta: list[Tensor] = [self.state[parameter]["momentum"] for parameter in parameters]
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        torch._foreach_lerp_(momenta, gradients, 1 - memory)
        ahead = torch._foreach_lerp(gradients, momenta, memory)
        matrices = torch.stack([matrix.flatten(1) for matrix in ahead])
        size = 0.2 * max(matrices.shape[1:]) ** 0.5
        steps = [step.reshape(parameter.shape) for step, parameter in zip(orthogonalised(matrices), parameters)]
        torch._foreach_mul_(parameters, 1 - rate * weight_decay)
        torch._foreach_add_(parameters, steps, alpha=-rate * size)


def by_matrix_shape(parameters: Iterable[Tensor]) -> list[list[Tensor]]:
    groups: dict[tuple[int, int], list[Tensor]] = {}
    for parameter in parameters:
        groups.setdefault((parameter.shape[0], parameter[0].numel()), []).append(parameter)
    return list(groups.values())


def orthogonalised(matrices: Tensor) -> Tensor:
    """(…, N, M) → (…, N, M): U Vᵀ of each singular value decomposition, to within the 30 % that the iteration leaves on singular values."""
    a, b, c = NEWTON_SCHULZ
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = (matrices.mT if tall else matrices).bfloat16().reshape(-1, *sorted(matrices.shape[-2:]))
    x = x / x.norm(dim=(-2, -1), keepdim=True).clamp_min(1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return (x.mT if tall else x).reshape(matrices.shape).to(matrices.dtype)
