"""ICT-FaceKit (USC ICT, MIT): a morphable head from real scans, as arrays in metres.

`ict-facekit/ict.npz` and `vertex_indices.json` -> neutral (V, 3) m, identity modes (100, V, 3) m per unit-variance
coefficient, skin triangles (vertices 0-11247: face, head and neck), 68 iBUG landmark vertices, eyeball vertices.
Axes and origin are close to the head frame already: +X subject's left, +Y up, +Z out of the face, origin between the ears.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

METRES_PER_CENTIMETRE = 0.01
SKIN_VERTICES = 11248
# Scleras of the subject's left and right eye (whole balls, connected components of the mesh).
EYEBALLS = {"eye-left": (21451, 22221), "eye-right": (23021, 23791)}

# MediaPipe landmark of each of the 68 iBUG landmarks. Jaw line (0-16) and the mesh's contour agree only roughly.
MEDIAPIPE_OF_IBUG = (
    127, 234, 93, 58, 172, 136, 150, 176, 152, 400, 379, 365, 397, 288, 323, 454, 356,
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300,
    168, 197, 5, 4, 64, 98, 2, 327, 294,
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87,
)  # fmt: skip
CONTOUR_COUNT = 17


@dataclass(frozen=True)
class Ict:
    neutral: np.ndarray
    identity: np.ndarray
    triangles: np.ndarray
    landmarks: np.ndarray
    expression: dict[str, np.ndarray]


def read_ict(data: Path) -> Ict:
    folder = data / "ict-facekit"
    arrays = np.load(folder / "ict.npz")
    indices = json.loads((folder / "vertex_indices.json").read_text())
    faces = arrays["faces"].astype(np.int64)
    names = [str(name) for name in arrays["expression_names"]]
    expression = arrays["expression"]
    return Ict(
        arrays["neutral"].astype(np.float64) * METRES_PER_CENTIMETRE,
        arrays["identity"].astype(np.float32) * np.float32(METRES_PER_CENTIMETRE),
        faces[(faces < SKIN_VERTICES).all(1)],
        np.array(indices["idx_to_landmark_verts"]),
        {
            name: expression[row].astype(np.float32) * np.float32(METRES_PER_CENTIMETRE)
            for row, name in enumerate(names)
        },
    )
