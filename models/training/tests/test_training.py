"""Shards, a short real training, resuming to the bit, two processes, export parity."""

import gzip
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor

from gen3d.autoencoder import make_codec
from gen3d.conditions import CONDITIONS, PRIOR, base_of, drop, widen
from gen3d.diffusion import Schedule
from gen3d.export import Denoiser, Encoder, example, export_pack, rounded_to_halves
from gen3d.losses import view_loss
from gen3d.model import MultiViewUNet
from gen3d.prediction import clean_latents
from gen3d.sample import sample_views
from gen3d.score import without
from gen3d.shards import ShardFolder, mirrored
from gen3d.train import drop_rows_after, load_checkpoint, load_weights, make_state, save_checkpoint, train, train_step
from gen3d.weights import write_weights
from head_model.array_file import decode_array_file, write_array_file
from test_networks import awake
from tiny_data import CONFIGS, tiny, write_shards

PACKAGE = Path(__file__).resolve().parent.parent


def test_every_head_is_dealt_once_an_epoch(data: Path) -> None:
    shards = ShardFolder(data, cached=2)
    epochs = [shards.order(1, e * len(shards), len(shards)) for e in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(12))
    assert epochs[0] != epochs[1]


def test_an_unpacked_shard_stands_for_its_packed_one(data: Path, tmp_path: Path) -> None:
    for file in data.glob("*.gz"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    first = sorted(tmp_path.glob("*.gz"))[0]
    first.with_suffix("").write_bytes(gzip.decompress(first.read_bytes()))
    packed, mixed = ShardFolder(data), ShardFolder(tmp_path)
    assert len(mixed) == len(packed)
    for head in range(len(packed)):
        rows = (shards.row(head, 2, np.random.default_rng(head), augment=True) for shards in (packed, mixed))
        for a, b in zip(*rows):
            assert torch.equal(a, b)


def test_mirroring_twice_changes_nothing(data: Path) -> None:
    row = ShardFolder(data).row(3, 4, np.random.default_rng(0), augment=False)
    for once, twice in zip(row, mirrored(mirrored([t.clone() for t in row]))):
        torch.testing.assert_close(once, twice)


def test_what_is_not_known_is_left_out_of_the_loss(data: Path) -> None:
    batch = ShardFolder(data).batch([0, 5], tiny().model.views, np.random.default_rng(3), augment=False)
    assert torch.equal(batch.known, torch.ones_like(batch.known))
    known = batch.known.clone()
    known[0, :, 0, :4] = 0
    known[1, :, 1] = 0
    guess = torch.zeros_like(batch.targets)
    elsewhere = guess.clone()
    elsewhere[0, :, :4, :4] = 0.7
    elsewhere[1, :, 4:] = -0.7
    loss, parts = view_loss(tiny().train, guess, batch.targets, known)
    assert torch.equal(view_loss(tiny().train, elsewhere, batch.targets, known)[0], loss)
    assert not torch.equal(view_loss(tiny().train, elsewhere, batch.targets, batch.known)[0], loss)
    nothing, _ = view_loss(tiny().train, guess, batch.targets, torch.zeros_like(known))
    assert nothing.item() == 0 and parts["normal"] > 0


def test_known_bits_are_colour_and_coverage_then_normal(tmp_path: Path) -> None:
    write_shards(tmp_path, shards=1)
    file = tmp_path / "shard-00000.bin.gz"
    value = decode_array_file(gzip.decompress(file.read_bytes()))
    heads, views, size = value["targets"].shape[:3]
    value["known"] = np.full((heads, views, size, size), 1, np.uint8)
    value["known"][:, :, 0, 0] = 2
    write_array_file(tmp_path / "plain.bin", value)
    file.write_bytes(gzip.compress((tmp_path / "plain.bin").read_bytes(), 1))
    row = ShardFolder(tmp_path).row(0, views, np.random.default_rng(3), augment=False)
    assert row[-1][:, 0].sum() == views * (size * size - 1) and row[-1][:, 1].sum() == views
    assert torch.equal(mirrored(row)[-1][:, 1, 0, -1], torch.ones(views))


def test_mirrored_cameras_see_mirrored_points(data: Path) -> None:
    from gen3d.geometry import project

    row = ShardFolder(data).row(0, 4, np.random.default_rng(0), augment=False)
    other = mirrored([t.clone() for t in row])
    a = project(row[7][None], row[3], row[4])
    b = project(other[7][None], other[3], other[4])
    torch.testing.assert_close(a * torch.tensor([-1.0, 1.0]), b, rtol=1e-4, atol=1e-4)


def test_conditions_widen_to_their_ranges_and_can_be_dropped() -> None:
    stored = torch.full((1, 2, 4, 4, 22), 255, dtype=torch.uint8)
    wide = widen(stored)
    assert wide.max() == 1 and wide[:, :, CONDITIONS["mask"]].min() == 1
    assert widen(stored * 0)[:, :, CONDITIONS["mask"]].max() == 0
    assert base_of(wide).shape == (1, 2, 7, 4, 4)
    assert drop(wide, ("fill",), torch.tensor([True]))[:, :, CONDITIONS["fill"]].abs().max() == 0


def test_gates_keep_or_drop_the_baseline_channel_by_channel(data: Path) -> None:
    config = tiny()
    batch = ShardFolder(data).batch([0, 5], 2, np.random.default_rng(0), augment=False)
    codec, schedule, side = make_codec(config.model), Schedule(config.diffusion), config.model.grid_size
    latents, factor = config.model.latent_channels, config.model.latent.factor
    output = torch.zeros(2, 2, config.model.output_channels, side, side)
    base = base_of(batch.conditions)[:, :-1]

    def images(output: Tensor) -> Tensor:
        clean = clean_latents(config, schedule, output, output[:, :, :latents], torch.zeros(2), batch.conditions)
        return codec.decode(clean.flatten(0, 1)).reshape_as(base)

    assert (images(output) - base).abs().max() < 0.13
    for gate, channels in enumerate((slice(0, 3), slice(3, 4), slice(4, 7))):
        shut = output.clone()
        shut[:, :, latents + gate * factor**2 : latents + (gate + 1) * factor**2] = -20
        kept = images(output)
        kept[:, :, channels] = 0
        torch.testing.assert_close(images(shut), kept)


def test_an_ablation_takes_its_conditions_away_and_no_others(data: Path) -> None:
    batch = ShardFolder(data).batch([0, 5], 2, np.random.default_rng(0), augment=False)
    kept = without(batch, ["joint"]).conditions
    assert torch.equal(kept, batch.conditions)
    bare = without(batch, ["mesh-prior"]).conditions
    for name, channels in CONDITIONS.items():
        expected = torch.zeros_like(kept[:, :, channels]) if name in PRIOR else kept[:, :, channels]
        assert torch.equal(bare[:, :, channels], expected)


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_training_learns_and_resumes_to_the_bit(data: Path, tmp_path: Path, optimiser: str) -> None:
    config = tiny()
    whole = train(config, data, tmp_path / "whole")
    stopped = train_until(config, data, tmp_path / "parts", 9)
    assert stopped.iteration == 9
    resumed = train(config, data, tmp_path / "parts")
    for a, b in zip(whole.ema.state_dict().values(), resumed.ema.state_dict().values()):
        assert torch.equal(a, b)
    rows = (tmp_path / "whole" / "log.csv").read_text().splitlines()
    assert rows[0].startswith("iteration,seconds,loss") and len(rows) == 2


def test_training_goes_on_from_kept_weights(tmp_path: Path) -> None:
    model = awake(MultiViewUNet(tiny().model))
    write_weights(tmp_path / "kept.bin", model)
    state = make_state(tiny())
    load_weights(state, tmp_path / "kept.bin")
    for name, value in model.state_dict().items():
        for loaded in (state.model, state.ema):
            assert torch.equal(loaded.state_dict()[name], value.half().float())


def test_a_log_ends_where_the_checkpoint_does(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("iteration,seconds,loss\n20,1.0,0.5\n40,2.0,0.4\n60,3.0,0.3\n")
    drop_rows_after(log, 40)
    assert log.read_text().splitlines()[1:] == ["20,1.0,0.5", "40,2.0,0.4"]


def train_until(config, data: Path, out: Path, iterations: int):
    """Stops early as a killed run would, leaving a checkpoint of a run that is meant to be longer."""
    state = make_state(config)
    codec, schedule, shards = make_codec(config.model), Schedule(config.diffusion), ShardFolder(data)
    torch.set_num_threads(config.train.threads)
    for _ in range(iterations):
        train_step(config, state, state.model, codec, schedule, shards)
    out.mkdir()
    save_checkpoint(config, state, out / "last.pt")
    return state


def test_one_head_can_be_learned_by_heart(data: Path, tmp_path: Path) -> None:
    config = tiny()
    config = replace(
        config,
        train=replace(config.train, iterations=60, heads_per_step=1, views_per_head=4, learning_rate=3e-3, fill_dropout=0.0),
        diffusion=replace(config.diffusion, condition_dropout=0.0),
    )
    single = tmp_path / "single"
    single.mkdir()
    write_shards(single, shards=1, heads=1)
    train(config, single, tmp_path / "out")
    losses = [float(line.split(",")[2]) for line in (tmp_path / "out" / "log.csv").read_text().splitlines()[1:]]
    assert losses[-1] < 0.9 * losses[0]


def test_two_processes_train_together(data: Path, tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", "29611",
        "-m", "gen3d.train", str(CONFIGS / "tiny.toml"), "--data", str(data), "--out", str(tmp_path / "ddp"),
    ]
    done = subprocess.run(command, cwd=PACKAGE, capture_output=True, text=True, timeout=240, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    state = make_state(tiny())
    load_checkpoint(state, tmp_path / "ddp" / "last.pt")
    assert state.iteration == tiny().train.iterations
    alone = train(tiny(), data, tmp_path / "alone")
    same = all(torch.equal(a, b) for a, b in zip(state.ema.parameters(), alone.ema.parameters()))
    assert not same, "the second process must have brought heads of its own"


def test_the_exported_pack_computes_what_torch_computes(tmp_path: Path) -> None:
    config = tiny()
    model = awake(MultiViewUNet(config.model)).eval()
    rounded_to_halves(model)
    inputs = example(config)
    with torch.no_grad():
        code = Encoder(model)(inputs["photo"])
        style = model.style
        clean = Denoiser(config, model, joint=True)(**inputs)
        model.style = style
    pack = export_pack(config, model, tmp_path, "bald", {"credits": "test"})
    assert pack["files"]["denoiser.onnx"]["bytes"] == (tmp_path / "denoiser.onnx").stat().st_size
    run = lambda name, feed: onnxruntime.InferenceSession(tmp_path / name).run(None, feed)[0]  # noqa: E731
    close(run("encoder.onnx", {"photo": inputs["photo"].numpy()}), code)
    close(run("denoiser.onnx", {name: value.numpy() for name, value in inputs.items()}), clean)


def close(got: np.ndarray, expected: torch.Tensor) -> None:
    error = np.abs(got - expected.numpy()).max() / expected.abs().max().item()
    assert error < 1e-3, f"relative error {error:.2e}"


def test_sampling_is_deterministic_and_in_range(data: Path) -> None:
    config = tiny()
    model = awake(MultiViewUNet(config.model)).eval()
    batch = ShardFolder(data).batch([0], 4, np.random.default_rng(0), augment=False)
    codec = make_codec(config.model)
    a, b, c = (sample_views(config, model, codec, batch, 3, seed, joint=True) for seed in (1, 1, 2))
    assert torch.equal(a, b) and not torch.equal(a, c)
    assert a.abs().max() <= 1
