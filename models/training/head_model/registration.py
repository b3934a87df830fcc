"""Non-rigid registration of the template's skin to another head surface.

Template skin (N, 3), target triangles, landmark pairs -> deformed skin (N, 3) and, for every vertex, the target triangle
and barycentric weights that it lies on (or nothing, where the target has no counterpart).

Energy over the displacement d of all skin vertices (after Amberg, Romdhani, Vetter 2007, with displacements instead of
affine maps, so that one factorisation a step solves all three axes):
  sum_i w_i |x_i + d_i - t_i|^2  +  stiffness |L d|^2  +  landmark_weight sum_k |B_k (x + d) - l_k|^2
L is the uniform graph Laplacian; t_i the nearest target point with a compatible normal. The stiffness falls step by step.
Mouth bag and sockets have w = 0 and follow smoothly. Lid margins are matched to the target's eye holes by loop, because the
nearest surface point lets an upper lid slip over the edge.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu
from scipy.spatial import cKDTree

from . import quad_mesh
from .surface_points import evaluate, find_nearest

# Laplacian weights of the steps, relative to data weights of 1; halved in effect about 12 times.
STIFFNESS = (3000.0, 1000.0, 400.0, 150.0, 60.0, 25.0, 12.0, 6.0, 3.0, 1.5, 0.8, 0.5, 0.4, 0.4)
LANDMARK_WEIGHT = 30.0
# Points farther than this from the target have no counterpart there, m.
REACH_M = 0.012
MIN_NORMAL_AGREEMENT = 0.5


@dataclass(frozen=True)
class Registered:
    positions: np.ndarray
    # (N,) -1 where nothing was matched.
    triangle: np.ndarray
    weights: np.ndarray
    distance: np.ndarray


def align_similarity(source: np.ndarray, target: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Scale, rotation, translation with least squares `scale * source @ rotation.T + translation = target` (Umeyama 1991)."""
    a, b = source - source.mean(0), target - target.mean(0)
    u, s, vt = np.linalg.svd(b.T @ a)
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ sign @ vt
    scale = np.trace(np.diag(s) @ sign) / (a * a).sum()
    return scale, rotation, target.mean(0) - scale * rotation @ source.mean(0)


def align_rigid(source: np.ndarray, target: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rotation and translation with weighted least squares `source @ rotation.T + translation = target`."""
    share = weights[:, None] / weights.sum()
    a_mean, b_mean = (source * share).sum(0), (target * share).sum(0)
    u, _, vt = np.linalg.svd(((target - b_mean) * share).T @ (source - a_mean))
    rotation = u @ np.diag([1, 1, np.sign(np.linalg.det(u @ vt))]) @ vt
    return rotation, b_mean - rotation @ a_mean


def register_skin(
    start: np.ndarray,
    quads: np.ndarray,
    matched: np.ndarray,
    loops: np.ndarray,
    target: np.ndarray,
    triangles: np.ndarray,
    landmark_matrix: sp.csr_matrix,
    landmark_targets: np.ndarray,
    landmark_weights: np.ndarray,
) -> Registered:
    """`matched` (N,) bool: vertices that seek the target; `loops`: vertices of the eye openings."""
    count = len(start)
    adjacency = quad_mesh.vertex_adjacency(quads, count)
    degree = np.asarray(adjacency.sum(1)).ravel()
    laplacian = sp.identity(count) - sp.diags(1 / degree) @ adjacency
    smooth = (laplacian.T @ laplacian).tocsc()
    padded = np.column_stack([triangles, triangles[:, 2]])
    target_normals = quad_mesh.vertex_normals(target, padded)
    holes = eye_holes(target, triangles)
    hole_tree = cKDTree(holes)
    pull = landmark_matrix.T @ sp.diags(landmark_weights * LANDMARK_WEIGHT)
    displacement = np.zeros_like(start)
    system = (STIFFNESS[0] * 30 * smooth + pull @ landmark_matrix + 1e-6 * sp.identity(count)).tocsc()
    displacement = splu(system).solve(pull @ (landmark_targets - landmark_matrix @ start))
    for step, stiffness in enumerate(STIFFNESS):
        current = start + displacement
        triangle, weights, distance = find_nearest(current, target, triangles)
        goal = evaluate(target, triangles[triangle], weights)
        goal_normal = evaluate(target_normals, triangles[triangle], weights)
        normals = quad_mesh.vertex_normals(current, quads)
        agree = (normals * goal_normal).sum(1) > MIN_NORMAL_AGREEMENT
        weight = np.where(matched & agree & (distance < REACH_M), 1.0, 0.0)
        hole_distance, near = hole_tree.query(current[loops])
        goal[loops], weight[loops] = holes[near], np.where(hole_distance < REACH_M, 2.0, 0.0)
        # Landmarks lead the way and then give way to the surface.
        fade = 0.6**step
        system = (
            sp.diags(weight) + stiffness * smooth + fade * (pull @ landmark_matrix) + 1e-6 * sp.identity(count)
        ).tocsc()
        right = weight[:, None] * (goal - start) + fade * (pull @ (landmark_targets - landmark_matrix @ start))
        displacement = splu(system).solve(right)
    current = start + displacement
    triangle, weights, distance = find_nearest(current, target, triangles)
    goal_normal = evaluate(target_normals, triangles[triangle], weights)
    normals = quad_mesh.vertex_normals(current, quads)
    found = matched & (distance < REACH_M / 3) & ((normals * goal_normal).sum(1) > MIN_NORMAL_AGREEMENT)
    return Registered(current, np.where(found, triangle, -1), weights, distance)


def eye_holes(target: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Points of the boundary loops around the eyes, densely sampled along their edges."""
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), 1)
    edges, uses = np.unique(pairs, axis=0, return_counts=True)
    rim = edges[uses == 1]
    graph = sp.coo_matrix((np.ones(len(rim)), (rim[:, 0], rim[:, 1])), shape=(len(target), len(target)))
    label = sp.csgraph.connected_components(graph, directed=False)[1]
    points = []
    for loop in np.unique(label[rim[:, 0]]):
        chosen = rim[label[rim[:, 0]] == loop]
        centre = target[chosen].mean((0, 1))
        if 0.015 < abs(centre[0]) < 0.05 and centre[1] > 0 and np.ptp(target[chosen][..., 0]) < 0.05:
            for t in np.linspace(0, 1, 5)[:-1]:
                points.append(target[chosen[:, 0]] * (1 - t) + target[chosen[:, 1]] * t)
    return np.concatenate(points)


class Spreader:
    """Fills fields (N, C) where `known` is false with the smoothest continuation; factorised once for many fields."""

    def __init__(self, quads: np.ndarray, known: np.ndarray):
        count = len(known)
        adjacency = quad_mesh.vertex_adjacency(quads, count)
        degree = np.maximum(np.asarray(adjacency.sum(1)).ravel(), 1)
        laplacian = sp.identity(count) - sp.diags(1 / degree) @ adjacency
        # Bending with a little stretching: pure bending extrapolates the neck's slope too far.
        smooth = (laplacian.T @ laplacian + 0.02 * laplacian).tocsr()
        self.known = known
        self.factor = splu(smooth[~known][:, ~known].tocsc())
        self.coupling = smooth[~known][:, known]

    def __call__(self, values: np.ndarray) -> np.ndarray:
        filled = values.astype(np.float64).copy()
        filled[~self.known] = self.factor.solve(-(self.coupling @ filled[self.known]))
        return filled
