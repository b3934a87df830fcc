"""ICT-FaceKit's statistics on the template's vertices.

Registered template skin + ICT modes -> mean (N, 3) and modes (100, N, 3) m of all template vertices, head frame.
The registration is made once, on the neutral head: after it every template vertex is a fixed barycentric point of ICT's
mesh, so each mode carries over linearly and a coefficient means the same person in both.
Parts that ICT shapes otherwise (mouth bag, sockets, teeth, tongue) follow: skin by the smoothest continuation, teeth and
tongue with the lips (shift and size), eyeballs with ICT's eyeballs.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from . import quad_mesh
from .ict import CONTOUR_COUNT, EYEBALLS, MEDIAPIPE_OF_IBUG, Ict
from .landmarks import Embedding
from .mouth_bag import hold_bag
from .registration import Registered, Spreader, align_similarity, register_skin
from .rig import REGIONS
from .surface_points import evaluate
from .template import GROUPS, Template

# The jaw line's 17 landmarks are not the same points in both schemes.
CONTOUR_WEIGHT = 0.02
FOLLOWERS = ("teeth-upper", "teeth-lower", "tongue")


class Carrier:
    """Carries displacement fields of ICT's mesh (26719, 3) to the template's skin (S, 3). Linear.

    The depth of the sockets moves with the eyeballs: continued from the lids alone, the pockets came through the cheeks.
    """

    def __init__(self, ict: Ict, registered: Registered, known: np.ndarray, parts: "SkinParts"):
        self.known = known
        self.corners = ict.triangles[np.maximum(registered.triangle, 0)]
        self.weights = registered.weights
        self.sockets = parts.deep_sockets
        self.balls = {
            part: (first, last, *ball_of(ict.neutral[first:last])) for part, (first, last) in EYEBALLS.items()
        }
        self.neutral = ict.neutral
        fixed = known.copy()
        fixed[np.concatenate(list(self.sockets.values()))] = True
        self.spread = Spreader(parts.quads, fixed)
        self.positions: np.ndarray | None = None

    def place(
        self, start: np.ndarray, registered: np.ndarray, rest_balls: dict[str, tuple[np.ndarray, float]]
    ) -> np.ndarray:
        """The mean skin (S, 3): registered where known, sockets around ICT's eyeballs, smooth between."""
        moved = registered - start
        for part, rows in self.sockets.items():
            _, _, centre, radius = self.balls[part]
            rest_centre, rest_radius = rest_balls[part]
            moved[rows] = centre + (start[rows] - rest_centre) * (radius / rest_radius) - start[rows]
        self.positions = start + self.spread(moved)
        return self.positions

    def ball_motion(self, field: np.ndarray, part: str) -> tuple[np.ndarray, float]:
        """Shift (3,) and relative growth of an eyeball."""
        first, last, centre, radius = self.balls[part]
        arm = self.neutral[first:last] - centre
        moved = field[first:last].astype(np.float64)
        outward = arm / np.linalg.norm(arm, axis=1, keepdims=True)
        return moved.mean(0), float(((moved - moved.mean(0)) * outward).sum(1).mean() / radius)

    def skin(self, field: np.ndarray) -> np.ndarray:
        values = evaluate(field, self.corners, self.weights)
        for part, rows in self.sockets.items():
            shift, growth = self.ball_motion(field, part)
            values[rows] = shift + growth * (self.positions[rows] - self.balls[part][2])
        return self.spread(values)


@dataclass(frozen=True)
class IctShapes:
    mean: np.ndarray
    modes: np.ndarray
    carrier: Carrier
    # Scale from the template's rest head to ICT's neutral head, by inner-face landmarks.
    scale: float


# Edges that registration lengthens or shortens by more than this factor stretch over something the target lacks.
MAX_STRETCH = 2.2
SOCKET_RINGS = 3


@dataclass(frozen=True)
class SkinParts:
    quads: np.ndarray
    matched: np.ndarray
    lid_margin: np.ndarray
    # Vertices of each socket at least SOCKET_RINGS rings behind the lid margin.
    deep_sockets: dict[str, np.ndarray]


def skin_parts(template: Template, rest: np.ndarray) -> SkinParts:
    count = template.ranges["skin"][1]
    in_skin = (template.quads < count).all(1)
    quads = template.quads[in_skin]
    sockets = template.sockets[in_skin]
    mouth = template.quad_groups[in_skin] == GROUPS.index("mouth")
    marks = np.zeros((3, count), dtype=bool)
    for row, mask in enumerate((~sockets & ~mouth, sockets, mouth)):
        marks[row, quads[mask].ravel()] = True
    outside, socket, bag = marks
    margin = outside & socket
    near = quad_mesh.smooth_values(quads, margin.astype(float), SOCKET_RINGS) > 0
    deep = socket & ~near
    side = rest[:count, 0] > 0
    return SkinParts(
        quads,
        outside & ~bag,
        np.flatnonzero(margin),
        {"eye-left": np.flatnonzero(deep & side), "eye-right": np.flatnonzero(deep & ~side)},
    )


