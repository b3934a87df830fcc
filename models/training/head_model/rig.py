"""Regions, joints and skin weights of the template.

Rest head (N, 3) m in the head frame, template -> region index (N,) uint8; joints as vertex lists whose mean is the joint;
skin weights (N, 4) with joint indices (N, 4). Weights sum to 1; eyes hang rigidly on their joints, lower teeth and tongue
on the jaw. The jaw's weights come from the displacement field of `jawOpen`, so that turning the joint looks like the shape.
"""

import numpy as np
from scipy.spatial import cKDTree

from . import quad_mesh
from .eyeball import GRID, RING, RINGS_DEG
from .template import GROUPS, Template

REGIONS = (
    "forehead", "brow-left", "brow-right", "eye-left", "eye-right", "nose", "cheek-left", "cheek-right", "mouth", "chin",
    "jaw", "ear-left", "ear-right", "scalp", "back", "neck", "inner",
)  # fmt: skip
JOINTS = ("root", "neck", "head", "jaw", "eye-left", "eye-right")
JOINT_PARENTS = (-1, 0, 1, 2, 2, 2)
# Height that one metre of depth is worth in the blend from neck to head.
NECK_TILT = 0.6


def head_frame_origin(pose: np.ndarray, template: Template) -> np.ndarray:
    """Between the ears: middle of the auricles, moved 8 mm forward to the ear canals."""
    skin = pose[template.vertices_of("skin")]
    ears = skin[np.abs(skin[:, 0]) > 0.9 * np.abs(skin[:, 0]).max()]
    return np.array([0.0, ears[:, 1].mean(), ears[:, 2].mean() + 0.008])


def key_points(rest: np.ndarray, template: Template) -> dict[str, np.ndarray]:
    """Places that regions are measured from, m, head frame."""
    skin = rest[template.vertices_of("skin")]
    middle = skin[np.abs(skin[:, 0]) < 0.004]
    eye = rest[template.vertices_of("eye-left")].mean(0)
    front = middle[middle[:, 2] > 0.02]
    nose = front[np.argmax(front[:, 2])]
    lips = rest[template.vertices_of("teeth-upper")]
    mouth = np.array([0.0, lips[:, 1].min(), nose[2]])
    below = front[(front[:, 1] < mouth[1] - 0.015) & (front[:, 1] > mouth[1] - 0.05)]
    chin = below[np.argmax(below[:, 2] - 0.5 * below[:, 1])]
    return {"eye": eye, "nose": nose, "mouth": mouth, "chin": chin}


def find_regions(rest: np.ndarray, template: Template) -> np.ndarray:
    points = key_points(rest, template)
    eye, nose, mouth, chin = points["eye"], points["nose"], points["mouth"], points["chin"]
    unit = eye[0] / 0.031  # all distances below are for a head whose eye centres lie 62 mm apart
    x, y, z = rest.T
    side = np.abs(x)
    left = x >= 0
    region = np.full(len(rest), REGIONS.index("cheek-left"))
    region[~left] = REGIONS.index("cheek-right")

    def put(name: str, mask: np.ndarray) -> None:
        region[mask] = REGIONS.index(name)

    def put_pair(name: str, mask: np.ndarray) -> None:
        put(f"{name}-left", mask & left)
        put(f"{name}-right", mask & ~left)

    dy = y - eye[1]
    face = z > 0.02 * unit
    jaw_line = mouth[1] - 0.010 * unit + 0.35 * np.clip(side - 0.028 * unit, 0, None)
    put("jaw", y < jaw_line)
    put("forehead", dy > 0.016 * unit)
    hairline = eye[1] + 0.066 * unit - 0.9 * np.clip(side - 0.035 * unit, 0, None)
    put("scalp", (dy > 0.0) & ((y > hairline) | (z < 0.03 * unit)))
    put("back", (z < -0.005 * unit) & (dy <= 0.0))
    under_chin = chin[1] - 0.020 * unit + 0.75 * np.clip(chin[2] - 0.012 * unit - z, 0, None)
    put("neck", (y < under_chin) & (y < mouth[1] + 0.012 * unit))
    put("neck", (z < 0.01 * unit) & (y < mouth[1] + 0.004 * unit))
    brow = ellipse(side, dy, (eye[0] + 0.002 * unit, 0.0215 * unit), (0.028 * unit, 0.008 * unit))
    put_pair("brow", face & (brow < 1))
    eyes = ellipse(side, dy, (eye[0], 0.0), (0.0225 * unit, 0.0145 * unit))
    put_pair("eye", face & (eyes < 1))
    bridge = side < np.interp(y, [nose[1] - 0.004 * unit, eye[1] + 0.010 * unit], [0.022 * unit, 0.010 * unit])
    put("nose", face & bridge & (y > nose[1] - 0.0145 * unit) & (dy < 0.010 * unit))
    put("mouth", face & (ellipse(side, y - mouth[1] - 0.002 * unit, (0, 0), (0.033 * unit, 0.0185 * unit)) < 1))
    chin_zone = (y < mouth[1] - 0.016 * unit) & (side < 0.022 * unit) & (region == REGIONS.index("jaw"))
    put("chin", face & chin_zone)
    put_pair("ear", find_ears(rest, template, unit))
    inner = np.zeros(len(rest), dtype=bool)
    skin_group = GROUPS.index("skin")
    hidden = (template.quad_groups != skin_group) | template.sockets
    inner[template.quads[hidden].ravel()] = True
    outside = np.zeros(len(rest), dtype=bool)
    outside[template.quads[~hidden].ravel()] = True
    put("inner", inner & ~outside)
    return region.astype(np.uint8)


