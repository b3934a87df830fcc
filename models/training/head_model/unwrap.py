"""Unfolds one island of quads with little stretch and a given density.

Flat start (P, 2) without folds, positions (P, 3) m, quads (Q, 4), density (P,) = wanted texture length per metre, relative
-> uvs (P, 2) in metres times density, without folds.

Minimises the symmetric Dirichlet energy sum_t A_t (|J|^2 + |J^-1|^2) (Smith, Schaefer 2015) of the map from each triangle,
scaled by its density, to the plane. It is infinite for a folded triangle, so a start without folds stays without. Steps
are gradients preconditioned by the graph Laplacian, with backtracking. Both diagonals of every quad count, which keeps the
result as symmetric as the mesh. MakeHuman's own layout, the start, spends 7 % of the island on eyes, nose and mouth.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

ROUNDS = 400
DIAGONALS = ((0, 1, 2), (0, 2, 3), (0, 1, 3), (1, 2, 3))


def unwrap(start: np.ndarray, positions: np.ndarray, quads: np.ndarray, density: np.ndarray) -> np.ndarray:
    triangles = np.concatenate([quads[:, list(corners)] for corners in DIAGONALS])
    scale = density[triangles].mean(1)
    inverse, area = flat_inverse(positions[triangles] * scale[:, None, None])
    uvs = start * np.sqrt(area.sum() / triangle_areas(start[triangles]).sum())
    if signed(uvs[triangles]).max() > 0 > signed(uvs[triangles]).min():
        raise ValueError("the start is folded")
    turned = signed(uvs[triangles]).max() < 0
    if turned:
        uvs = uvs * [1, -1]
    count = len(positions)
    rows = np.concatenate([triangles[:, k] for k in range(3)] * 2)
    columns = np.concatenate([triangles[:, (k + shift) % 3] for shift in (1, 2) for k in range(3)])
    graph = sp.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, count)).tocsr()
    laplacian = sp.diags(np.asarray(graph.sum(1)).ravel()) - graph
    factor = splu((laplacian / area.mean() * area.sum() / len(area) + 1e-6 * sp.identity(count)).tocsc())
    energy, gradient = measure(uvs, triangles, inverse, area)
    step = 1.0
    for _ in range(ROUNDS):
        direction = -factor.solve(gradient)
        direction -= direction.mean(0)
        slope = float((gradient * direction).sum())
        while True:
            trial = uvs + step * direction
            value, trial_gradient = measure(trial, triangles, inverse, area)
            if value < energy + 1e-4 * step * slope:
                break
            step *= 0.5
            if step < 1e-12:
                return uvs * [1, -1] if turned else uvs
        uvs, energy, gradient = trial, value, trial_gradient
        step *= 2.0
    return uvs * [1, -1] if turned else uvs


def flat_inverse(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Inverse edge matrices (T, 2, 2) of the triangles laid flat, and their areas."""
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    length = np.maximum(np.linalg.norm(a, axis=1), 1e-7)
    along = (a * b).sum(1) / length
    height = np.maximum(np.linalg.norm(np.cross(a, b), axis=1) / length, 1e-7)
    edges = np.zeros((len(corners), 2, 2))
    edges[:, 0, 0], edges[:, 0, 1], edges[:, 1, 1] = length, along, height
    return np.linalg.inv(edges), length * height / 2


def signed(corners: np.ndarray) -> np.ndarray:
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2


def triangle_areas(corners: np.ndarray) -> np.ndarray:
    return np.abs(signed(corners))


def measure(uvs: np.ndarray, triangles: np.ndarray, inverse: np.ndarray, area: np.ndarray) -> tuple[float, np.ndarray]:
    """Energy and its gradient (P, 2); infinite when a triangle is folded."""
    corners = uvs[triangles]
    edges = np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]], 2)
    jacobian = edges @ inverse
    determinant = jacobian[:, 0, 0] * jacobian[:, 1, 1] - jacobian[:, 0, 1] * jacobian[:, 1, 0]
    if determinant.min() <= 0:
        return np.inf, np.zeros_like(uvs)
    square = (jacobian**2).sum((1, 2))
    # |J^-1|^2 = |J|^2 / det^2 in two dimensions.
    energy = float((area * square * (1 + 1 / determinant**2)).sum())
    cofactor = np.stack(
        [np.stack([jacobian[:, 1, 1], -jacobian[:, 1, 0]], 1), np.stack([-jacobian[:, 0, 1], jacobian[:, 0, 0]], 1)], 1
    )
    slope = 2 * jacobian * (1 + 1 / determinant**2)[:, None, None] - (2 * square / determinant**3)[:, None, None] * cofactor
    edge_slope = (area[:, None, None] * slope) @ inverse.transpose(0, 2, 1)
    gradient = np.zeros_like(uvs)
    for axis in range(2):
        first, second = edge_slope[:, axis, 0], edge_slope[:, axis, 1]
        for corner, value in ((0, -first - second), (1, first), (2, second)):
            gradient[:, axis] += np.bincount(triangles[:, corner], value, len(uvs))
    return energy, gradient


def stretch(uvs: np.ndarray, positions: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """(Q,) ratio of the larger to the smaller singular value of the map surface -> texture; 1 = no distortion."""
    triangles = quads[:, :3]
    inverse, _ = flat_inverse(positions[triangles])
    corners = uvs[triangles]
    edges = np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]], 2)
    values = np.linalg.svd(edges @ inverse, compute_uv=False)
    return values[:, 0] / np.maximum(values[:, 1], 1e-12)