def carry_over(ict: Ict, template: Template, rest: np.ndarray, regions: np.ndarray, embedding: Embedding) -> IctShapes:
    count = template.ranges["skin"][1]
    parts = skin_parts(template, rest)
    pairs = np.array(MEDIAPIPE_OF_IBUG)
    landmark_matrix = sp.coo_matrix(
        (embedding.weights[pairs].ravel(), (np.repeat(np.arange(68), 3), embedding.vertices[pairs].ravel())),
        shape=(68, count),
    ).tocsr()
    goals = ict.neutral[ict.landmarks]
    weights = np.ones(68)
    weights[:CONTOUR_COUNT] = CONTOUR_WEIGHT
    inner = slice(CONTOUR_COUNT, None)
    scale, rotation, shift = align_similarity((landmark_matrix @ rest[:count])[inner], goals[inner])
    start = scale * rest @ rotation.T + shift
    registered = register_skin(
        start[:count],
        parts.quads,
        parts.matched,
        parts.lid_margin,
        ict.neutral,
        ict.triangles,
        landmark_matrix,
        goals,
        weights,
    )
    known = (registered.triangle >= 0) & ~distorted(start[:count], registered.positions, parts.quads)
    carrier = Carrier(ict, registered, known, parts)
    rest_balls = {part: ball_of(start[template.vertices_of(part)]) for part in EYEBALLS}
    skin = carrier.place(start[:count], registered.positions, rest_balls)
    skin_modes = np.stack([carrier.skin(mode) for mode in ict.identity])

    mean = start.copy()
    mean[:count] = skin
    modes = np.zeros((len(ict.identity), template.vertex_count, 3))
    modes[:, :count] = skin_modes
    lips = np.flatnonzero(regions[:count] == REGIONS.index("mouth"))
    for mode in range(len(modes)):
        with_teeth = follow(mean[lips], skin_modes[mode][lips], mean)
        modes[mode] = hold_bag(modes[mode], with_teeth, template)
    for part in FOLLOWERS:
        rows = template.vertices_of(part)
        mean[rows] += follow(start[lips], mean[lips] - start[lips], start[rows])
        for mode in range(len(modes)):
            modes[mode, rows] = follow(mean[lips], skin_modes[mode][lips], mean[rows])
    for part, (rest_centre, rest_radius) in rest_balls.items():
        rows = template.vertices_of(part)
        _, _, centre, radius = carrier.balls[part]
        mean[rows] = centre + (start[rows] - rest_centre) * (radius / rest_radius)
        for mode, field in enumerate(ict.identity):
            shift, growth = carrier.ball_motion(field, part)
            modes[mode, rows] = shift + growth * (mean[rows] - centre)
    return IctShapes(mean, modes, carrier, float(scale))


def distorted(before: np.ndarray, after: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """(N,) bool: ends of edges whose length changed beyond MAX_STRETCH, and their neighbours (inside of the nostrils)."""
    edges = quad_mesh.find_edges(quads).edges
    length = lambda positions: np.linalg.norm(positions[edges[:, 0]] - positions[edges[:, 1]], axis=1)
    ratio = length(after) / np.maximum(length(before), 1e-9)
    bad = (ratio > MAX_STRETCH) | (ratio < 1 / MAX_STRETCH)
    mask = np.zeros(len(before))
    mask[edges[bad].ravel()] = 1.0
    return quad_mesh.smooth_values(quads, mask, 1) > 0


def ball_of(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Centre and radius of an eyeball with a cornea: its widest circle and its back, where no cornea is."""
    low, high = points.min(0), points.max(0)
    radius = (high[0] - low[0]) / 2
    return np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2] + radius]), float(radius)


def follow(source: np.ndarray, displacement: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Displacement of `points` by the shift and change of size that fit `displacement` at `source` best. Linear in it."""
    centre = source.mean(0)
    arm = source - centre
    shift = displacement.mean(0)
    growth = (arm * (displacement - shift)).sum() / (arm * arm).sum()
    return shift + growth * (points - centre)


def mirror_modes(modes: np.ndarray, template: Template) -> np.ndarray:
    return modes[:, template.mirror] * np.array([-1.0, 1.0, 1.0])


def surface_triangles(template: Template) -> np.ndarray:
    """Triangles of the outside skin."""
    outside = (template.quad_groups == GROUPS.index("skin")) & ~template.sockets
    return quad_mesh.triangulate(template.quads[outside])
