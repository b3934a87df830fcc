"""Where MediaPipe's 478 landmarks lie on the template, found by looking.

Random textured heads in several poses are rendered, the detector finds its landmarks in the pictures, each landmark is
projected back on the mesh of that head, and the hits are averaged on the rest head, where all heads share one surface.
-> vertices (478, 3), weights (478, 3), residual (478,) m: root mean square distance of the hits from the landmark.

Hits on surfaces seen at a grazing angle are left out: at a turned head the contour landmarks follow the silhouette, not
the skin. The average is a geometric median
(Weiszfeld) of the hits around their densest place, because a few detections fail. The four points on each iris border
and its centre are set on limbus and apex of the eyeball; their hits only give the residual and which point is which.

The heads have closed mouths, where the inner contours of both lips are one line. Which lip a point belongs to is known, so
it is put on that lip: left to the nearest surface, the lower lip's inner contour lay on the upper lip and could not open.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from . import quad_mesh
from .detector import Detector
from .eyeball import APEX, GRID, LIMBUS_DEG, RING, RINGS_DEG
from .makehuman import Targets, sample_weights
from .rig import head_frame_origin
from .surface_points import closest_weights, find_nearest
from .template import GROUPS, METRES_PER_DECIMETRE, Template
from .textured_head import Wardrobe, project_px, render_head, view_rotation

SIZE_PX = 640
POSES_DEG = ((0, 0), (18, 4), (-18, -4), (0, 14), (0, -12), (36, 0), (-36, 0))
# Cosine of the widest angle between view and normal at which a hit counts.
MIN_FACING = 0.45
IRIS_CENTRES = {"eye-right": 468, "eye-left": 473}
# Hits gather around their densest place (Gaussian of this width); those farther off than three widths are failed detections
# or lie beyond a silhouette, as half of the hits of the jaw's contour do.
BANDWIDTH_M = 0.006
# A landmark that falls in a hole (open eye, lips) takes the nearest visible skin vertex within this distance, px.
HOLE_PX = 8.0

# MediaPipe's landmarks on the sagittal plane, from the top of the forehead to below the chin.
MIDLINE = (
    10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 164,
    0, 11, 12, 13, 14, 15, 16, 17, 18, 200, 199, 175, 152,
)  # fmt: skip
# Contours of the lips from the outer to the inner one, the subject's right corner to the left one, without the corners.
UPPER_LIP = (
    (185, 40, 39, 37, 0, 267, 269, 270, 409),
    (184, 74, 73, 72, 11, 302, 303, 304, 408),
    (183, 42, 41, 38, 12, 268, 271, 272, 407),
    (191, 80, 81, 82, 13, 312, 311, 310, 415),
)
LOWER_LIP = (
    (146, 91, 181, 84, 17, 314, 405, 321, 375),
    (77, 90, 180, 85, 16, 315, 404, 320, 307),
    (96, 89, 179, 86, 15, 316, 403, 319, 325),
    (95, 88, 178, 87, 14, 317, 402, 318, 324),
)
LIP_CORNERS = ((61, 291), (76, 306), (62, 292), (78, 308))
# Share of the chin's way that skin goes when the jaw opens, from which on it belongs to the lower lip: at the corners of
# the mouth the lips go a third of it.
LOWER_LIP_SHARE = 0.3


@dataclass(frozen=True)
class Embedding:
    vertices: np.ndarray
    weights: np.ndarray
    residual: np.ndarray
    hits: np.ndarray


@dataclass(frozen=True)
class Hits:
    """`points` of the 468 face landmarks on the rest head, m; `iris`: (H, 2) each, limbus radii from the apex."""

    points: list[np.ndarray]
    iris: list[np.ndarray]


def find_hits(
    template: Template,
    rest: np.ndarray,
    base: np.ndarray,
    targets: Targets,
    wardrobe: Wardrobe,
    detector: Detector,
    heads: int,
    seed: int,
) -> Hits:
    """`rest` (N, 3) m head frame; `base` (19158, 3) dm unmorphed."""
    rng = np.random.default_rng(seed)
    triangles = quad_mesh.triangulate(template.quads)
    visible_quad = (template.quad_groups == GROUPS.index("skin")) & ~template.sockets
    skin_triangle = np.concatenate([visible_quad] * 2)
    points: list[list[np.ndarray]] = [[] for _ in range(478)]
    iris: list[list[np.ndarray]] = [[] for _ in range(478)]
    for _ in range(heads):
        weights = sample_weights(targets.names, rng).astype(np.float32)
        morphed = base + np.tensordot(weights, targets.shapes, 1)
        posed = template.pose(morphed)
        origin = head_frame_origin(posed, template)
        head, base_head = posed - origin, morphed * METRES_PER_DECIMETRE - origin
        look = wardrobe.pick(rng)
        for yaw, pitch in POSES_DEG:
            rotation = view_rotation(yaw + rng.uniform(-4, 4), pitch + rng.uniform(-3, 3))
            image, index, _ = render_head(head, base_head, template, look, rotation, SIZE_PX)
            found = detector.find_landmarks(image)
            if found is None or found[1] < 0.9:
                continue
            collect_hits(found[0][:, :2], head, template, triangles, skin_triangle, rotation, index, rest, points)
            collect_iris(found[0][:, :2], head, template, rotation, iris)
    stack = lambda hits, width: [np.array(each).reshape(-1, width) for each in hits]
    return Hits(stack(points, 3), stack(iris, 2))


def collect_hits(landmarks_px, head, template, triangles, skin_triangle, rotation, index, rest, points) -> None:
    projected = project_px(head, rotation, SIZE_PX)
    pixel = np.clip(np.floor(landmarks_px).astype(int), 0, SIZE_PX - 1)
    hit = index[pixel[:, 1], pixel[:, 0]]
    good = (hit >= 0) & skin_triangle[np.maximum(hit, 0)]
    shown = np.unique(triangles[np.unique(index[index >= 0])][skin_triangle[np.unique(index[index >= 0])]])
    distance, nearest = cKDTree(projected[shown, :2]).query(landmarks_px)
    normals = quad_mesh.vertex_normals(head, template.quads) @ rotation.T
    for k in range(468):
        if good[k]:
            corners = triangles[hit[k]]
            flat = np.column_stack([projected[corners, :2], np.zeros(3)])[None]
            weights = closest_weights(np.array([[*landmarks_px[k], 0.0]]), flat)[0]
        elif distance[k] < HOLE_PX:
            corners, weights = np.full(3, shown[nearest[k]]), np.array([1.0, 0, 0])
        else:
            continue
        if weights @ normals[corners, 2] > MIN_FACING:
            points[k].append(weights @ rest[corners])


def collect_iris(landmarks_px, head, template, rotation, iris) -> None:
    """Iris landmarks as offsets from the projected apex of the eyeball, in limbus radii of that view."""
    for part, centre in IRIS_CENTRES.items():
        rows = limbus_rows(template, part)
        projected = project_px(head, rotation, SIZE_PX)
        ring = projected[rows, :2]
        radius = np.ptp(ring[:, 1]) / 2
        for k in range(centre, centre + 5):
            iris[k].append((landmarks_px[k] - ring.mean(0)) / radius * [1, -1])


def limbus_rows(template: Template, part: str) -> np.ndarray:
    ring = RINGS_DEG.index(LIMBUS_DEG)
    start = template.ranges[part][0] + (GRID + 1) ** 2 + (ring - 1) * RING
    return np.arange(start, start + RING)


def apex_row(template: Template, part: str) -> int:
    return template.ranges[part][0] + APEX


def embed_landmarks(found: Hits, rest: np.ndarray, jaw_open: np.ndarray, template: Template) -> Embedding:
    """`rest` and the way `jaw_open` of each vertex when the jaw opens: (N, 3) m, head frame."""
    points, iris = found.points, found.iris
    triangles = quad_mesh.triangulate(
        template.quads[(template.quad_groups == GROUPS.index("skin")) & ~template.sockets]
    )
    centres = np.zeros((468, 3))
    residual = np.zeros(478)
    hits = np.zeros(478, dtype=int)
    for k in range(468):
        cloud = points[k]
        if len(cloud) == 0:
            raise ValueError(f"landmark {k} was never seen: render more heads")
        cloud = keep_densest(cloud)
        centres[k] = geometric_median(cloud)
        residual[k] = np.sqrt(((cloud - centres[k]) ** 2).sum(1).mean())
        hits[k] = len(cloud)
    flip = np.array([-1.0, 1.0, 1.0])
    partner = mirror_partners(centres, flip)
    centres = (centres + centres[partner] * flip) / 2
    residual[:468] = (residual[:468] + residual[:468][partner]) / 2
    vertices = np.zeros((478, 3), dtype=np.int64)
    bary = np.zeros((478, 3))
    for rows, surface in split_by_lip(triangles, jaw_open):
        found, weights, _ = find_nearest(centres[rows], rest, surface)
        vertices[rows], bary[rows] = surface[found], weights
    for part, centre in IRIS_CENTRES.items():
        rows = limbus_rows(template, part)
        radius = np.ptp(rest[rows, 1]) / 2
        middle = rest[rows].mean(0)
        ring = (rest[rows] - middle)[:, :2] / radius
        for k in range(centre, centre + 5):
            seen = np.median(iris[k], axis=0)
            row = (
                apex_row(template, part)
                if k == centre
                else rows[np.argmin(((ring - seen / np.linalg.norm(seen)) ** 2).sum(1))]
            )
            target = np.zeros(2) if k == centre else ring[np.flatnonzero(rows == row)[0]]
            vertices[k], bary[k] = row, (1.0, 0.0, 0.0)
            residual[k] = np.sqrt(((iris[k] - target) ** 2).sum(1).mean()) * radius
            hits[k] = len(iris[k])
    return Embedding(vertices, bary, residual, hits)


def split_by_lip(triangles: np.ndarray, jaw_open: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Landmarks and the triangles that they may lie on: those of each lip, and the rest, corners of the mouth included."""
    way = np.linalg.norm(jaw_open, axis=1)[triangles].mean(1)
    is_lower = way > LOWER_LIP_SHARE * way.max()
    upper, lower = np.ravel(UPPER_LIP), np.ravel(LOWER_LIP)
    rest = np.setdiff1d(np.arange(468), np.concatenate([upper, lower]))
    return [(upper, triangles[~is_lower]), (lower, triangles[is_lower]), (rest, triangles)]


