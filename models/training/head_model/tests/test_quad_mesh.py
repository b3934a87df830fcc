"""Splitting and collapsing chords on a torus of quads, whose counts are known."""

import numpy as np

from head_model import quad_mesh


def torus(rows: int = 8, columns: int = 12) -> tuple[np.ndarray, np.ndarray]:
    index = np.arange(rows * columns).reshape(rows, columns)
    right, down = np.roll(index, -1, 1), np.roll(index, -1, 0)
    quads = np.stack([index, right, np.roll(right, -1, 0), down], -1).reshape(-1, 4)
    a, b = np.meshgrid(np.arange(rows) / rows * 2 * np.pi, np.arange(columns) / columns * 2 * np.pi, indexing="ij")
    ring = 2 + np.cos(a)
    return np.stack([ring * np.cos(b), ring * np.sin(b), np.sin(a)], -1).reshape(-1, 3), quads


def test_chords_of_a_torus_are_its_rows_and_columns():
    _, quads = torus()
    found = quad_mesh.find_edges(quads)
    sizes = np.bincount(quad_mesh.find_chords(found))
    assert sorted(sizes) == [8] * 12 + [12] * 8


def test_splitting_one_chord_inserts_one_loop_and_keeps_old_vertices():
    positions, quads = torus()
    found = quad_mesh.find_edges(quads)
    chords = quad_mesh.find_chords(found)
    split = chords == chords[0]
    result = quad_mesh.split_edges(quads, quads, split, found, (len(positions), len(positions)))
    refined = result.vertex_matrix @ positions
    assert len(refined) == len(positions) + split.sum()
    assert len(result.quads) == len(quads) + split.sum()
    assert np.array_equal(refined[: len(positions)], positions)
    assert len(quad_mesh.boundary_edges(result.quads)) == 0
    assert np.allclose(result.vertex_matrix.sum(1), 1)


def test_split_vertices_lie_nearer_to_the_circle_than_edge_middles():
    positions, quads = torus()
    found = quad_mesh.find_edges(quads)
    everything = np.ones(len(found.edges), dtype=bool)
    result = quad_mesh.split_edges(quads, quads, everything, found, (len(positions), len(positions)))
    assert len(result.quads) == 4 * len(quads)
    refined = result.vertex_matrix @ positions

    def off_torus(points: np.ndarray) -> np.ndarray:
        return np.abs(np.hypot(np.hypot(points[:, 0], points[:, 1]) - 2, points[:, 2]) - 1)

    middles = positions[found.edges].mean(1)
    assert off_torus(refined).max() < 0.3 * off_torus(middles).max()


def test_normals_point_outwards():
    positions, quads = torus()
    normals = quad_mesh.vertex_normals(positions, quads)
    ring = positions * [1, 1, 0] / np.linalg.norm(positions[:, :2], axis=1, keepdims=True) * 2
    outward = positions - ring
    agreement = (normals * outward).sum(1)
    assert (np.abs(agreement) > 0.9).all() and (np.sign(agreement) == np.sign(agreement[0])).all()
