"""Muon against PyTorch's own on matrices, and convolutions as matrices."""

import pytest
import torch

from gen3d.muon import Muon, orthogonalised


@pytest.mark.parametrize("shape", [(6, 40), (40, 6), (16, 16)])
def test_steps_on_matrices_are_pytorchs(shape: tuple[int, int]) -> None:
    torch.manual_seed(1)
    ours, theirs = (torch.nn.Parameter(start.clone()) for start in [torch.randn(shape)] * 2)
    optimisers = [
        Muon([ours], lr=0.01, weight_decay=0.1),
        torch.optim.Muon([theirs], lr=0.01, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
    ]
    for _ in range(5):
        gradient = torch.randn(shape)
        for parameter, optimiser in zip((ours, theirs), optimisers):
            parameter.grad = gradient.clone()
            optimiser.step()
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_a_convolution_is_stepped_as_the_matrix_of_its_rows() -> None:
    torch.manual_seed(2)
    kernel = torch.nn.Parameter(torch.randn(8, 5, 3, 3).contiguous(memory_format=torch.channels_last))
    matrix = torch.nn.Parameter(kernel.detach().flatten(1).clone())
    gradient = torch.randn(8, 5, 3, 3)
    kernel.grad, matrix.grad = gradient.clone(), gradient.flatten(1).clone()
    for parameter in (kernel, matrix):
        Muon([parameter], lr=0.1).step()
    assert torch.equal(kernel.detach().flatten(1), matrix.detach())


def test_matrices_of_one_shape_are_stepped_together_as_each_alone() -> None:
    torch.manual_seed(4)
    start, gradients = torch.randn(3, 8, 20), torch.randn(3, 8, 20)
    together, alone = ([torch.nn.Parameter(matrix.clone()) for matrix in start] for _ in range(2))
    for parameters in (together, alone):
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient.clone()
    Muon(together, lr=0.1).step()
    for parameter in alone:
        Muon([parameter], lr=0.1).step()
    for one, other in zip(together, alone):
        assert torch.allclose(one, other, atol=1e-6)


def test_singular_values_come_near_one() -> None:
    torch.manual_seed(3)
    values = torch.linalg.svdvals(orthogonalised(torch.randn(24, 100)))
    assert values.min() > 0.6 and values.max() < 1.35
