"""Levels of detail: the template with fewer edge loops, on a subset of its own vertices and texture coordinates.

Template -> Lod: quads (Q, 4) and quad_uvs (Q, 4) that index the full template's vertices and uvs, so that every morph and
skin weight serves all levels and no second set is stored.

A level is made by collapsing chords, the reverse of the splitting that made the template: all quads, loops around eyes,
lips and nostrils thinned but never cut. `half` starts from MakeHuman's own mesh, which the template refines. Refused are
collapses that would merge uv seams or boundaries, leave a vertex with fewer than three quads, turn a face over by more than
80 degrees, sharpen its corners, or fold the texture. Mirror images collapse together.
"""

from dataclasses import dataclass

import numpy as np

from . import quad_mesh
from .rig import REGIONS
from .template import Template

HALF_SHARE = 0.5
QUARTER_SHARE = 0.25
# How much longer an edge of these regions counts when chords compete for being collapsed.
IMPORTANCE = {
    "eye-left": 3.5,
    "eye-right": 3.5,
    "mouth": 3.5,
    "nose": 2.5,
    "brow-left": 2.0,
    "brow-right": 2.0,
    "inner": 0.7,
}
EYEBALL_IMPORTANCE = 2.0
MIN_NORMAL_AGREEMENT = 0.17
# A collapse may not make a corner sharper than this, on the surface or in the texture.
MIN_CORNER_SINE = 0.2


@dataclass(frozen=True)
class Lod:
    name: str
    quads: np.ndarray
    quad_uvs: np.ndarray

    def vertex_count(self) -> int:
        return len(np.unique(self.quads))


def build_lods(template: Template, rest: np.ndarray, regions: np.ndarray, uvs: np.ndarray) -> list[Lod]:
    skin = template.ranges["skin"][1]
    beyond = (template.quads >= skin).all(1)
    quads = np.concatenate([template.coarse_quads, template.quads[beyond]])
    quad_uvs = np.concatenate([template.coarse_quad_uvs, template.quad_uvs[beyond]])
    importance = np.array([IMPORTANCE.get(name, 1.0) for name in REGIONS])[regions]
    for part in ("eye-left", "eye-right"):
        importance[template.vertices_of(part)] = EYEBALL_IMPORTANCE
    reducer = Reducer(quads, quad_uvs, template.mirror, rest, importance, uvs)
    levels = []
    for name, share in (("half", HALF_SHARE), ("quarter", QUARTER_SHARE)):
        reducer.reduce(int(share * template.vertex_count))
        levels.append(Lod(name, reducer.quads, reducer.quad_uvs))
    return levels


