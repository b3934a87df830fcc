"""The texture layout of the template: islands of the base mesh, eyes, teeth and tongue packed into one square.

Template uvs (MakeHuman's layout for skin, unit squares for the other parts) -> glTF uvs (T, 2), (0, 0) at the top left.
The face's island is unfolded anew (`unwrap`), eyes, nose and mouth at twice the density of the cheeks and three times that
of the scalp. Every island is placed by a similarity into its own box, so that no two overlap; mirrored halves keep their
own texels, because people are not symmetric.
"""

import numpy as np
from scipy.spatial import cKDTree

from . import quad_mesh
from .rig import REGIONS
from .template import GROUPS, Template
from .unwrap import unwrap

# Boxes (x, y, width, height) in the unit square, y down; 4/1024 of free space between boxes keeps 2 px apart at 512 px.
FACE_BOX = (0.004, 0.004, 0.992, 0.59)
NECK_BOX = (0.004, 0.600, 0.55, 0.21)
SMALL_BOXES = {
    "mouth": (0.004, 0.82, 0.25, 0.176),
    "socket-left": (0.26, 0.82, 0.14, 0.176),
    "socket-right": (0.41, 0.82, 0.14, 0.176),
    "eye-left": (0.575, 0.604, 0.18, 0.18),
    "eye-right": (0.785, 0.604, 0.18, 0.18),
    "teeth-upper": (0.565, 0.79, 0.43, 0.06),
    "teeth-lower": (0.565, 0.856, 0.43, 0.06),
    "tongue": (0.565, 0.922, 0.2, 0.074),
}

# Texture length per metre of skin, relative.
DENSITY = {
    "forehead": 1.3, "brow-left": 1.7, "brow-right": 1.7, "eye-left": 2.2, "eye-right": 2.2, "nose": 2.0,
    "cheek-left": 1.4, "cheek-right": 1.4, "mouth": 2.2, "chin": 1.5, "jaw": 1.2, "ear-left": 0.9, "ear-right": 0.9,
    "scalp": 0.75, "back": 0.7, "neck": 0.8, "inner": 1.0,
}  # fmt: skip
# Rounds of averaging that blur the steps between regions.
DENSITY_SMOOTHING = 20


def lay_out(template: Template, rest: np.ndarray, regions: np.ndarray) -> np.ndarray:
    label = quad_mesh.face_components(template.quad_uvs)
    # The parts beyond the skin bring their own square, which may hold several islands.
    label = np.where(template.source_quad < 0, -1 - template.quad_groups.astype(np.int64), label)
    uvs = np.zeros_like(template.uvs)
    for island in np.unique(label):
        mask = label == island
        rows = np.unique(template.quad_uvs[mask])
        name = island_name(template, mask, rest)
        points = template.uvs[rows] * [1, -1]
        if name == "face":
            # MakeHuman's head lies on its side: the forehead to the left.
            points = unfold_face(points[:, ::-1] * [-1, 1], rows, template, mask, rest, regions)
        if name in ("eye-right", "teeth-upper", "teeth-lower"):
            points = points * unflip(points, rows, template.quad_uvs[mask], name)
        box = {"face": FACE_BOX, "neck": NECK_BOX}.get(name) or SMALL_BOXES[name]
        uvs[rows] = fit_box(points, box, stretch=name.startswith("teeth"))
    return uvs


def unfold_face(
    start: np.ndarray, rows: np.ndarray, template: Template, mask: np.ndarray, rest: np.ndarray, regions: np.ndarray
) -> np.ndarray:
    quads = np.searchsorted(rows, template.quad_uvs[mask])
    positions = np.zeros((len(rows), 3))
    density = np.zeros(len(rows))
    vertices = template.quads[mask]
    positions[quads.ravel()] = rest[vertices.ravel()]
    density[quads.ravel()] = np.array([DENSITY[name] for name in REGIONS])[regions[vertices.ravel()]]
    middle = (start[:, 0].min() + start[:, 0].max()) / 2
    _, partner = cKDTree(start).query(start * [-1, 1] + [2 * middle, 0])
    return unwrap(start, positions, quads, quad_mesh.smooth_values(quads, density, DENSITY_SMOOTHING), partner)


def island_name(template: Template, mask: np.ndarray, rest: np.ndarray) -> str:
    group = GROUPS[template.quad_groups[mask][0]]
    if group != "skin":
        return group
    centre = rest[template.quads[mask]].mean((0, 1))
    width = np.ptp(rest[template.quads[mask]].reshape(-1, 3)[:, 0])
    if width < 0.05:
        return "socket-left" if centre[0] > 0 else "socket-right"
    return "face" if mask.sum() > 0.5 * (template.quad_groups == 0).sum() else "neck"


def unflip(points: np.ndarray, rows: np.ndarray, quad_uvs: np.ndarray, name: str) -> np.ndarray:
    """Signs that turn a mirrored island over: a texture is never seen from behind."""
    corners = points[np.searchsorted(rows, quad_uvs)]
    a, b = corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]
    flipped = np.median(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) > 0
    if not flipped:
        return np.array([1.0, 1.0])
    return np.array([-1.0, 1.0]) if name.startswith("eye") else np.array([1.0, -1.0])


def fit_box(points: np.ndarray, box: tuple[float, float, float, float], stretch: bool) -> np.ndarray:
    low, size = points.min(0), np.ptp(points, axis=0)
    scale = np.array(box[2:]) / size
    if not stretch:
        scale = np.full(2, scale.min())
    return np.array(box[:2]) + (np.array(box[2:]) - size * scale) / 2 + (points - low) * scale
