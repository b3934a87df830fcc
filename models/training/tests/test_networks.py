"""Shapes, zero initialisation, independence of heads, and the full-size configuration on meta tensors."""

import pytest
import torch

from gen3d.autoencoder import KlAutoencoder, Unshuffle
from gen3d.config import Config, LatentConfig, build, load_config
from gen3d.geometry import rig
from gen3d.layers import DepthAttention, JointAttention
from gen3d.model import MultiViewUNet
from tiny_data import CONFIGS, tiny


def feeds(config: Config, heads: int, views: int) -> dict[str, torch.Tensor]:
    model = config.model
    poses, intrinsics, angles = rig(views)
    grid = model.grid_size
    side = model.image_size if model.latent.kind == "unshuffle" else grid
    torch.manual_seed(3)
    return {
        "latents": torch.randn(heads, views, model.latent_channels, grid, grid),
        "conditions": torch.randn(heads, views + 1, model.condition_channels, side, side),
        "photo": torch.randn(heads, model.input_channels, model.image_size, model.image_size),
        "photo_latent": torch.randn(heads, model.latent_channels, grid, grid),
        "time": torch.linspace(100, 900, heads),
        "poses": poses.expand(heads, -1, -1, -1),
        "intrinsics": intrinsics.expand(heads, -1, -1),
        "angles": angles.expand(heads, -1, -1),
        "input_angles": torch.zeros(heads, 2),
        "vertices": torch.rand(heads, 300, 3) * 0.2 - 0.1,
    }


def awake(model: torch.nn.Module) -> torch.nn.Module:
    """Zero-initialised outputs made random, so that every path has an effect."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.abs().max() == 0:
                parameter.normal_(0, 0.1)
    return model


def test_a_fresh_network_puts_out_nothing() -> None:
    config = tiny()
    assert MultiViewUNet(config.model)(**feeds(config, 2, 4)).abs().max() == 0


def test_heads_of_a_batch_do_not_mix() -> None:
    config = tiny()
    model = awake(MultiViewUNet(config.model)).eval()
    both = feeds(config, 2, 4)
    with torch.no_grad():
        together = model(**both)
        alone = model(**{name: value[1:] for name, value in both.items()})
    torch.testing.assert_close(together[1:], alone, rtol=1e-4, atol=1e-5)


def test_views_see_each_other_only_when_joint() -> None:
    config = tiny()
    model = awake(MultiViewUNet(config.model)).eval()
    a = feeds(config, 1, 4)
    b = {**a, "latents": a["latents"].clone()}
    b["latents"][:, 3] += 1
    with torch.no_grad():
        apart = (model(**a, joint=False) - model(**b, joint=False)).abs().amax((0, 2, 3, 4))
        joint = (model(**a) - model(**b)).abs().amax((0, 2, 3, 4))
    assert apart[:3].max() == 0 and apart[3] > 0
    assert joint.min() > 0


def test_the_vertices_of_m_matter_only_with_the_mesh_prior() -> None:
    for prior in (True, False):
        config = tiny()
        config = build(Config, {"model": {**vars_of(config), "mesh_prior": prior}}, "test")
        model = awake(MultiViewUNet(config.model)).eval()
        a = feeds(config, 1, 4)
        b = {**a, "vertices": a["vertices"] * 0.5}
        with torch.no_grad():
            differs = (model(**a) - model(**b)).abs().max() > 0
        assert bool(differs) == prior


def vars_of(config: Config) -> dict:
    from gen3d.config import to_dict

    return to_dict(config)["model"]


def test_a_zero_volume_has_no_effect() -> None:
    attention = awake(DepthAttention(16, 8))
    x = torch.randn(2, 16, 8, 8)
    assert torch.equal(attention(x, torch.zeros(2, 8, 4, 8, 8)), x)


def test_joint_attention_equals_the_formula() -> None:
    attention = awake(JointAttention(16, 8))
    x = torch.randn(2 * 3, 16, 4, 4)
    normed = attention.norm(x)
    query = attention.query(normed)
    key, value = attention.key_value(normed).chunk(2, 1)
    expected = torch.zeros_like(x)
    for batch in range(2):
        for head in range(2):
            part = slice(head * 8, head * 8 + 8)
            rows = slice(batch * 3, batch * 3 + 3)
            q, k, v = (t[rows, part].permute(0, 2, 3, 1).reshape(-1, 8) for t in (query, key, value))
            mixed = torch.softmax(q @ k.T / 8**0.5, 1) @ v
            expected[rows, part] = mixed.reshape(3, 4, 4, 8).permute(0, 3, 1, 2)
    torch.testing.assert_close(attention(x, 3), x + attention.out(expected), rtol=1e-4, atol=1e-5)


def test_the_full_size_configuration_has_the_inherited_shapes() -> None:
    config = load_config(CONFIGS / "paper.toml")
    with torch.device("meta"):
        model = MultiViewUNet(config.model)
        out = model(**feeds(config, 1, 16))
        codec = KlAutoencoder(config.model.latent, 3)
        latents = codec.encode(torch.zeros(1, 3, 256, 256))
        image = codec.decode(latents)
    assert out.shape == (1, 16, 4, 32, 32)
    assert latents.shape == (1, 4, 32, 32) and image.shape == (1, 3, 256, 256)
    assert model.first.in_channels == 8 + config.model.condition_channels
    assert model.volumes is not None and model.volumes.spatial.first.in_channels == 16 * 16
    assert model.volumes.hybrid.out_channels == 64


def test_unshuffle_is_lossless() -> None:
    images = torch.randn(2, 7, 16, 16)
    codec = Unshuffle(4)
    assert torch.equal(codec.decode(codec.encode(images)), images)


def test_the_autoencoder_learns_to_reconstruct() -> None:
    torch.manual_seed(0)
    codec = KlAutoencoder(LatentConfig("kl", factor=2, channels=4, width=16, multipliers=(1, 2)), 3)
    images = torch.rand(4, 3, 16, 16) * 2 - 1
    optimiser = torch.optim.Adam(codec.parameters(), 3e-3)
    losses = []
    for _ in range(40):
        optimiser.zero_grad()
        loss = codec.loss(images, torch.Generator().manual_seed(1))
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


def test_a_typo_in_a_configuration_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown keys wdith"):
        build(Config, {"model": {"unet": {"wdith": 3}}}, "test.toml")
