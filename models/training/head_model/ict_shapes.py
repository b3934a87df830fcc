"""ICT-FaceKit's statistics on the template's vertices.

Registered template skin + ICT modes -> mean (N, 3) and modes (100, N, 3) m of all template vertices, head frame.
The registration is made once, on the neutral head: after it every template vertex is a fixed barycentric point of ICT's
mesh, so each mode carries over linearly and a coefficient means the same person in both.
Parts that ICT shapes otherwise (mouth bag, sockets, teeth, tongue) follow: skin by the smoothest continuation, teeth and
tongue with the lips (shift and size), eyeballs with ICT's eyeballs, their radius kept in proportion to the lid margin.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from . import quad_mesh
from .ict import CONTOUR_COUNT, EYEBALLS, MEDIAPIPE_OF_IBUG, Ict
from .landmarks import Embedding
from .registration import Registered, Spreader, align_similarity, register_skin
from .rig import REGIONS
from .surface_points import evaluate
from .template import GROUPS, Template, fit_sphere

# The jaw line's 17 landmarks are not the same points in both schemes.
CONTOUR_WEIGHT = 0.02
FOLLOWERS = ("teeth-upper", "teeth-lower", "tongue")


@dataclass(frozen=True)
class IctShapes:
    mean: np.ndarray
    modes: np.ndarray
    registered: Registered
    # Scale from the template's rest head to ICT's neutral head, by inner-face landmarks.
    scale: float


@dataclass(frozen=True)
class SkinParts:
    quads: np.ndarray
    matched: np.ndarray
    lid_margin: np.ndarray


def skin_parts(template: Template) -> SkinParts:
    count = template.ranges["skin"][1]
    in_skin = (template.quads < count).all(1)
    quads = template.quads[in_skin]
    sockets = template.sockets[in_skin]
    mouth = template.quad_groups[in_skin] == GROUPS.index("mouth")
    marks = np.zeros((3, count), dtype=bool)
    for row, mask in enumerate((~sockets & ~mouth, sockets, mouth)):
        marks[row, quads[mask].ravel()] = True
    outside, socket, bag = marks
    return SkinParts(quads, outside & ~bag, np.flatnonzero(outside & socket))


def carry_over(ict: Ict, template: Template, rest: np.ndarray, regions: np.ndarray, embedding: Embedding) -> IctShapes:
    count = template.ranges["skin"][1]
    parts = skin_parts(template)
    pairs = np.array(MEDIAPIPE_OF_IBUG)
    landmark_matrix = sp.coo_matrix(
        (embedding.weights[pairs].ravel(), (np.repeat(np.arange(68), 3), embedding.vertices[pairs].ravel())), shape=(68, count)
    ).tocsr()
    goals = ict.neutral[ict.landmarks]
    weights = np.ones(68)
    weights[:CONTOUR_COUNT] = CONTOUR_WEIGHT
    inner = slice(CONTOUR_COUNT, None)
    scale, rotation, shift = align_similarity((landmark_matrix @ rest[:count])[inner], goals[inner])
    start = scale * rest @ rotation.T + shift
    registered = register_skin(
        start[:count], parts.quads, parts.matched, parts.lid_margin, ict.neutral, ict.triangles, landmark_matrix, goals, weights
    )
    known = registered.triangle >= 0
    corners = ict.triangles[np.maximum(registered.triangle, 0)]
    spread = Spreader(parts.quads, known)
    fields = [evaluate(mode, corners, registered.weights) for mode in ict.identity]
    skin_modes = np.stack([spread(field) for field in fields])

    mean = start.copy()
    mean[:count] = registered.positions
    modes = np.zeros((len(ict.identity), template.vertex_count, 3))
    modes[:, :count] = skin_modes
    lips = np.flatnonzero(regions[:count] == REGIONS.index("mouth"))
    for part in FOLLOWERS:
        rows = template.vertices_of(part)
        mean[rows] += follow(start[lips], registered.positions[lips] - start[lips], start[rows])
        for mode in range(len(modes)):
            modes[mode, rows] = follow(mean[lips], skin_modes[mode][lips], mean[rows])
    for part, (first, last) in EYEBALLS.items():
        rows = template.vertices_of(part)
        rest_centre, rest_radius = fit_sphere(start[rows])
        unit = (start[rows] - rest_centre) / rest_radius
        side = 1 if part == "eye-left" else -1
        margin = parts.lid_margin[np.sign(rest[parts.lid_margin, 0]) == side]
        ball = ict.neutral[first:last]
        centre, ball_radius = fit_sphere(ball)
        clearance = np.linalg.norm(start[margin] - rest_centre, axis=1).mean() / rest_radius
        radius = np.linalg.norm(mean[margin] - centre, axis=1).mean() / clearance
        mean[rows] = centre + radius * unit
        outward = (ball - centre) / np.linalg.norm(ball - centre, axis=1, keepdims=True)
        for mode, shape in enumerate(ict.identity):
            moved = shape[first:last]
            growth = ((moved - moved.mean(0)) * outward).sum(1).mean() / ball_radius
            modes[mode, rows] = moved.mean(0) + growth * radius * unit
    return IctShapes(mean, modes, registered, float(scale))


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
