"""Geometry and the sparse branch against oracles."""

import math
import re
from pathlib import Path

import torch

from gen3d import geometry
from gen3d.submanifold import DownConv, SubmanifoldConv, voxelise

RIG_TS = Path(__file__).resolve().parents[3] / "src-main/camera/view-rig.ts"


def test_the_rig_is_the_studios() -> None:
    text = RIG_TS.read_text()
    assert float(re.search(r"RIG_RADIUS_M = ([\d.]+)", text)[1]) == geometry.RIG_RADIUS_M
    assert float(re.search(r"RIG_EXTENT_M = ([\d.]+)", text)[1]) == geometry.RIG_EXTENT_M
    assert [geometry.rig_elevation_deg(i, 16) for i in range(5)] == [0, 20, 0, -15, 0]


def test_projection_of_known_points() -> None:
    poses, intrinsics, _ = geometry.rig(16)
    corners = torch.tensor([[0.0, 0, 0], [0.11, 0, 0], [0, 0.11, 0]])
    uv = geometry.project(corners, poses[0], intrinsics[0])
    torch.testing.assert_close(uv[0], torch.zeros(2), atol=1e-6, rtol=0)
    assert uv[1, 0] > 0.49 and abs(uv[1, 1]) < 1e-6, "the subject's left is right in the front view"
    assert uv[2, 1] < -0.49, "up is up"
    left = geometry.project(torch.tensor([[0.0, 0, 0.11]]), poses[4], intrinsics[4])
    assert left[0, 0] < -0.4, "from the subject's left the nose points to the left of the image"


def test_frustum_points_project_back_to_their_pixels() -> None:
    poses, intrinsics, _ = geometry.rig(5)
    points = geometry.frustum_points(poses, intrinsics, 4, 3, 0.22)
    uv = geometry.project(points, poses, intrinsics).reshape(5, 3, 4, 4, 2)
    centres = (torch.arange(4) + 0.5) / 4 * 2 - 1
    torch.testing.assert_close(uv[..., 0], centres.expand(5, 3, 4, 4), atol=1e-5, rtol=0)
    torch.testing.assert_close(uv[..., 1], centres[:, None].expand(5, 3, 4, 4), atol=1e-5, rtol=0)
    depth = (points @ poses[:, :3, :3].transpose(1, 2) + poses[:, None, :3, 3])[..., 2].reshape(5, 3, -1)
    assert (depth.mean(-1) + geometry.RIG_RADIUS_M + torch.tensor([-1, 0, 1]) * 0.22 * 2 / 3).abs().max() < 1e-5


def test_the_grid_is_x_fastest_and_centred() -> None:
    points = geometry.grid_points(4, 1.0)
    assert points[1, 0] - points[0, 0] == 0.5 and points[4, 1] - points[0, 1] == 0.5
    assert points.mean(0).abs().max() < 1e-6


def test_voxels_hold_means_and_drop_what_is_outside() -> None:
    points = torch.tensor([[[-0.9, 0.1, 0.1], [-0.8, 0.2, 0.2], [5.0, 0, 0]]])
    volume, mask = voxelise(points, torch.tensor([[[1.0], [3.0], [100.0]]]), 2, 1.0)
    assert volume[0, 0, 1, 1, 0] == 2 and mask.sum() == 1 and volume.sum() == 2


def sparse_oracle(conv: torch.nn.Conv3d, volume: torch.Tensor, active_in: set, active_out: set, stride: int) -> dict:
    """Rule by rule: every active output gathers its active inputs."""
    out = {}
    for z, y, x in active_out:
        total = conv.bias.clone()
        for dz in range(3):
            for dy in range(3):
                for dx in range(3):
                    site = (z * stride + dz - 1, y * stride + dy - 1, x * stride + dx - 1)
                    if site in active_in:
                        total = total + conv.weight[:, :, dz, dy, dx] @ volume[0, :, site[0], site[1], site[2]]
        out[(z, y, x)] = torch.nn.functional.silu(total)
    return out


def test_masked_dense_convolution_is_the_sparse_one() -> None:
    torch.manual_seed(0)
    size = 6
    mask = (torch.rand(1, 1, size, size, size) < 0.15).float()
    volume = torch.randn(1, 3, size, size, size) * mask
    active = {tuple(i) for i in mask[0, 0].nonzero().tolist()}
    same = SubmanifoldConv(3, 4)
    check(same(volume, mask), sparse_oracle(same.conv, volume, active, active, 1))

    down = DownConv(3, 5)
    halved, halved_mask = down(volume, mask)
    reached = {
        (z, y, x)
        for z in range(3) for y in range(3) for x in range(3)
        if any((z * 2 + a - 1, y * 2 + b - 1, x * 2 + c - 1) in active for a in range(3) for b in range(3) for c in range(3))
    }
    assert {tuple(i) for i in halved_mask[0, 0].nonzero().tolist()} == reached
    check(halved, sparse_oracle(down.conv, volume, active, reached, 2))


def check(dense: torch.Tensor, oracle: dict) -> None:
    expected = torch.zeros_like(dense)
    for (z, y, x), value in oracle.items():
        expected[0, :, z, y, x] = value
    torch.testing.assert_close(dense, expected, rtol=1e-4, atol=1e-5)


def test_view_features_know_the_turn_from_the_input() -> None:
    angles = torch.tensor([[math.pi / 2, 0.1]])
    features = geometry.view_features(angles, torch.tensor([[math.pi / 2, 0.0]]))
    assert features.shape == (1, geometry.VIEW_FEATURES)
    torch.testing.assert_close(features[0, 6:], torch.tensor([1.0, 0.0, 0.1, 0.1]), atol=1e-6, rtol=0)
