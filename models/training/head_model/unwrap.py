"""Unfolds one island of quads with little stretch and a given density.

Flat start (P, 2) without folds, positions (P, 3) m, quads (Q, 4), density (P,) = wanted texture length per metre, relative
-> uvs (P, 2) in metres times density, without folds.

Minimises the symmetric Dirichlet energy sum_t A_t (|J|^2 + |J^-1|^2) (Smith, Schaefer 2015) of the map from each triangle,
scaled by its density, to the plane. It is infinite for a folded triangle, so a start without folds stays without. Steps
are gradients preconditioned by the graph Laplacian, with backtracking. Both diagonals of every quad count, which keeps the
result as symmetric as the mesh. Holes (mouth, eyes) are filled with light triangles: without
them the lips slid over each other. MakeHuman's own layout, the start, spends 7 % of the island on eyes, nose and mouth.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import SuperLU, splu

ROUNDS = 400
# Weight of the triangles that fill holes, beside 1 for skin, and their wanted side, in roots of a mean triangle's area.
# Slivers that keep their shape blocked every step; equilateral ones hold the holes a little open.
HOLE_WEIGHT = 0.02
HOLE_SIDE = 1.0
DIAGONALS = ((0, 1, 2), (0, 2, 3), (0, 1, 3), (1, 2, 3))


def unwrap(
    start: np.ndarray, positions: np.ndarray, quads: np.ndarray, density: np.ndarray, partner: np.ndarray | None = None
) -> np.ndarray:
    """`partner` (P,): the mirrored point of every point; the start's axis of symmetry is then vertical."""
    triangles = np.concatenate([quads[:, list(corners)] for corners in DIAGONALS])
    scale = density[triangles].mean(1)
    inverse, area = flat_inverse(positions[triangles] * scale[:, None, None])
    ratio = np.sqrt(area.sum() / triangle_areas(start[triangles]).sum())
    sign = np.sign(signed(start[triangles]).sum())
    uvs = start * ratio * [1, sign]
    filling = fill_holes(uvs, quads)
    triangles = np.concatenate([triangles, filling])
    if signed(uvs[triangles]).min() <= 0:
        raise ValueError("the start is folded")
    side = HOLE_SIDE * np.sqrt(area.mean())
    corner = np.array([[0, 0, 0], [side, 0, 0], [side / 2, side * np.sqrt(0.75), 0]])
    hole_inverse, hole_area = flat_inverse(np.broadcast_to(corner, (len(filling), 3, 3)))
    inverse, area = np.concatenate([inverse, hole_inverse]), np.concatenate([area, HOLE_WEIGHT * hole_area])
    count = len(uvs)
    rows = np.concatenate([triangles[:, k] for k in range(3)] * 2)
    columns = np.concatenate([triangles[:, (k + shift) % 3] for shift in (1, 2) for k in range(3)])
    graph = sp.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, count)).tocsr()
    laplacian = sp.diags(np.asarray(graph.sum(1)).ravel()) - graph
    factor = splu((laplacian / area.mean() * area.sum() / len(area) + 1e-6 * sp.identity(count)).tocsc())
    uvs = minimise(uvs, triangles, inverse, area, factor)
    if partner is not None:
        # Only the triangles in the holes know left from right; their trace is averaged away.
        mirrored = uvs[partner] * [-1, 1]
        symmetric = (uvs + mirrored + (uvs - mirrored).mean(0)) / 2
        if np.isfinite(
            measure(symmetric, triangles[: 4 * len(quads)], inverse[: 4 * len(quads)], area[: 4 * len(quads)])[0]
        ):
            uvs = symmetric
    return uvs * [1, sign]


def minimise(
    uvs: np.ndarray, triangles: np.ndarray, inverse: np.ndarray, area: np.ndarray, factor: SuperLU
) -> np.ndarray:
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
                return uvs
        uvs, energy, gradient = trial, value, trial_gradient
        step *= 2.0
    return uvs


def fill_holes(uvs: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """(F, 3) triangles over the holes, oriented as the mesh. The longest boundary is the outline, not a hole."""
    pairs = np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2)
    keys, reverse = pairs[:, 0] * len(uvs) + pairs[:, 1], pairs[:, 1] * len(uvs) + pairs[:, 0]
    following = {int(b): int(a) for a, b in pairs[~np.isin(keys, reverse)]}
    loops = []
    while following:
        first, following_vertex = following.popitem()
        loop = [first]
        while following_vertex != first:
            loop.append(following_vertex)
            following_vertex = following.pop(following_vertex)
        loops.append(loop)
    loops.sort(key=lambda loop: -np.ptp(uvs[loop], axis=0).sum())
    return np.array([triangle for loop in loops[1:] for triangle in clip_ears(loop, uvs)], dtype=np.int64).reshape(
        -1, 3
    )


def clip_ears(loop: list[int], uvs: np.ndarray) -> list[tuple[int, int, int]]:
    """Triangulates a simple counter-clockwise polygon; of the ears that are free the roundest goes first."""
    loop, triangles = list(loop), []
    while len(loop) > 3:
        points = uvs[loop]
        best, best_roundness = -1, -np.inf
        for k in range(len(loop)):
            a, b, c = points[k - 1], points[k], points[(k + 1) % len(loop)]
            area = float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
            roundness = area / max(((b - a) ** 2).sum(), ((c - b) ** 2).sum(), ((a - c) ** 2).sum())
            if area <= 0 or roundness <= best_roundness:
                continue
            others = np.delete(points, [k - 1, k, (k + 1) % len(loop)], axis=0)
            if not inside_triangle(others, a, b, c).any():
                best, best_roundness = k, roundness
        if best < 0:
            raise ValueError("a hole of the start crosses itself")
        triangles.append((loop[best - 1], loop[best], loop[(best + 1) % len(loop)]))
        del loop[best]
    return [*triangles, (loop[0], loop[1], loop[2])]


def inside_triangle(points: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    side = lambda p, q: (q[0] - p[0]) * (points[:, 1] - p[1]) - (q[1] - p[1]) * (points[:, 0] - p[0])
    return (side(a, b) >= 0) & (side(b, c) >= 0) & (side(c, a) >= 0)


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
    slope = (
        2 * jacobian * (1 + 1 / determinant**2)[:, None, None] - (2 * square / determinant**3)[:, None, None] * cofactor
    )
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
