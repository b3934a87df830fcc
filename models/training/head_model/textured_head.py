"""Renders template heads with photographed skins, eyebrows and painted eyes, so that a landmark detector accepts them.

Head (N, 3) m head frame, skin texture in MakeHuman's uvs, yaw and pitch -> image (H, W, 3) float sRGB, triangle index
(H, W) and barycentric weights (H, W, 3) of what each pixel shows. Soft light from above and the side; the textures
carry baked shading, so the light is weak.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import quad_mesh
from .eyeball import LIMBUS_DEG, PUPIL_DEG, UV_KNOTS_DEG, UV_KNOTS_RADIUS
from .makehuman_proxy import Proxy, read_image, read_proxy
from .rasteriser import rasterise, sample_bilinear
from .template import GROUPS, Template

# Camera distance and focal length as a share of the image: an 85 mm lens at arm's length and more.
DISTANCE_M = 1.2
FOCAL_SHARE = 4.2
# The camera looks this far below the ear line and in front of it, m: the middle of the face.
AIM_HEAD_M = (0.0, -0.015, 0.03)
IRIS_COLOURS = ((0.30, 0.18, 0.09), (0.38, 0.26, 0.13), (0.30, 0.40, 0.50), (0.35, 0.42, 0.28))


@dataclass(frozen=True)
class Look:
    skin: np.ndarray
    tone: np.ndarray
    brow: Proxy
    brow_colour: np.ndarray
    iris: np.ndarray
    light: np.ndarray
    ambient: float
    background: np.ndarray


class Wardrobe:
    """Textures and proxies of the training data, read once."""

    def __init__(self, data: Path, side_px: int = 1024):
        folder = data / "makehuman"
        files = sorted((folder / "skins").glob("*.jpg")) + sorted((folder / "skins-512").glob("*.jpg"))
        self.skins = [read_image(path, side_px) for path in files]
        self.brows = [
            read_proxy(path, side_px // 4)
            for path in sorted((folder / "eyebrows").iterdir())
            if list(path.glob("*.mhclo"))
        ]

    def pick(self, rng: np.random.Generator) -> Look:
        light = np.array([rng.uniform(-0.7, 0.7), rng.uniform(0.2, 0.9), rng.uniform(0.6, 1.0)])
        return Look(
            self.skins[rng.integers(len(self.skins))],
            np.clip(rng.uniform(0.75, 1.1) * (1 + 0.03 * rng.normal(size=3)), 0.5, 1.15),
            self.brows[rng.integers(len(self.brows))],
            np.array([0.16, 0.11, 0.08]) * rng.uniform(0.4, 2.0),
            np.array(IRIS_COLOURS[rng.integers(len(IRIS_COLOURS))]),
            light / np.linalg.norm(light),
            rng.uniform(0.5, 0.75),
            rng.uniform(0.3, 0.95, 3),
        )


def view_rotation(yaw_deg: float, pitch_deg: float) -> np.ndarray:
    """Camera axes from head axes: + yaw turns the face to the subject's left, + pitch up."""
    yaw, pitch = np.radians([yaw_deg, -pitch_deg])
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    return nod @ turn


def project_px(points: np.ndarray, rotation: np.ndarray, size_px: int) -> np.ndarray:
    """(N, 3) head frame -> (N, 3) u px, v px, depth m."""
    camera = (points - AIM_HEAD_M) @ rotation.T
    depth = DISTANCE_M - camera[:, 2]
    scale = FOCAL_SHARE * size_px / depth
    return np.column_stack([size_px / 2 + camera[:, 0] * scale, size_px / 2 - camera[:, 1] * scale, depth])


def render_head(
    head: np.ndarray, base_head: np.ndarray, template: Template, look: Look, rotation: np.ndarray, size_px: int
):
    """`base_head`: the base mesh (19158, 3) m in the head frame, which carries the eyebrows."""
    triangles = quad_mesh.triangulate(template.quads)
    triangle_uvs = quad_mesh.triangulate(template.quad_uvs)
    groups = np.concatenate([template.quad_groups] * 2)
    points = project_px(head, rotation, size_px)
    index, weights = rasterise(points, triangles, size_px)
    covered = index >= 0
    hit, bary = index[covered], weights[covered].astype(np.float64)
    normals = quad_mesh.vertex_normals(head, template.quads)
    normal = (normals[triangles[hit]] * bary[..., None]).sum(1) @ rotation.T
    uv = (template.uvs[triangle_uvs[hit]] * bary[..., None]).sum(1)
    colour = sample_bilinear(look.skin, uv * [1, -1] + [0, 1])[:, :3] * look.tone
    group = groups[hit]
    for part in ("eye-left", "eye-right"):
        rows = group == GROUPS.index(part)
        colour[rows] = paint_eye(np.linalg.norm(uv[rows] - 0.5, axis=1), look.iris)
    colour[group == GROUPS.index("mouth")] *= 0.45
    for part in ("teeth-upper", "teeth-lower"):
        colour[group == GROUPS.index(part)] = (0.85, 0.82, 0.76)
    colour[group == GROUPS.index("tongue")] = (0.65, 0.36, 0.35)
    shade = look.ambient + (1 - look.ambient) * np.clip(0.35 + 0.75 * normal @ look.light, 0, 1.15)
    image = np.broadcast_to(look.background, (size_px, size_px, 3)).copy()
    image[covered] = colour * shade[:, None]
    depth = np.full((size_px, size_px), np.inf)
    depth[covered] = (points[triangles[hit], 2] * bary).sum(1)
    draw_brow(image, depth, base_head, look, rotation, size_px)
    return np.clip(image, 0, 1), index, weights


def draw_brow(
    image: np.ndarray, depth: np.ndarray, base_head: np.ndarray, look: Look, rotation: np.ndarray, size_px: int
) -> None:
    proxy = look.brow
    points = project_px(proxy.fit(base_head), rotation, size_px)
    triangles, triangle_uvs = quad_mesh.triangulate(proxy.mesh.quads), quad_mesh.triangulate(proxy.mesh.quad_uvs)
    index, weights = rasterise(points, triangles, size_px)
    covered = index >= 0
    hit, bary = index[covered], weights[covered]
    near = (points[triangles[hit], 2] * bary).sum(1) < depth[covered] + 0.004
    uv = (proxy.mesh.uvs[triangle_uvs[hit]] * bary[..., None]).sum(1)
    texel = sample_bilinear(proxy.texture, uv * [1, -1] + [0, 1])
    alpha = texel[:, 3:] * near[:, None]
    image[covered] = image[covered] * (1 - alpha) + alpha * look.brow_colour


def paint_eye(radius: np.ndarray, iris: np.ndarray) -> np.ndarray:
    """Colour over the uv radius of the eyeball's disc: pupil, iris with a dark rim, sclera."""
    at = lambda degrees: np.interp(degrees, UV_KNOTS_DEG, UV_KNOTS_RADIUS) / 2
    sclera = np.array([0.86, 0.83, 0.80])
    colour = np.broadcast_to(sclera, (len(radius), 3)).copy()
    rim = np.clip((radius - at(LIMBUS_DEG)) / (at(LIMBUS_DEG + 2) - at(LIMBUS_DEG)), 0, 1)[:, None]
    shadow = np.clip((radius - at(LIMBUS_DEG - 5)) / (at(LIMBUS_DEG) - at(LIMBUS_DEG - 5)), 0, 1)[:, None]
    colour = rim * colour + (1 - rim) * iris * (1 - 0.6 * shadow)
    colour[radius < at(PUPIL_DEG)] = 0.02
    return colour
