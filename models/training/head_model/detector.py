"""MediaPipe's face detector and face mesh on numpy images, the way `src-main/pipeline/02-analyse` runs them.

Image (H, W, 3) float in [0, 1], sRGB -> 478 landmarks (478, 3) px and a score. Models: `face-detection-short` and
`face-landmarks-478` of `models/manifest.json`, run by onnxruntime. The square region is first taken from the detector
(box x 1.5, turned by the eye line), then twice from the landmarks themselves.
"""

from pathlib import Path

import numpy as np

DETECTOR_SIDE = 128
MESH_SIDE = 192
ROI_SCALE = 1.5
# Landmarks of the outer eye corners: subject's right, subject's left.
RIGHT_EYE_CORNER, LEFT_EYE_CORNER = 33, 263


class Detector:
    def __init__(self, models: Path, threads: int = 1):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        load = lambda name: onnxruntime.InferenceSession(
            str(models / f"{name}.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.face = load("face-detection-short")
        self.mesh = load("face-landmarks-478")
        grid = lambda n, per: np.repeat(
            [[(x + 0.5) / n, (y + 0.5) / n] for y in range(n) for x in range(n)], per, axis=0
        )
        self.anchors = np.concatenate([grid(16, 2), grid(8, 6)])

    def find_face(self, image: np.ndarray) -> tuple[np.ndarray, float, float] | None:
        """Centre (px), side (px) and turn (rad) of the region around the best face, None below a score of 0.5."""
        height, width = image.shape[:2]
        centre, side = np.array([width / 2, height / 2]), max(height, width)
        crop = warp(image, centre, side, 0.0, DETECTOR_SIDE) * 2 - 1
        outputs = self.face.run(
            None, {self.face.get_inputs()[0].name: crop.transpose(2, 0, 1)[None].astype(np.float32)}
        )
        boxes = next(o for o in outputs if o.shape[-1] == 16)[0]
        scores = next(o for o in outputs if o.shape[-1] == 1)[0, :, 0]
        best = int(np.argmax(scores))
        if scores[best] < 0:
            return None
        points = boxes[best].reshape(8, 2) / DETECTOR_SIDE
        size = points[1].max() * side
        points = (points + self.anchors[best] - 0.5) * side + centre
        eyes = points[3] - points[2]
        return points[0], size * ROI_SCALE, float(np.arctan2(eyes[1], eyes[0]))

    def find_landmarks(self, image: np.ndarray, passes: int = 3) -> tuple[np.ndarray, float] | None:
        region = self.find_face(image)
        if region is None:
            return None
        centre, side, turn = region
        landmarks = np.zeros((478, 3))
        score = 0.0
        for _ in range(passes):
            crop = warp(image, centre, side, turn, MESH_SIDE)
            outputs = self.run_mesh(crop)
            landmarks, score = outputs
            local = (landmarks[:, :2] / MESH_SIDE - 0.5) * side
            rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
            landmarks = np.column_stack([local @ rotation + centre, landmarks[:, 2] / MESH_SIDE * side])
            eyes = landmarks[LEFT_EYE_CORNER] - landmarks[RIGHT_EYE_CORNER]
            turn = float(np.arctan2(eyes[1], eyes[0]))
            axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
            upright = landmarks[:, :2] @ axes
            low, high = upright.min(0), upright.max(0)
            centre = axes @ ((low + high) / 2)
            side = float((high - low).max()) * ROI_SCALE
        return landmarks, score

    def run_mesh(self, crop: np.ndarray) -> tuple[np.ndarray, float]:
        outputs = self.mesh.run(
            None, {self.mesh.get_inputs()[0].name: crop.transpose(2, 0, 1)[None].astype(np.float32)}
        )
        landmarks = next(o for o in outputs if o.size == 478 * 3).reshape(478, 3)
        logit = float(next(o for o in outputs if o.size == 1).ravel()[0])
        return landmarks.astype(np.float64), float(1 / (1 + np.exp(-logit)))


def warp(image: np.ndarray, centre: np.ndarray, side: float, turn: float, size: int) -> np.ndarray:
    """Square region -> (size, size, 3), bilinear, black outside the image."""
    grid = ((np.arange(size) + 0.5) / size - 0.5) * side
    u, v = np.meshgrid(grid, grid)
    x = centre[0] + np.cos(turn) * u - np.sin(turn) * v - 0.5
    y = centre[1] + np.sin(turn) * u + np.cos(turn) * v - 0.5
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)))
    height, width = padded.shape[:2]
    x, y = np.clip(x + 1, 0, width - 1.001), np.clip(y + 1, 0, height - 1.001)
    x0, y0 = x.astype(np.int64), y.astype(np.int64)
    fx, fy = (x - x0)[..., None], (y - y0)[..., None]
    top = padded[y0, x0] * (1 - fx) + padded[y0, x0 + 1] * fx
    bottom = padded[y0 + 1, x0] * (1 - fx) + padded[y0 + 1, x0 + 1] * fx
    return top * (1 - fy) + bottom * fy
