"""The heads in a device's memory are those of the folder; the same mirroring and gains; the deepened network."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gen3d import device_pool
from gen3d.conditions import widen
from gen3d.deepen import deepen
from gen3d.device_pool import DevicePool
from gen3d.diffusion import Schedule
from gen3d.model import MultiViewUNet
from gen3d.prediction import clean_latents
from gen3d.shards import ShardFolder, gain_colours, mirrored
from gen3d.train import train
from test_networks import awake
from tiny_data import tiny, write_shards

FIELDS = ("photo", "targets", "conditions", "poses", "intrinsics", "angles", "input_angles", "vertices", "known")


def test_batches_are_those_of_the_folder(data: Path) -> None:
    pool, folder = DevicePool([data], "cpu", follow=False), ShardFolder(data)
    assert len(pool) == len(folder)
    views = tiny().model.views
    ours, theirs = (shards.batch([0, 7], views, np.random.default_rng(0), augment=False) for shards in (pool, folder))
    for name in FIELDS:
        torch.testing.assert_close(getattr(ours, name), getattr(theirs, name))


def test_augmentation_is_that_of_the_folder(data: Path) -> None:
    pool, folder = DevicePool([data], "cpu", follow=False), ShardFolder(data)
    views = tiny().model.views
    batch = pool.batch([2, 5], views, np.random.default_rng(0), augment=False)
    gain = torch.tensor([[0.9, 1.1, 1.0], [1.05, 0.87, 1.13]])
    device_pool.mirror(batch, torch.tensor([False, True]))
    device_pool.gain_colours(batch, gain)
    for index, head in enumerate((2, 5)):
        row = folder.row(head, views, np.random.default_rng(0), augment=False)
        row = mirrored(row) if index == 1 else row
        gain_colours(row, gain[index])
        for name, value in zip(FIELDS, row, strict=True):
            torch.testing.assert_close(getattr(batch, name)[index], value)


def test_shards_that_come_later_join_and_kept_out_ones_do_not(tmp_path: Path) -> None:
    write_shards(tmp_path, shards=2)
    pool = DevicePool([tmp_path], "cpu", kept_out=[f"{tmp_path.name}/shard-00000.bin.gz"], follow=False)
    assert len(pool) == 4
    write_shards(tmp_path, shards=3)
    pool.add_new()
    assert len(pool) == 8
    assert max(max(pool.order(0, position, 16)) for position in range(8)) == 7


def test_a_shard_is_taken_once_packed_or_not(tmp_path: Path) -> None:
    write_shards(tmp_path, shards=1)
    packed = next(tmp_path.glob("*.gz"))
    pool = DevicePool([tmp_path], "cpu", follow=False)
    packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    pool.add_new()
    packed.unlink()
    assert len(pool) == len(DevicePool([tmp_path], "cpu", follow=False)) == 4


def test_several_folders_are_one(data: Path, tmp_path: Path) -> None:
    write_shards(tmp_path, shards=1, seed=9)
    pool, folder = DevicePool([data, tmp_path], "cpu", follow=False), ShardFolder([data, tmp_path])
    assert len(pool) == len(folder) == 16
    photos = [{shards.batch([head], 1, np.random.default_rng(0), augment=False).photo.sum().item() for head in range(16)} for shards in (pool, folder)]
    assert photos[0] == photos[1] and len(photos[0]) == 16


def test_nothing_to_learn_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="npm run synth"):
        DevicePool([tmp_path], "cpu", follow=False)


def test_training_takes_the_pool_and_ends_at_its_time(data: Path, tmp_path: Path) -> None:
    config = tiny()
    config = replace(config, train=replace(config.train, iterations=100_000, warmup=1))
    pool = DevicePool([data], "cpu", follow=False)
    state = train(config, data, tmp_path, minutes=0.02, anneal=True, shards=pool)
    assert 0 < state.iteration < 100_000
    assert state.optimisers[0].param_groups[0]["lr"] < 0.5 * state.optimisers[0].param_groups[0]["peak"]


def test_a_step_keeps_to_its_device() -> None:
    """Tensors of torch's `meta` device refuse to meet those of the CPU, as a GPU's do."""
    config = tiny()
    model, schedule = MultiViewUNet(config.model).to("meta"), Schedule(config.diffusion)
    size, grid, latents = config.model.image_size, config.model.grid_size, config.model.latent_channels
    for joint in (False, True):
        heads, views = 2, config.model.views

        def empty(*shape: int) -> torch.Tensor:
            return torch.empty(shape, device="meta")

        stored = torch.empty((heads, views + 1, size, size, config.model.condition_channels), dtype=torch.uint8, device="meta")
        conditions, clean, time = widen(stored), empty(heads, views, latents, grid, grid), empty(heads)
        noisy = schedule.noised(clean, torch.randn_like(clean), time)
        output = model(
            schedule.shown(noisy, time), conditions, empty(heads, 4, size, size), empty(heads, latents, grid, grid), time * 1000,
            empty(heads, views, 4, 4), empty(heads, views, 4), empty(heads, views, 2), empty(heads, 2), empty(heads, 50, 3), joint=joint,
        )
        assert clean_latents(config, schedule, output, noisy, time, conditions).device.type == "meta"


def test_a_deepened_network_computes_the_same(data: Path) -> None:
    config = tiny().model
    shallow = replace(config, unet=replace(config.unet, res_blocks=1))
    deep = replace(config, unet=replace(config.unet, res_blocks=2))
    old = awake(MultiViewUNet(shallow))
    new = deepen(old.state_dict(), deep).eval()
    batch = ShardFolder(data).batch([1], config.views, np.random.default_rng(0), augment=False)
    latents = torch.randn(1, config.views, config.latent_channels, config.grid_size, config.grid_size)
    photo_latent = torch.randn(1, config.latent_channels, config.grid_size, config.grid_size)
    for joint in (False, True):
        with torch.no_grad():
            a, b = (
                model(latents, batch.conditions, batch.photo, photo_latent, torch.tensor([500.0]), batch.poses, batch.intrinsics,
                      batch.angles, batch.input_angles, batch.vertices, joint=joint)
                for model in (old.eval(), new)
            )
        assert a.abs().max() > 0.1
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)
    with pytest.raises(ValueError, match="two"):
        deepen(old.state_dict(), shallow)
