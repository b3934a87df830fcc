"""A dental arch as one all-quad strip: gums and 14 crowns.

-> positions (N, 3) in millimetres: x across (+ = subject's left), y up with the crown edges at 0, z forward with the
centre of the arch at 0; quads; uvs in the unit square (u along the arch, v over the profile). Open at the gums.
Crown widths and heights: Wheeler, Dental Anatomy (mesiodistal crown widths, mm).
"""

import numpy as np

UPPER_WIDTHS_MM = (8.5, 6.5, 7.5, 7.0, 7.0, 10.0, 9.0)
LOWER_WIDTHS_MM = (5.0, 5.5, 7.0, 7.0, 7.0, 11.0, 10.5)
UPPER_HEIGHTS_MM = (10.5, 9.0, 10.0, 8.5, 8.5, 7.5, 7.0)
LOWER_HEIGHTS_MM = (9.0, 9.5, 11.0, 8.5, 8.0, 7.5, 7.0)
# Labial-lingual thickness of incisors and molars at the gum, mm.
THICKNESS_MM = (6.0, 6.0, 7.0, 8.5, 8.5, 10.0, 10.0)
# Columns of one crown: the gap, both shoulders, the middle.
COLUMNS = (0.0, 0.16, 0.5, 0.84)
# Profile rows from the labial gum over the edge to the lingual gum: (outward share of half thickness, height share of the
# crown; above 1 is gum).
PROFILE = (
    (1.05, 1.6), (1.18, 1.2), (1.02, 1.0), (1.05, 0.6), (0.85, 0.15),
    (0.35, 0.0), (-0.35, 0.02), (-0.9, 0.4), (-1.0, 1.0), (-1.1, 1.5),
)  # fmt: skip


def build_arch(upper: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    widths = UPPER_WIDTHS_MM if upper else LOWER_WIDTHS_MM
    heights = UPPER_HEIGHTS_MM if upper else LOWER_HEIGHTS_MM
    s, height, thickness, gap = [], [], [], []
    start = 0.0
    for k, width in enumerate(widths):
        following = min(k + 1, len(widths) - 1)
        for column in COLUMNS:
            s.append(start + column * width)
            height.append(heights[k] if column else (heights[k] + heights[max(k - 1, 0)]) / 2)
            blend = column * (THICKNESS_MM[following] - THICKNESS_MM[k])
            thickness.append(THICKNESS_MM[k] + blend)
            gap.append(1.0 if column == 0 else 0.0 if column == 0.5 else 0.25)
        start += width
    s.append(start)
    height.append(heights[-1])
    thickness.append(THICKNESS_MM[-1])
    gap.append(1.0)
    half = np.array(s)
    along = np.concatenate([-half[:0:-1], half])
    fold = lambda values: np.concatenate([np.array(values)[:0:-1], np.array(values)])
    height, thickness, gap = fold(height), fold(thickness), fold(gap)
    x, z, nx, nz = arch_curve(along, half[-1])
    rows = []
    for outward, rise in PROFILE:
        crown = 1.0 if 0 < rise < 1.01 else 0.35
        inset = 0.16 * gap * crown
        offset = thickness / 2 * outward * (1 - inset)
        crown_top = height * min(rise, 1.0) + 0.9 * gap * (rise < 0.2)
        y = crown_top + max(rise - 1.0, 0.0) * (2 * height.max() - height)
        rows.append(np.stack([x + nx * offset, y if upper else -y, z + nz * offset], 1))
    positions = np.stack(rows)
    count_rows, count_columns = positions.shape[:2]
    index = np.arange(count_rows * count_columns).reshape(count_rows, count_columns)
    quads = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], -1).reshape(-1, 4)
    if not upper:
        quads = quads[:, ::-1]
    length = np.concatenate(
        [[0], np.cumsum([np.hypot(b[0] - a[0], b[1] - a[1]) for a, b in zip(PROFILE, PROFILE[1:])])]
    )
    u, v = np.meshgrid((along / half[-1] + 1) / 2, length / length[-1])
    return positions.reshape(-1, 3), quads, np.stack([u.ravel(), v.ravel()], 1)


def arch_curve(along: np.ndarray, half_length: float) -> tuple[np.ndarray, ...]:
    """Points and outward normals of the arch at signed arc length: a parabola-like half ellipse, half-width : depth 0.58."""
    t = np.linspace(0, np.pi / 2, 2000)
    depth = 1.0
    x, z = 0.58 * np.sin(t) ** 0.92, depth * (np.cos(t) - 1)
    arc = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(z)))])
    scale = half_length / arc[-1]
    position = np.abs(along) / half_length * arc[-1]
    px, pz = np.interp(position, arc, x) * scale, np.interp(position, arc, z) * scale
    tx, tz = np.interp(position, arc, np.gradient(x, arc)), np.interp(position, arc, np.gradient(z, arc))
    norm = np.hypot(tx, tz)
    sign = np.where(along < 0, -1.0, 1.0)
    return px * sign, pz, np.where(along == 0, 0, -tz / norm * sign), np.where(along == 0, 1, tx / norm)