class Reducer:
    def __init__(self, quads, quad_uvs, mirror, positions, importance, uvs):
        self.quads, self.quad_uvs = quads, quad_uvs
        # Chords found impossible, by their smallest edge; forgotten when nothing else is left to try.
        self.refused: set[int] = set()
        self.mirror, self.positions, self.uvs = mirror, positions, uvs
        self.importance = importance

    def reduce(self, target_vertices: int) -> None:
        """Collapses the cheapest chords until no more than `target_vertices` are used or none can go."""
        stuck = False
        while len(np.unique(self.quads)) > target_vertices:
            if self.collapse_cheapest():
                stuck = False
                continue
            if stuck:
                return
            self.refused.clear()
            stuck = True

    def collapse_cheapest(self) -> bool:
        found = quad_mesh.find_edges(self.quads)
        chords = quad_mesh.find_chords(found)
        ends = self.positions[found.edges]
        length = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1) * self.importance[found.edges].mean(1)
        count = int(chords.max()) + 1
        cost = np.bincount(chords, length, count) / np.bincount(chords, minlength=count)
        for chord in np.argsort(cost, kind="stable"):
            mask = chords == chord
            name = int((found.edges[mask, 0] * len(self.mirror) + found.edges[mask, 1]).min())
            if name in self.refused:
                continue
            mirrored = np.sort(self.mirror[found.edges[mask]], 1)
            keys = found.edges[:, 0] * len(self.mirror) + found.edges[:, 1]
            mask |= np.isin(keys, mirrored[:, 0] * len(self.mirror) + mirrored[:, 1])
            if self.try_collapse(found, mask):
                return True
            self.refused.add(name)
        return False

    def try_collapse(self, found: quad_mesh.Edges, mask: np.ndarray) -> bool:
        edges = found.edges[mask]
        keeper = self.choose_keepers(edges)
        if keeper is None:
            return False
        strip = mask[found.quad_edges].any(1)
        uv_keeper = self.pair_uvs(strip, keeper)
        rest_quads, rest_uvs = self.quads[~strip], self.quad_uvs[~strip]
        quads = keeper[rest_quads]
        quad_uvs = rest_uvs.copy()
        moved = quads != rest_quads
        quad_uvs[moved] = uv_keeper[rest_uvs[moved]]
        if (quad_uvs < 0).any() or not self.is_sound(quads, quad_uvs, rest_quads, rest_uvs):
            return False
        self.quads, self.quad_uvs = quads, quad_uvs
        return True

    def choose_keepers(self, edges: np.ndarray) -> np.ndarray | None:
        """(N,) the vertex that stands for each vertex; None when a cluster is not one edge (or two over the midline)."""
        count = len(self.mirror)
        corners = np.unique(np.column_stack([self.quads.ravel(), self.quad_uvs.ravel()]), axis=0)
        seams = np.bincount(corners[:, 0], minlength=count)
        boundary = np.zeros(count, dtype=bool)
        boundary[quad_mesh.boundary_edges(self.quads).ravel()] = True
        middle = self.mirror == np.arange(count)
        rank = seams * 4 + boundary * 2 + middle
        keeper = np.arange(count)
        first, second = edges[:, 0], edges[:, 1]
        swap = rank[second] > rank[first]
        equal = rank[second] == rank[first]
        # Equal rank: keep the vertex whose smaller mirror index is smaller, the same choice on both sides.
        label = np.minimum(np.arange(count), self.mirror)
        swap |= equal & (label[second] < label[first])
        keep, drop = np.where(swap, second, first), np.where(swap, first, second)
        if len(np.unique(drop)) != len(drop) or np.isin(drop, keep).any():
            return None
        # Two vertices of one seam or boundary may only merge along it, which a strip across it does.
        if ((seams[drop] > 1) & (seams[keep] < seams[drop])).any():
            return None
        keeper[drop] = keep
        return keeper

    def pair_uvs(self, strip: np.ndarray, keeper: np.ndarray) -> np.ndarray:
        """(T,) the uv that replaces each uv, read off the strip's quads, which hold both ends in one island; else -1."""
        result = np.full(len(self.uvs), -1)
        quads, quad_uvs = self.quads[strip], self.quad_uvs[strip]
        for corner in range(4):
            for step in (1, 3):
                other = (corner + step) % 4
                merges = keeper[quads[:, corner]] == quads[:, other]
                merges &= quads[:, corner] != quads[:, other]
                result[quad_uvs[merges, corner]] = quad_uvs[merges, other]
        return result

    def is_sound(self, quads: np.ndarray, quad_uvs: np.ndarray, before: np.ndarray, before_uvs: np.ndarray) -> bool:
        ordered = np.sort(quads, 1)
        if (ordered[:, 1:] == ordered[:, :-1]).any():
            return False
        pairs = np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2)
        keys = pairs[:, 0] * len(self.mirror) + pairs[:, 1]
        if len(np.unique(keys)) != len(keys):
            return False
        valence = np.bincount(quads.ravel(), minlength=len(self.mirror))
        boundary = np.zeros(len(self.mirror), dtype=bool)
        boundary[quad_mesh.boundary_edges(quads).ravel()] = True
        if (valence[(valence > 0) & ~boundary] < 3).any():
            return False
        changed = (quads != before).any(1)
        old, new = face_normals(self.positions, before[changed]), face_normals(self.positions, quads[changed])
        if (old * new).sum(1).min(initial=1.0) < MIN_NORMAL_AGREEMENT:
            return False
        flat = np.column_stack([self.uvs, np.zeros(len(self.uvs))])
        for positions, after, ago in ((self.positions, quads, before), (flat, quad_uvs, before_uvs)):
            sharpest = corner_sines(positions, after[changed])
            if (sharpest < np.minimum(MIN_CORNER_SINE, corner_sines(positions, ago[changed]) - 1e-9)).any():
                return False
        return not is_folded(self.uvs[quad_uvs[changed]])


def corner_sines(positions: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """(Q,) smallest signed sine of a quad's corners, seen along its normal: negative where it is not convex."""
    corners = positions[quads]
    normals = face_normals(positions, quads)
    sines = []
    for k in range(4):
        ahead = corners[:, (k + 1) % 4] - corners[:, k]
        back = corners[:, (k + 3) % 4] - corners[:, k]
        lengths = np.linalg.norm(ahead, axis=1) * np.linalg.norm(back, axis=1)
        sines.append((np.cross(ahead, back) * normals).sum(1) / np.maximum(lengths, 1e-15))
    return np.min(sines, axis=0)


def face_normals(positions: np.ndarray, quads: np.ndarray) -> np.ndarray:
    corners = positions[quads]
    normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-15)


def is_folded(corners: np.ndarray) -> bool:
    """True when a triangle of a quad's texture, cut along either diagonal as exporters do (0-2), is turned over."""
    for a, b, c in ((0, 1, 2), (0, 2, 3)):
        first, second = corners[:, b] - corners[:, a], corners[:, c] - corners[:, a]
        if (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]).max(initial=-1.0) >= 0:
            return True
    return False
