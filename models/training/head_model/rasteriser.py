"""A z-buffered triangle rasteriser in numpy, for rendering heads to a detector and for looking at them.

Triangles (F, 3), pixel positions (N, 3) = (u px, v px, depth, larger = farther) -> triangle index (H, W) int32 (-1 = none)
and barycentric weights (H, W, 3). Weights are linear in the image; the heads are rendered at portrait distance, where the
perspective correction inside one triangle (1 mm of depth on 1 m) is far below a pixel.
Fragments of all triangles are enumerated at once by bounding-box size class, so that no Python loop runs over triangles:
0.25 s for 25k triangles at 512 px. A loop over triangles took 4 s.
"""

import numpy as np


def rasterise(points_px: np.ndarray, triangles: np.ndarray, size_px: int) -> tuple[np.ndarray, np.ndarray]:
    corners = points_px[triangles].astype(np.float64)
    low = np.clip(np.floor(corners[..., :2].min(1) - 0.5), 0, size_px - 1).astype(np.int64)
    high = np.clip(np.ceil(corners[..., :2].max(1) - 0.5), 0, size_px - 1).astype(np.int64)
    extent = high - low + 1
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    alive = np.abs(area) > 1e-12
    side = extent.max(1)
    best_depth = np.full(size_px * size_px, np.inf)
    best_triangle = np.full(size_px * size_px, -1, dtype=np.int32)
    best_weights = np.zeros((size_px * size_px, 3), dtype=np.float32)
    window = 1
    while window < 2 * size_px:
        chosen = np.flatnonzero(alive & (side <= window) & (side > window // 2))
        window *= 2
        grid = np.arange(window // 2)
        step = max(1, 4_000_000 // (window * window // 4))
        for begin in range(0, len(chosen), step):
            part = chosen[begin : begin + step]
            x = low[part, 0, None, None] + grid[None, None, :]
            y = low[part, 1, None, None] + grid[None, :, None]
            px, py = x + 0.5, y + 0.5
            pa, pb, pc = (corner[part][:, None, None] for corner in (a, b, c))
            inverse = 1.0 / area[part][:, None, None]
            wb = (
                (px - pa[..., 0]) * (pc[..., 1] - pa[..., 1]) - (pc[..., 0] - pa[..., 0]) * (py - pa[..., 1])
            ) * inverse
            wc = (
                (pb[..., 0] - pa[..., 0]) * (py - pa[..., 1]) - (px - pa[..., 0]) * (pb[..., 1] - pa[..., 1])
            ) * inverse
            wa = 1.0 - wb - wc
            inside = (wa >= 0) & (wb >= 0) & (wc >= 0) & (x < size_px) & (y < size_px)
            index, row, column = np.nonzero(inside)
            weights = np.stack([wa[inside], wb[inside], wc[inside]], 1)
            source = part[index]
            depth = (weights * corners[source, :, 2]).sum(1)
            pixel = (y[index, row, 0]) * size_px + x[index, 0, column]
            order = np.lexsort((depth, pixel))
            pixel, depth, source, weights = pixel[order], depth[order], source[order], weights[order]
            first = np.ones(len(pixel), dtype=bool)
            first[1:] = pixel[1:] != pixel[:-1]
            nearer = first.copy()
            nearer[first] = depth[first] < best_depth[pixel[first]]
            best_depth[pixel[nearer]] = depth[nearer]
            best_triangle[pixel[nearer]] = source[nearer]
            best_weights[pixel[nearer]] = weights[nearer]
    shape = (size_px, size_px)
    return best_triangle.reshape(shape), best_weights.reshape(*shape, 3)


def sample_bilinear(image: np.ndarray, uvs: np.ndarray) -> np.ndarray:
    """(H, W, C) float, (..., 2) uv with (0, 0) at the top left -> (..., C); clamps at the border."""
    height, width = image.shape[:2]
    x = np.clip(uvs[..., 0] * width - 0.5, 0, width - 1.001)
    y = np.clip(uvs[..., 1] * height - 0.5, 0, height - 1.001)
    x0, y0 = x.astype(np.int64), y.astype(np.int64)
    fx, fy = (x - x0)[..., None], (y - y0)[..., None]
    top = image[y0, x0] * (1 - fx) + image[y0, x0 + 1] * fx
    bottom = image[y0 + 1, x0] * (1 - fx) + image[y0 + 1, x0 + 1] * fx
    return top * (1 - fy) + bottom * fy
