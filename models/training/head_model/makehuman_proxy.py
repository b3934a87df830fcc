"""Meshes that MakeHuman fits to its base mesh (.mhclo): here the eyebrows of the rendered heads.

Every proxy vertex is a weighted sum of three base vertices plus an offset, which scales with reference distances.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .obj_file import ObjMesh, read_obj
from .template import METRES_PER_DECIMETRE


@dataclass(frozen=True)
class Proxy:
    mesh: ObjMesh
    texture: np.ndarray
    corners: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray
    # Per axis: two base vertices and their distance, dm, at scale 1.
    scales: tuple[tuple[int, int, float] | None, ...]

    def fit(self, base: np.ndarray, metres_per_unit: float = METRES_PER_DECIMETRE) -> np.ndarray:
        """`base` (19158, 3) m in any translation of the base axes -> (P, 3) m."""
        scale = np.array(
            [
                metres_per_unit if s is None else abs(base[s[0], axis] - base[s[1], axis]) / s[2]
                for axis, s in enumerate(self.scales)
            ]
        )
        return (base[self.corners] * self.weights[..., None]).sum(1) + self.offsets * scale


def read_proxy(folder: Path, texture_side_px: int) -> Proxy:
    scales: list[tuple[int, int, float] | None] = [None, None, None]
    rows: list[list[float]] = []
    reading = False
    for line in next(iter(sorted(folder.glob("*.mhclo")))).read_text(errors="replace").splitlines():
        words = line.split()
        if not words or words[0] == "#":
            continue
        if words[0] in ("x_scale", "y_scale", "z_scale"):
            scales["xyz".index(words[0][0])] = (int(words[1]), int(words[2]), float(words[3]))
        elif words[0] == "verts":
            reading = True
        elif reading:
            try:
                values = [float(word) for word in words]
            except ValueError:
                if rows:
                    break
                continue
            if len(values) == 1:
                rows.append([values[0]] * 3 + [1.0, 0, 0, 0, 0, 0])
            else:
                rows.append((values + [0.0] * 3)[:9])
    table = np.array(rows)
    texture = read_image(sorted(folder.glob("*.png"))[0], texture_side_px)
    mesh = read_obj(sorted(folder.glob("*.obj"))[0])
    return Proxy(mesh, texture, table[:, :3].astype(np.int64), table[:, 3:6], table[:, 6:9], tuple(scales))


def read_image(path: Path, side_px: int) -> np.ndarray:
    """(side, side, 4) float32 RGBA in [0, 1]."""
    image = Image.open(path).convert("RGBA").resize((side_px, side_px), Image.Resampling.LANCZOS)
    return np.asarray(image, dtype=np.float32) / 255
