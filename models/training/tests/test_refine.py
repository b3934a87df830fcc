"""Stage C: a critic that learns, a network that follows it, unknown pixels that count for neither."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from gen3d.device_pool import DevicePool
from gen3d.refine import CRITIC_ALONE, Critic, Refinement, balance, critic_loss, judged_loss, refine, shown
from gen3d.shards import ShardFolder
from gen3d.train import make_state, seeds
from gen3d.weights import read_weights, write_weights
from tiny_data import tiny


def test_the_critic_learns_to_tell_true_from_made() -> None:
    torch.manual_seed(0)
    critic = Critic(7)
    optimiser = torch.optim.AdamW(critic.parameters(), lr=3e-4)
    true = torch.randn(8, 7, 32, 32)
    made = nn.functional.avg_pool2d(true, 3, 1, 1)
    losses = []
    for _ in range(30):
        loss = critic_loss(critic(true)[-1], critic(made)[-1])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_unknown_pixels_are_zero_for_both() -> None:
    images = torch.rand(1, 2, 7, 8, 8) * 2 - 1
    known = torch.ones(1, 2, 2, 8, 8)
    known[0, 1, 0, :4] = 0
    known[0, 0, 1] = 0
    views = shown(images, known)
    assert views.shape == (2, 7, 8, 8)
    assert views[1, :4, :4].abs().max() == 0 and views[1, :4, 4:].abs().min() > 0
    assert views[0, 4:].abs().max() == 0 and views[1, 4:].abs().max() > 0


def test_the_weight_makes_gradients_equally_long() -> None:
    layer = nn.Conv2d(2, 2, 3)
    out = layer(torch.randn(1, 2, 8, 8))
    loss, judged = out.square().mean(), 50 * out.abs().mean()
    weight = balance(loss, judged, layer.weight, share=0.5)
    lengths = [torch.autograd.grad(part, layer.weight, retain_graph=True)[0].norm() for part in (loss, weight.detach() * judged)]
    torch.testing.assert_close(lengths[1], 0.5 * lengths[0])


def test_a_perfect_view_differs_in_no_feature() -> None:
    critic = Critic(7)
    views = torch.randn(2, 7, 32, 32)
    same, other = (judged_loss(critic(made), critic(views)) + critic(made)[-1].mean() for made in (views, views + 0.3))
    assert same.item() == pytest.approx(0, abs=1e-5) and other.item() > 0.01


@pytest.mark.parametrize("pool", [ShardFolder, lambda folder: DevicePool([folder], "cpu", follow=False)])
def test_the_network_stays_until_the_critic_has_learnt(data: Path, pool: type) -> None:
    config = tiny()
    state = make_state(config)
    before = [p.clone() for p in state.model.parameters()]
    refinement, shards = Refinement(config, state, "cpu", 1.0), pool(data)

    def run() -> bool:
        rng, generator = seeds(config, state.iteration, 1)
        parts = refinement.step(shards.batch([0, 1], 2, rng, augment=True, own=True), rng, generator)
        assert all(torch.isfinite(value) for value in parts.values())
        return any(not torch.equal(a, b) for a, b in zip(before, state.model.parameters()))

    state.iteration = CRITIC_ALONE - 1
    assert not run()
    assert run()


def test_it_ends_at_its_time_and_leaves_a_checkpoint(data: Path, tmp_path: Path) -> None:
    config = replace(tiny(), train=replace(tiny().train, heads_per_step=2))
    state = refine(config, ShardFolder(data), make_state(config), tmp_path, minutes=0.03)
    assert state.iteration > 0
    assert (tmp_path / "last.pt").exists()


def test_weights_are_brought_home_from_a_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tensor of torch's meta device refuses to become an array, as one of a GPU does, unless it is asked home first."""
    monkeypatch.setattr(torch.Tensor, "cpu", lambda self: torch.zeros(self.shape, dtype=self.dtype))
    write_weights(tmp_path / "w.bin", nn.Linear(2, 3, device="meta"))
    assert read_weights(tmp_path / "w.bin")["weight"].shape == (3, 2)
