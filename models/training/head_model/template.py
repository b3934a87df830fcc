"""The template: an all-quad head and neck with eyes, mouth bag, teeth and tongue, built from MakeHuman's base mesh.

Base mesh (decimetres) -> Template: topology (quads, uvs, groups, mirror) and `pose_template`, which carries any morphed
base mesh (19,158, 3) dm to template vertices (N, 3) m in the base mesh's axes. `to_head_frame` then moves the origin
between the ears.

Parts, in vertex order: skin with mouth bag and eye sockets (cut at the clean loop of 42 edges below the collar line,
refined by chords where the face needs it), left eye, right eye, upper teeth, lower teeth, tongue.
Open boundaries: the neck loop, and the gums of both dental arches. Sockets are closed pockets behind the eyeballs.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.spatial import cKDTree

from . import quad_mesh
from .eyeball import build_eyeball
from .obj_file import ObjMesh
from .teeth import build_arch

# MakeHuman's heads are nominal decimetres of a body of 1.68 m, but small: the inner face is 9 % smaller than the mean of
# ICT-FaceKit's scans (similarity over 51 landmarks). Both sources are real size here.
METRES_PER_DECIMETRE = 0.109
GROUPS = ("skin", "mouth", "eye-left", "eye-right", "teeth-upper", "teeth-lower", "tongue")
# Chords are split until the skin has this many vertices; with eyes, teeth and tongue the head has 11-12k.
SKIN_VERTICES = 9700
# How much an edge of the scalp (above the ear holes of the base mesh) counts beside one of the face.
SCALP_SHARE = 0.4
SCALP_FLOOR_DM = 7.2
# The neck is cut at the last closed edge loop whose centre lies above this height of the unmorphed base mesh, dm.
NECK_CUT_DM = 5.6
# Front of the upper crowns over the front of the helper teeth, dm: keeps enamel behind the lips.
TEETH_INSET_DM = 0.05


@dataclass(frozen=True)
class Binding:
    """A rigid part (eyes, teeth) and the base vertices it follows. `affine`: teeth may stretch, eyes only scale."""

    rest: np.ndarray
    carriers: np.ndarray
    carriers_rest: np.ndarray
    affine: bool

    def pose(self, base: np.ndarray) -> np.ndarray:
        centre_rest = self.carriers_rest.mean(0)
        carriers = base[self.carriers]
        centre = carriers.mean(0)
        source = self.carriers_rest - centre_rest
        if self.affine:
            matrix = np.linalg.lstsq(source, carriers - centre, rcond=None)[0]
            return (self.rest - centre_rest) @ matrix + centre
        scale = np.sum(source * (carriers - centre)) / np.sum(source * source)
        return (self.rest - centre_rest) * scale + centre


@dataclass(frozen=True)
class Template:
    quads: np.ndarray
    uvs: np.ndarray
    quad_uvs: np.ndarray
    quad_groups: np.ndarray
    mirror: np.ndarray
    skin_matrix: sp.csr_matrix
    bindings: list[Binding]
    tongue: np.ndarray
    ranges: dict[str, tuple[int, int]]
    # (Q,) quad of the coarse (base) skin that each quad came from, -1 beyond the skin.
    source_quad: np.ndarray
    # (Q,) bool: quads of group skin that line the eye sockets.
    sockets: np.ndarray
    coarse_quads: np.ndarray
    coarse_quad_uvs: np.ndarray

    @property
    def vertex_count(self) -> int:
        return len(self.mirror)

    def vertices_of(self, part: str) -> np.ndarray:
        return np.arange(*self.ranges[part])

    def pose(self, base_dm: np.ndarray) -> np.ndarray:
        """(19158, 3) dm -> (N, 3) m, axes and origin of the base mesh."""
        parts = [self.skin_matrix @ base_dm]
        parts += [binding.pose(base_dm) for binding in self.bindings]
        parts.append(base_dm[self.tongue])
        return np.concatenate(parts) * METRES_PER_DECIMETRE

    def pose_linear(self, displacement_dm: np.ndarray, base_dm: np.ndarray) -> np.ndarray:
        """The displacement of template vertices, m, when the base mesh moves by `displacement_dm` from `base_dm`."""
        return self.pose(base_dm + displacement_dm) - self.pose(base_dm)


def build_template(base: ObjMesh, rest_dm: np.ndarray) -> Template:
    """`rest_dm`: the base mesh morphed to the template's rest head (symmetric neutral adult)."""
    body = base.groups == "body"
    skin_quads, skin_uvs = cut_neck(base.quads[body], base.quad_uvs[body], base.positions)
    used, compact = np.unique(skin_quads, return_inverse=True)
    used_uvs, compact_uvs = np.unique(skin_uvs, return_inverse=True)
    coarse = compact.reshape(-1, 4)
    coarse_uv = compact_uvs.reshape(-1, 4)
    island = uv_islands(coarse_uv)
    group = np.zeros(len(coarse), dtype=np.uint8)
    inner = find_inner_islands(coarse, island, rest_dm[used])
    group[inner == 1] = GROUPS.index("mouth")
    visible = inner == 0
    found = quad_mesh.find_edges(coarse)
    split = choose_chords(coarse, found, rest_dm[used], visible)
    refined = quad_mesh.split_edges(coarse, coarse_uv, split, found, (len(used), len(used_uvs)))
    selection = sp.coo_matrix(
        (np.ones(len(used)), (np.arange(len(used)), used)), shape=(len(used), len(base.positions))
    ).tocsr()
    skin_matrix = (refined.vertex_matrix @ selection).tocsr()
    mirror = [mirror_table(skin_matrix @ rest_dm)]

    quads, quad_uvs = [refined.quads], [refined.quad_uvs]
    quad_groups = [group[refined.source_quad]]
    uvs = [refined.uv_matrix @ base.uvs[used_uvs]]
    source = [refined.source_quad]
    vertex_count, uv_count = len(mirror[0]), len(uvs[0])
    ranges = {"skin": (0, vertex_count)}
    bindings: list[Binding] = []

    def add(part: str, part_quads: np.ndarray, part_uvs: np.ndarray, part_quad_uvs: np.ndarray, count: int) -> None:
        nonlocal vertex_count, uv_count
        quads.append(part_quads + vertex_count)
        quad_uvs.append(part_quad_uvs + uv_count)
        quad_groups.append(np.full(len(part_quads), GROUPS.index(part), dtype=np.uint8))
        source.append(np.full(len(part_quads), -1))
        uvs.append(part_uvs)
        ranges[part] = (vertex_count, vertex_count + count)
        vertex_count += count
        uv_count += len(part_uvs)

    ball, ball_quads, ball_uvs, ball_quad_uvs = build_eyeball()
    flip = np.array([-1.0, 1.0, 1.0])
    for part, helper in (("eye-left", "helper-l-eye"), ("eye-right", "helper-r-eye")):
        carriers = np.unique(base.quads[base.groups == helper])
        centre, radius = fit_sphere(rest_dm[carriers])
        side = part == "eye-left"
        shape = ball if side else ball * flip
        bindings.append(Binding(centre + radius * shape, carriers, rest_dm[carriers], affine=False))
        turn = slice(None) if side else slice(None, None, -1)
        add(part, ball_quads[:, turn], ball_uvs, ball_quad_uvs[:, turn], len(ball))
    first_eye, second_eye = ranges["eye-left"][0], ranges["eye-right"][0]
    mirror += [np.arange(len(ball)) + second_eye, np.arange(len(ball)) + first_eye]
    for part, helper, upper in (
        ("teeth-upper", "helper-upper-teeth", True),
        ("teeth-lower", "helper-lower-teeth", False),
    ):
        arch, arch_quads, arch_uvs = build_arch(upper)
        carriers = np.unique(base.quads[base.groups == helper])
        placed = place_arch(arch, rest_dm[carriers], upper)
        bindings.append(Binding(placed, carriers, rest_dm[carriers], affine=True))
        start = vertex_count
        add(part, arch_quads, arch_uvs, arch_quads, len(arch))
        mirror.append(mirror_table(arch) + start)
    tongue_mask = base.groups == "helper-tongue"
    tongue, tongue_quads = np.unique(base.quads[tongue_mask], return_inverse=True)
    tongue_uv_index, tongue_quad_uvs = np.unique(base.quad_uvs[tongue_mask], return_inverse=True)
    start = vertex_count
    add("tongue", tongue_quads.reshape(-1, 4), base.uvs[tongue_uv_index], tongue_quad_uvs.reshape(-1, 4), len(tongue))
    mirror.append(mirror_table(rest_dm[tongue]) + start)
    return Template(
        np.concatenate(quads),
        np.concatenate(uvs),
        np.concatenate(quad_uvs),
        np.concatenate(quad_groups),
        np.concatenate(mirror),
        skin_matrix,
        bindings,
        tongue,
        ranges,
        np.concatenate(source),
        np.concatenate(
            [(inner == 2)[refined.source_quad], np.zeros(len(np.concatenate(source)) - len(refined.source_quad), bool)]
        ),
        coarse,
        coarse_uv,
    )


