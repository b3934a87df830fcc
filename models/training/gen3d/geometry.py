"""Cameras, the regular grid V and the view frustums, as sampling coordinates.

Frames as in the studio: head frame +X subject's left, +Y up, +Z out of the face, metres; camera frame +X right, +Y up,
looks along −Z; pixel centres at +0.5, rows grow downwards. A camera is `pose` (4, 4) = cameraFromHead (row-major here:
`pose @ [x, y, z, 1]`) and `intrinsics` (4,) = fx, fy, cx, cy as fractions of the image side, so that they fit any grid.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

RIG_RADIUS_M = 1.6
"""As src-main/camera/view-rig.ts; test_geometry.py holds the two together."""
RIG_EXTENT_M = 0.44


def rig_elevation_deg(index: int, count: int) -> float:
    """The studio's rig: 0°, +20°, 0°, −15° from the front outwards, mirror-symmetric."""
    from_front = min(index, count - index)
    if from_front % 2 == 0:
        return 0.0
    return 20.0 if from_front % 4 == 1 else -15.0


def rig(count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Poses (V, 4, 4), intrinsics (V, 4) and angles (V, 2: azimuth, elevation in radians) of the studio's view rig."""
    poses, angles = [], []
    for index in range(count):
        azimuth = 2 * math.pi * index / count
        elevation = math.radians(rig_elevation_deg(index, count))
        poses.append(look_at(azimuth, elevation, RIG_RADIUS_M))
        angles.append([azimuth, elevation])
    focal = RIG_RADIUS_M / RIG_EXTENT_M
    intrinsics = torch.tensor([focal, focal, 0.5, 0.5]).repeat(count, 1)
    return torch.stack(poses), intrinsics, torch.tensor(angles)


def look_at(azimuth: float, elevation: float, radius_m: float) -> Tensor:
    """cameraFromHead (4, 4) of a camera that looks at the head's origin, +Y up."""
    back = torch.tensor(
        [math.sin(azimuth) * math.cos(elevation), math.sin(elevation), math.cos(azimuth) * math.cos(elevation)]
    )
    right = torch.linalg.cross(torch.tensor([0.0, 1.0, 0.0]), back)
    right = right / right.norm()
    up = torch.linalg.cross(back, right)
    pose = torch.eye(4)
    pose[:3, :3] = torch.stack([right, up, back])
    pose[:3, 3] = -pose[:3, :3] @ (back * radius_m)
    return pose


def project(points: Tensor, poses: Tensor, intrinsics: Tensor) -> Tensor:
    """Head-frame points (..., P, 3), m, by cameras (..., 4, 4), (..., 4) → (..., P, 2) in [−1, 1] for grid_sample.

    (−1, −1) is the top-left corner of the image (align_corners = False).
    """
    camera = points @ poses[..., :3, :3].transpose(-1, -2) + poses[..., None, :3, 3]
    depth = (-camera[..., 2]).clamp_min(1e-3)
    u = intrinsics[..., None, 2] + intrinsics[..., None, 0] * camera[..., 0] / depth
    v = intrinsics[..., None, 3] - intrinsics[..., None, 1] * camera[..., 1] / depth
    return torch.stack([2 * u - 1, 2 * v - 1], -1)


def grid_points(size: int, half_extent_m: float) -> Tensor:
    """Centres of the regular grid V (paper section 3.2 b): (L·L·L, 3) m, head frame, x fastest."""
    steps = ((torch.arange(size, dtype=torch.float32) + 0.5) / size * 2 - 1) * half_extent_m
    z, y, x = torch.meshgrid(steps, steps, steps, indexing="ij")
    return torch.stack([x, y, z], -1).reshape(-1, 3)


def frustum_points(poses: Tensor, intrinsics: Tensor, size: int, depth: int, half_extent_m: float) -> Tensor:
    """Points along every view's rays: (..., D·h·w, 3) m, head frame, w fastest.

    Depth planes lie in [r − e, r + e] in front of the camera, r = distance of the head's origin, e = half extent.
    """
    rows = (torch.arange(size, dtype=torch.float32, device=poses.device) + 0.5) / size
    planes = ((torch.arange(depth, dtype=torch.float32, device=poses.device) + 0.5) / depth * 2 - 1) * half_extent_m
    d, v, u = torch.meshgrid(planes, rows, rows, indexing="ij")
    d, v, u = d.reshape(-1), v.reshape(-1), u.reshape(-1)
    distance = poses[..., :3, 3].norm(dim=-1)[..., None] + d
    x = (u - intrinsics[..., None, 2]) / intrinsics[..., None, 0] * distance
    y = -(v - intrinsics[..., None, 3]) / intrinsics[..., None, 1] * distance
    camera = torch.stack([x, y, -distance], -1)
    return (camera - poses[..., None, :3, 3]) @ poses[..., :3, :3]


def view_features(angles: Tensor, input_angles: Tensor) -> Tensor:
    """Camera angles (..., 2) and the input view's (..., 2), radians → (..., 10) features of the camera embedding."""
    azimuth, elevation = angles.unbind(-1)
    input_azimuth, input_elevation = input_angles.unbind(-1)
    delta = azimuth - input_azimuth
    return torch.stack(
        [
            azimuth.cos(),
            azimuth.sin(),
            (2 * azimuth).cos(),
            (2 * azimuth).sin(),
            (3 * azimuth).cos(),
            (3 * azimuth).sin(),
            delta.cos(),
            delta.sin(),
            elevation,
            elevation - input_elevation,
        ],
        -1,
    )


VIEW_FEATURES = 10
