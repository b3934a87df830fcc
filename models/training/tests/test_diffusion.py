"""Schedules, prediction forms and DDIM."""

import pytest
import torch

from gen3d.config import DiffusionConfig
from gen3d.diffusion import Schedule


@pytest.mark.parametrize("schedule", ["cosine", "scaled-linear"])
def test_signal_and_noise_have_unit_power(schedule: str) -> None:
    s = Schedule(DiffusionConfig(schedule=schedule))
    signal, level = s.levels(torch.linspace(0, s.last, 20))
    torch.testing.assert_close(signal**2 + level**2, torch.ones(20))
    assert (signal.diff() < 0).all()


def test_scaled_linear_ends_where_stable_diffusion_ends() -> None:
    s = Schedule(DiffusionConfig(schedule="scaled-linear"))
    assert s.levels(torch.tensor([0.999]))[0].item() ** 2 == pytest.approx(0.00466, abs=2e-4)


@pytest.mark.parametrize("prediction", ["x0", "v", "epsilon"])
def test_every_prediction_form_gives_back_the_clean_image(prediction: str) -> None:
    s = Schedule(DiffusionConfig(prediction=prediction))
    torch.manual_seed(0)
    clean, noise = torch.randn(2, 4, 3, 8, 8)
    time = torch.tensor([0.1, 0.4, 0.7, 0.9])
    noisy = s.noised(clean, noise, time)
    signal, level = (t[:, None, None, None] for t in s.levels(time))
    output = {"x0": clean, "v": signal * noise - level * clean, "epsilon": noise}[prediction]
    torch.testing.assert_close(s.to_clean(output, noisy, time), clean, rtol=1e-3, atol=1e-3)


def test_with_epsilon_prediction_errors_of_the_clean_image_are_made_those_of_the_noise() -> None:
    s = Schedule(DiffusionConfig(prediction="epsilon"))
    torch.manual_seed(0)
    clean, noise, answer = torch.randn(3, 4, 3, 8, 8)
    time = torch.tensor([0.1, 0.4, 0.7, 0.9])
    noisy = s.noised(clean, noise, time)
    assert torch.equal(s.shown(noisy, time), noisy)
    scale = s.error_scale(time)
    assert scale is not None
    error = (s.to_clean(answer, noisy, time) - clean) * scale[:, None, None, None]
    torch.testing.assert_close(error.abs(), (answer - noise).abs(), rtol=1e-3, atol=1e-3)
    assert Schedule(DiffusionConfig(prediction="v")).error_scale(time) is None


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_ddim_with_a_perfect_denoiser_arrives(eta: float) -> None:
    s = Schedule(DiffusionConfig())
    torch.manual_seed(0)
    clean = torch.randn(1, 3, 8, 8)
    x = torch.randn(1, 3, 8, 8)
    times = s.times(10)
    for a, b in zip(times[:-1], times[1:]):
        x = s.step(clean, x, a, b, eta, torch.randn_like(x))
    assert torch.equal(x, clean)


def test_ddim_keeps_the_noise_level_of_its_time() -> None:
    """Against samples of the forward process: a step from pure noise must have the variance of its target time."""
    s = Schedule(DiffusionConfig())
    torch.manual_seed(0)
    clean = torch.zeros(1, 1, 256, 256)
    for eta in (0.0, 1.0):
        x = s.step(clean, s.levels(torch.tensor([0.9]))[1] * torch.randn_like(clean), 0.9, 0.5, eta, torch.randn_like(clean))
        assert x.std().item() == pytest.approx(s.levels(torch.tensor([0.5]))[1].item(), rel=0.02)


def test_drawn_times_favour_high_noise() -> None:
    generator = torch.Generator().manual_seed(0)
    biased = Schedule(DiffusionConfig(high_noise_bias=2)).draw(4000, generator).mean()
    even = Schedule(DiffusionConfig(high_noise_bias=1)).draw(4000, generator).mean()
    assert even == pytest.approx(0.4975, abs=0.02) and biased == pytest.approx(0.995 * 2 / 3, abs=0.02)