def mirror_partners(centres: np.ndarray, flip: np.ndarray) -> np.ndarray:
    """(K,) the landmark on the other side: known on the midline and the lips; else the assignment of mirrored points to
    points of least total distance.

    Nearest neighbours do not do: where contours meet, two landmarks of one side choose the same one of the other. Neither
    does the assignment on closed lips, where it paired points of the midline with their neighbours.
    """
    partner = np.full(len(centres), -1)
    partner[list(MIDLINE)] = MIDLINE
    for right, left in (*LIP_CORNERS, *((line, line[::-1]) for line in (*UPPER_LIP, *LOWER_LIP))):
        partner[np.array(right)], partner[np.array(left)] = left, right
    open_ = np.flatnonzero(partner < 0)
    cost = np.linalg.norm((centres[open_] * flip)[:, None] - centres[open_][None], axis=2)
    partner[open_] = open_[linear_sum_assignment(cost + cost.T)[1]]
    if not np.array_equal(partner[partner], np.arange(len(centres))):
        raise ValueError("the landmarks of the two sides cannot be paired")
    return partner


def keep_densest(cloud: np.ndarray) -> np.ndarray:
    distance = np.linalg.norm(cloud[:, None] - cloud[None], axis=2)
    density = np.exp(-0.5 * (distance / BANDWIDTH_M) ** 2).sum(1)
    return cloud[distance[density.argmax()] <= 3 * BANDWIDTH_M]


def geometric_median(cloud: np.ndarray, rounds: int = 30) -> np.ndarray:
    centre = np.median(cloud, axis=0)
    for _ in range(rounds):
        weight = 1 / np.maximum(np.linalg.norm(cloud - centre, axis=1), 1e-5)
        centre = (cloud * weight[:, None]).sum(0) / weight.sum()
    return centre
