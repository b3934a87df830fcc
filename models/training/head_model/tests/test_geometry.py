"""Eyeball, dental arch, nearest points, rasteriser, unwrapping: analytic cases and brute-force oracles."""

import numpy as np

from head_model import quad_mesh
from head_model.eyeball import LIMBUS_DEG, build_eyeball
from head_model.rasteriser import rasterise
from head_model.surface_points import find_nearest
from head_model.teeth import build_arch
from head_model.unwrap import stretch, unwrap

SEED = 7


def test_eyeball_is_closed_round_and_bulges_in_front():
    positions, quads, uvs, quad_uvs = build_eyeball()
    assert len(quad_mesh.boundary_edges(quads)) == 0
    radius = np.linalg.norm(positions, axis=1)
    polar = np.degrees(np.arccos(np.clip(positions[:, 2] / radius, -1, 1)))
    assert np.allclose(radius[polar > LIMBUS_DEG + 3], 1)
    assert 1.05 < radius.max() < 1.12 and polar[radius.argmax()] < 1
    assert (quad_mesh.vertex_normals(positions, quads) * positions).sum(1).min() > 0.8
    assert uvs.min() >= 0 and uvs.max() <= 1 and quad_uvs.max() == len(uvs) - 1


def test_arches_are_symmetric_strips_with_fourteen_crowns():
    for upper in (True, False):
        positions, quads, uvs = build_arch(upper)
        mirrored = positions * [-1, 1, 1]
        distance = np.linalg.norm(positions[:, None] - mirrored[None], axis=2).min(1)
        assert distance.max() < 1e-9
        assert 50 < np.ptp(positions[:, 0]) < 75
        outward = quad_mesh.vertex_normals(positions, quads)
        front = positions[:, 2].argmax()
        assert outward[front, 2] > 0
        assert uvs.min() == 0 and uvs.max() == 1


def test_nearest_point_agrees_with_dense_sampling():
    print("seed", SEED)
    rng = np.random.default_rng(SEED)
    positions = rng.normal(size=(12, 3))
    triangles = np.array([rng.choice(12, 3, replace=False) for _ in range(10)])
    points = rng.normal(size=(40, 3)) * 1.5
    _, _, distance = find_nearest(points, positions, triangles)
    grid = np.array([(a, b, 60 - a - b) for a in range(61) for b in range(61 - a)]) / 60
    samples = (positions[triangles][:, None] * grid[None, :, :, None]).sum(2).reshape(-1, 3)
    sampled = np.linalg.norm(points[:, None] - samples[None], axis=2).min(1)
    assert (distance <= sampled + 1e-12).all()
    assert np.abs(distance - sampled).max() < 0.03


def test_rasteriser_shows_the_nearer_triangle_with_exact_weights():
    points = np.array([[0, 0, 2], [40, 0, 2], [0, 40, 2], [0, 0, 1], [20, 0, 1], [0, 20, 1.0]])
    index, weights = rasterise(points, np.array([[0, 1, 2], [3, 4, 5]]), 40)
    assert index[2, 2] == 1 and index[15, 15] == 0 and index[39, 39] == -1
    assert np.allclose(weights[15, 15], [1 - 2 * 15.5 / 40, 15.5 / 40, 15.5 / 40], atol=1e-6)


def test_unwrapping_a_half_cylinder_leaves_no_stretch():
    rows, columns = 8, 10
    index = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], -1).reshape(-1, 4)
    height, angle = np.meshgrid(np.linspace(0, 2, rows), np.linspace(0, np.pi, columns), indexing="ij")
    positions = np.stack([np.cos(angle), np.sin(angle), height], -1).reshape(-1, 3)
    start = np.stack([angle * 0.4, height + 0.2 * angle**2], -1).reshape(-1, 2)
    uvs = unwrap(start, positions, quads, np.ones(len(positions)))
    assert stretch(start, positions, quads).max() > 2
    assert stretch(uvs, positions, quads).max() < 1.02
