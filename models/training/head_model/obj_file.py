"""Reads the text formats of the MakeHuman assets: OBJ meshes of quads and sparse morph targets.

OBJ file -> ObjMesh: positions (N, 3) in the file's unit and frame, uvs (T, 2) with (0, 0) at the lower left, quads (Q, 4)
and quad_uvs (Q, 4) indices, one group name a quad. Target file -> (I,) vertex indices, (I, 3) displacements.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class ObjMesh:
    positions: np.ndarray
    uvs: np.ndarray
    quads: np.ndarray
    quad_uvs: np.ndarray
    groups: np.ndarray


def read_obj(path: Path) -> ObjMesh:
    """Quads only: a triangle or polygon raises, because every consumer relies on all-quad topology."""
    positions, uvs, quads, quad_uvs, groups = [], [], [], [], []
    group = ""
    for line in path.read_text(errors="replace").splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == "v":
            positions.append([float(word) for word in words[1:4]])
        elif words[0] == "vt":
            uvs.append([float(word) for word in words[1:3]])
        elif words[0] == "g":
            group = words[1] if len(words) > 1 else ""
        elif words[0] == "f":
            corners = [word.split("/") for word in words[1:]]
            if len(corners) != 4:
                raise ValueError(f"{path.name}: face with {len(corners)} corners, expected 4")
            quads.append([int(corner[0]) - 1 for corner in corners])
            quad_uvs.append([int(corner[1]) - 1 for corner in corners])
            groups.append(group)
    return ObjMesh(
        np.array(positions),
        np.array(uvs),
        np.array(quads, dtype=np.int64),
        np.array(quad_uvs, dtype=np.int64),
        np.array(groups),
    )


def read_target(path: Path) -> tuple[np.ndarray, np.ndarray]:
    rows = [line.split() for line in path.read_text().splitlines() if line and line[0] != "#"]
    rows = [row for row in rows if len(row) == 4]
    indices = np.array([int(row[0]) for row in rows], dtype=np.int64)
    return indices, np.array([[float(word) for word in row[1:]] for row in rows]).reshape(-1, 3)