def ellipse(x: np.ndarray, y: np.ndarray, centre: tuple[float, float], radii: tuple[float, float]) -> np.ndarray:
    return ((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2


def find_ears(rest: np.ndarray, template: Template, unit: float) -> np.ndarray:
    """Vertices of the auricles: near the ears' axis and outside the side of the head, which the temples give."""
    skin = np.zeros(len(rest), dtype=bool)
    skin[template.vertices_of("skin")] = True
    side = np.abs(rest[:, 0])
    near = ellipse(rest[:, 2], rest[:, 1], (-0.006 * unit, 0.0), (0.030 * unit, 0.040 * unit)) < 1
    return skin & near & (side > 0.9 * side[skin].max() - 0.010 * unit)


def find_joints(rest: np.ndarray, template: Template) -> list[dict]:
    """Vertex lists, symmetric to the sagittal plane except for the eyes."""
    skin = template.vertices_of("skin")
    points = key_points(rest, template)
    loop = np.unique(quad_mesh.boundary_edges(template.quads[np.isin(template.quads[:, 0], skin)]))
    loop = loop[np.isin(loop, skin)]
    base = rest[loop].mean(0)
    symmetric = lambda rows: sorted(set(rows) | set(template.mirror[rows]))

    def ring_at(height: float, depth: float) -> list[int]:
        """The eight skin vertices round a place inside the neck: front, back and both sides."""
        target = np.array([0.0, height, depth])
        radius = skin[(np.abs(rest[skin, 1] - height) < 0.012)]
        flat = rest[radius][:, [0, 2]] - target[[0, 2]]
        angle = np.arctan2(flat[:, 0], flat[:, 1])
        rows = []
        for wanted in np.radians([20, 90, 160]):
            rows.append(radius[np.argmin(np.abs(angle - wanted) + 5 * np.abs(rest[radius, 1] - height))])
        return symmetric(np.array(rows))

    tree = cKDTree(rest[skin])
    neck_height = base[1] + 0.35 * (points["chin"][1] - base[1])
    neck = ring_at(neck_height, np.mean(rest[skin][np.abs(rest[skin, 1] - neck_height) < 0.01, 2]))
    # Atlas: below and behind the ear canals; jaw: the condyles, just in front of them.
    atlas = skin[tree.query([0.062, -0.025, -0.02])[1]]
    condyle = skin[tree.query([0.066, 0.0, 0.018])[1]]
    eyes = {}
    for part in ("eye-left", "eye-right"):
        rows = template.vertices_of(part)
        # Mean of opposite rings of the ball: its equator.
        centre = equator_rows(len(rows))
        eyes[part] = [int(rows[k]) for k in centre]
    lists = [
        loop,
        neck,
        symmetric(np.array([atlas])),
        symmetric(np.array([condyle])),
        eyes["eye-left"],
        eyes["eye-right"],
    ]
    return [
        {"name": name, "parent": parent, "vertices": [int(v) for v in rows]}
        for name, parent, rows in zip(JOINTS, JOINT_PARENTS, lists, strict=True)
    ]


def equator_rows(count: int) -> list[int]:
    """Rows of the ring at 90 degrees of `eyeball.build_eyeball`."""
    ring = RINGS_DEG.index(90.0)
    start = (GRID + 1) ** 2 + (ring - 1) * RING
    assert start + RING <= count
    return list(range(start, start + RING))


def find_skin_weights(
    rest: np.ndarray, template: Template, joints: list[dict], jaw_open: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """jaw_open (N, 3) m: displacement at weight 1."""
    place = {joint["name"]: rest[joint["vertices"]].mean(0) for joint in joints}
    height = rest[:, 1]
    step = lambda low, high: smoothstep((height - low) / (high - low))
    # The blend from neck to head tilts: what lies in front (nose, lips, chin) belongs to the head at any height.
    tilt = height + NECK_TILT * (rest[:, 2] - place["head"][2])
    low, high = place["neck"][1] + 0.01, place["head"][1] - 0.01
    head = smoothstep((tilt - low) / (high - low))
    neck = step(place["root"][1] + 0.005, place["neck"][1] + 0.01) * (1 - head)
    root = 1 - head - neck
    lever = np.linalg.norm((rest - place["jaw"])[:, 1:], axis=1)
    moved = np.linalg.norm(jaw_open, axis=1)
    chin = np.argmax(moved)
    jaw = np.clip(moved / np.maximum(lever, 0.02) / (moved[chin] / lever[chin]), 0, 1)
    skin = template.vertices_of("skin")
    is_skin = np.isin(template.quads[:, 0], skin)
    jaw[skin] = np.clip(quad_mesh.smooth_values(template.quads[is_skin], jaw[skin], 3), 0, 1)
    jaw[skin] *= smoothstep((rest[skin, 1] - place["neck"][1]) / 0.03)
    weights = np.zeros((len(rest), len(JOINTS)))
    weights[:, 0], weights[:, 1], weights[:, 2] = root, neck, head
    weights *= (1 - jaw)[:, None]
    weights[:, 3] = jaw
    rigid = {"eye-left": 4, "eye-right": 5, "teeth-upper": 2, "teeth-lower": 3, "tongue": 3}
    for part, joint in rigid.items():
        rows = template.vertices_of(part)
        weights[rows] = 0
        weights[rows, joint] = 1
    weights = (weights + weights[template.mirror][:, [0, 1, 2, 3, 5, 4]]) / 2
    order = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    top = np.take_along_axis(weights, order, 1)
    top /= top.sum(1, keepdims=True)
    return np.where(top > 0, order, 0).astype(np.uint8), top.astype(np.float32)


def smoothstep(t: np.ndarray) -> np.ndarray:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)
