"""How well the model rebuilds heads that it has not seen.

Model components, held-out heads -> mean and 95th percentile error in mm over the outside of the head, and over the face.
ICT: new draws of ICT-FaceKit's 100 identity coefficients; the error is the distance from every vertex of ICT's own mesh
(face: 0-9408; head: 0-11247) to the rebuilt template, so it contains the registration.
MakeHuman: people drawn with other seeds; the error is the distance between equal vertices.
"""

from dataclasses import dataclass

import numpy as np

from .ict import SKIN_VERTICES, Ict
from .ict_shapes import IctShapes
from .registration import align_rigid
from .rig import REGIONS
from .statistics import Components, project, rebuild
from .surface_points import find_nearest

FACE_REGIONS = (
    "forehead",
    "brow-left",
    "brow-right",
    "eye-left",
    "eye-right",
    "nose",
    "cheek-left",
    "cheek-right",
    "mouth",
    "chin",
    "jaw",
)
ICT_FACE_VERTICES = 9409
# Vertices of ICT's neutral head farther than this from the registered template have no counterpart there (shoulders, inside
# of lips and nostrils, folds of the ears) and are left out, m.
COVERED_M = 0.0015


@dataclass(frozen=True)
class Errors:
    mean_mm: float
    p95_mm: float


def summarise(distances: list[np.ndarray]) -> Errors:
    """Mean over heads; 95th percentile over all points."""
    pooled = np.concatenate(distances)
    return Errors(float(np.mean([d.mean() for d in distances])) * 1000, float(np.percentile(pooled, 95)) * 1000)


def evaluate_vertices(
    components: Components, heads: np.ndarray, regions: np.ndarray, weights: np.ndarray
) -> dict[str, Errors]:
    rebuilt = rebuild(components, project(components, heads, weights))
    distance = np.linalg.norm(rebuilt - heads, axis=2)
    face = np.isin(regions, [REGIONS.index(name) for name in FACE_REGIONS])
    outside = regions != REGIONS.index("inner")
    return {"face": summarise(list(distance[:, face])), "head": summarise(list(distance[:, outside]))}


def evaluate_ict(
    components: Components,
    ict: Ict,
    shapes: IctShapes,
    coefficients: np.ndarray,
    triangles: np.ndarray,
    weights: np.ndarray,
) -> dict[str, Errors]:
    """`coefficients` (S, 100): the people; `triangles`: the template's outside skin."""
    covered = find_nearest(ict.neutral[:SKIN_VERTICES], shapes.mean, triangles)[2] < COVERED_M
    in_face = covered & (np.arange(SKIN_VERTICES) < ICT_FACE_VERTICES)
    face, head = [], []
    for person in coefficients:
        on_template = shapes.mean + np.tensordot(person, shapes.modes, 1)
        turn, shift = align_rigid(on_template, components.mean, weights)
        fitted = rebuild(components, project(components, (on_template @ turn.T + shift)[None], weights))[0]
        scan = ict.neutral[:SKIN_VERTICES] + np.tensordot(person, ict.identity[:, :SKIN_VERTICES], 1)
        distance = find_nearest(scan @ turn.T + shift, fitted, triangles)[2]
        face.append(distance[in_face])
        head.append(distance[covered])
    return {"face": summarise(face), "head": summarise(head)}