def cut_neck(quads: np.ndarray, quad_uvs: np.ndarray, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Head side of the lowest closed chord that parts head from body above NECK_CUT_DM: a clean boundary loop."""
    found = quad_mesh.find_edges(quads)
    chords = quad_mesh.find_chords(found)
    height = positions[quads].mean(1)[:, 1]
    top, foot = int(np.argmax(height)), int(np.argmin(height))
    best: tuple[float, np.ndarray] | None = None
    quad_chords = chords[found.quad_edges[:, :2]]
    for chord in np.unique(quad_chords):
        strip = (quad_chords == chord).any(1)
        level = height[strip].mean()
        if not NECK_CUT_DM < level < NECK_CUT_DM + 1:
            continue
        label = quad_mesh.face_components(quads, ~strip)
        if label[top] >= 0 and label[foot] >= 0 and label[top] != label[foot] and (best is None or level < best[0]):
            best = (level, label == label[top])
    if best is None:
        raise ValueError("no closed edge loop parts head and body: is this the hm08 base mesh?")
    return quads[best[1]], quad_uvs[best[1]]


def uv_islands(quad_uvs: np.ndarray) -> np.ndarray:
    """(Q,) label of the uv island of every quad."""
    return quad_mesh.face_components(quad_uvs)


def find_inner_islands(quads: np.ndarray, island: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(Q,) 0 = outside skin, 1 = mouth bag, 2 = eye sockets, told by size and place of the uv islands."""
    kind = np.zeros(len(quads), dtype=np.int64)
    width = np.ptp(positions[:, 0])
    for label in np.unique(island):
        mask = island == label
        corners = positions[quads[mask]].reshape(-1, 3)
        small = np.ptp(corners[:, 0]) < 0.55 * width and len(corners) < 2000
        centred = abs(corners[:, 0].mean()) < 0.02 * width
        if small:
            kind[mask] = 1 if centred else 2
    return kind


def choose_chords(quads: np.ndarray, found: quad_mesh.Edges, positions: np.ndarray, visible: np.ndarray) -> np.ndarray:
    """(E,) bool: chords to split. Long edges on the front of the face score high, short ones and the back low.

    Mirror images are split together, so that the refined mesh stays symmetric.
    """
    chords = quad_mesh.find_chords(found)
    edge_ends = positions[found.edges]
    length = np.linalg.norm(edge_ends[:, 0] - edge_ends[:, 1], axis=1)
    middle = edge_ends.mean(1)
    front = np.clip((middle[:, 2] - 0.5) / 0.5, 0, 1) * np.clip((middle[:, 1] - 6.3) / 0.3, 0, 1)
    edge_visible = np.zeros(len(length))
    np.maximum.at(edge_visible, found.quad_edges.ravel(), np.repeat(visible.astype(float), 4))
    count = int(chords.max()) + 1
    weight = length**1.5 * np.maximum(front, SCALP_SHARE * (middle[:, 1] > SCALP_FLOOR_DM)) * edge_visible
    score = np.bincount(chords, weight, count) / np.bincount(chords, minlength=count)
    partner = np.full(count, -1)
    tree = cKDTree(middle)
    _, opposite = tree.query(middle * [-1, 1, 1])
    partner[chords] = chords[opposite]
    score = np.maximum(score, score[partner])
    vertex_count = len(positions)
    split = np.zeros(len(length), dtype=bool)
    for chord in np.argsort(-score, kind="stable"):
        if split[chords == chord].any() or score[chord] == 0:
            continue
        trial = split | np.isin(chords, [chord, partner[chord]])
        both = trial[found.quad_edges[:, 0]] & trial[found.quad_edges[:, 1]]
        if vertex_count + trial.sum() + both.sum() > SKIN_VERTICES:
            continue
        split = trial
    return split


def mirror_table(positions: np.ndarray) -> np.ndarray:
    """(N,) nearest vertex of the reflected point; raises unless it is an involution."""
    _, partner = cKDTree(positions).query(positions * [-1, 1, 1])
    if not np.array_equal(partner[partner], np.arange(len(positions))):
        raise ValueError("mesh is not symmetric: mirroring is not an involution")
    return partner


def fit_sphere(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Least-squares centre and radius."""
    system = np.column_stack([2 * points, np.ones(len(points))])
    solution = np.linalg.lstsq(system, (points**2).sum(1), rcond=None)[0]
    return solution[:3], float(np.sqrt(solution[3] + (solution[:3] ** 2).sum()))


def place_arch(arch_mm: np.ndarray, helper: np.ndarray, upper: bool) -> np.ndarray:
    """Scales the arch into the helper teeth's box (dm): width, depth and the height of the front crowns."""
    low, high = helper.min(0), helper.max(0)
    scale_x = (high[0] - low[0]) / np.ptp(arch_mm[:, 0])
    scale_z = (high[2] - low[2]) / np.ptp(arch_mm[:, 2])
    scale_y = (high[1] - low[1]) / np.ptp(arch_mm[:, 1])
    edge = low[1] if upper else high[1]
    return np.stack(
        [
            arch_mm[:, 0] * scale_x,
            edge + arch_mm[:, 1] * scale_y,
            high[2] - TEETH_INSET_DM + (arch_mm[:, 2] - arch_mm[:, 2].max()) * scale_z,
        ],
        1,
    )
