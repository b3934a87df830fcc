"""Arms differ in what their names say; rows, curves and sheets are kept."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gen3d.conditions import CARRY_OVER, CONDITIONS, PRIOR
from gen3d.gate import ARMS, choose, jointly, run_gate
from gen3d.score import held_out
from gen3d.shards import ShardFolder
from gen3d.train import drop_conditions
from tiny_data import tiny, write_shards


def test_every_arm_leaves_a_row_a_curve_and_a_sheet(data: Path, tmp_path: Path) -> None:
    portraits = tmp_path / "portraits"
    portraits.mkdir()
    write_shards(portraits, shards=1, seed=8)
    (tmp_path / "held").mkdir()
    write_shards(tmp_path / "held", shards=1, heads=2, seed=9)
    held = list(held_out(ShardFolder(tmp_path / "held"), 2, tiny().model.views))
    heads = ShardFolder([data, portraits])
    rows = run_gate(tiny(), heads, {"portraits"}, held, tmp_path / "out", list(ARMS), 2)
    assert (tmp_path / "out/gate.json").read_text() == json.dumps(rows, indent=2)
    assert {name: row["heads"] for name, row in rows.items() if row["heads"] != 16} == {"synthetic-only": 12, "real-only": 4}
    for name, row in rows.items():
        assert all(np.isfinite(row[f"{key}@{steps}"]) for key in ("psnrUnseen", "maskIou") for steps in ARMS[name].sampling_steps), name
        assert (tmp_path / "out" / name / "log.csv").read_text().splitlines()[1].startswith("2,")
        assert (tmp_path / f"out/{name}.png").exists()
    assert len({row["psnr@1"] for row in rows.values()}) > 5


@pytest.mark.parametrize(("arm", "names"), [("no-billboard", ("billboard",)), ("no-mesh-prior", PRIOR), ("no-carry-over", CARRY_OVER)])
def test_a_network_without_a_condition_never_gets_it(data: Path, arm: str, names: tuple[str, ...]) -> None:
    config = ARMS[arm].change(tiny())
    config = replace(config, diffusion=replace(config.diffusion, condition_dropout=0.0), train=replace(config.train, fill_dropout=0.0))
    given = drop_conditions(config, ShardFolder(data).batch([0, 1], 2, np.random.default_rng(0), augment=False), np.random.default_rng(0))
    for name, part in CONDITIONS.items():
        assert torch.any(given[:, :, part] != 0) != (name in names), name


def test_joint_arms_see_as_many_views_a_step() -> None:
    config = tiny()
    config = replace(config, train=replace(config.train, heads_per_step=8, views_per_head=1))
    assert jointly(config).train.heads_per_step * jointly(config).train.views_per_head == 8


def test_no_portraits_for_the_arm_of_portraits_is_said(data: Path) -> None:
    with pytest.raises(ValueError, match="no heads of this kind"):
        choose(ShardFolder(data), ARMS["real-only"], {"portraits"})
