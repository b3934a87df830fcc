"""An all-quad eyeball: unit sphere with a cornea bulge, whose loops run along pupil, iris border and limbus.

-> positions (N, 3), radius 1, centre 0, looking along +Z; quads (Q, 4); uvs (T, 2) in the unit square, quad_uvs (Q, 4): the
ball as one disc around the pupil, polar angle -> radius, the front (iris and what lids uncover) over-weighted, and the cap
behind the last ring as a small disc in the corner.
A square grid maps to the pupil disc and another to the back pole, rings of `RING` vertices lie between: no triangle fans.
Human limbus radius 5.9 mm. The globe that fills MakeHuman's lids has a radius of 15 mm instead of 12, so the limbus lies
at 23 degrees (asin 5.9/15.1) here instead of 29, and iris and pupil keep their human size.
"""

import numpy as np

GRID = 6
RING = 4 * GRID
# Row of the apex of the cornea.
APEX = (GRID + 1) ** 2 // 2
# Polar angles of the rings, degrees from the optical axis: pupil, iris body, limbus, sclera.
PUPIL_DEG = 7.0
LIMBUS_DEG = 23.0
RINGS_DEG = (7.0, 10.0, 13.0, 16.0, 19.0, 21.5, 23.0, 25.0, 31.0, 40.0, 52.0, 66.0, 78.0, 90.0, 108.0, 130.0, 152.0)
# Extra height of the corneal apex over the sphere, in globe radii (1.2 mm): corneas of 7.8 mm radius rise that much.
CORNEA_RISE = 0.08
# uv radius over polar angle: 60 % of the radius for the first 60 degrees.
UV_KNOTS_DEG = (0.0, 60.0, 152.0)
UV_KNOTS_RADIUS = (0.0, 0.7, 1.0)
# The free corner of the unit square beside the inscribed disc.
CAP_CENTRE = (0.914, 0.914)
CAP_RADIUS = 0.08


def build_eyeball() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    cells = np.arange(GRID + 1) / GRID * 2 - 1
    x, y = np.meshgrid(cells, cells)
    disc = square_to_disc(x.ravel(), y.ravel())
    border = border_indices()
    border_angle = np.arctan2(disc[border, 1], disc[border, 0])
    polar, azimuth = [], []
    radius = np.hypot(disc[:, 0], disc[:, 1])
    angle = np.arctan2(disc[:, 1], disc[:, 0])
    polar.append(radius * RINGS_DEG[0])
    azimuth.append(angle)
    for ring in RINGS_DEG[1:]:
        polar.append(np.full(RING, ring))
        azimuth.append(border_angle)
    front_count = (GRID + 1) ** 2
    inner = np.setdiff1d(np.arange(front_count), border)
    polar.append(180 - (180 - RINGS_DEG[-1]) * radius[inner])
    azimuth.append(angle[inner])
    theta, phi = np.radians(np.concatenate(polar)), np.concatenate(azimuth)
    positions = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], 1)
    positions *= cornea_factor(np.degrees(theta))[:, None]

    corner = np.arange(front_count).reshape(GRID + 1, GRID + 1)
    front = np.stack([corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]], -1).reshape(-1, 4)
    quads = [front]
    previous = border
    for k in range(len(RINGS_DEG) - 1):
        current = front_count + k * RING + np.arange(RING)
        quads.append(np.stack([previous, current, np.roll(current, -1), np.roll(previous, -1)], 1))
        previous = current
    back = np.full(front_count, -1)
    back[border] = previous
    back[inner] = front_count + (len(RINGS_DEG) - 1) * RING + np.arange(len(inner))
    quads.append(back[front[:, ::-1]])

    spread = np.interp(np.degrees(theta), UV_KNOTS_DEG, UV_KNOTS_RADIUS) / 2
    uvs = np.stack([0.5 + spread * np.cos(phi), 0.5 + spread * np.sin(phi)], 1)
    uvs[front_count + (len(RINGS_DEG) - 1) * RING :] = CAP_CENTRE + CAP_RADIUS * disc[inner] * [-1, 1]
    rim = len(uvs) + np.arange(RING)
    uvs = np.concatenate([uvs, CAP_CENTRE + CAP_RADIUS * disc[border] * [-1, 1]])
    back_uvs = back.copy()
    back_uvs[border] = rim
    quad_uvs = [*quads[:-1], back_uvs[front[:, ::-1]]]
    return positions, np.concatenate(quads), uvs, np.concatenate(quad_uvs)


def cornea_factor(polar_deg: np.ndarray) -> np.ndarray:
    """Distance from the centre over the globe's radius."""
    return 1 + CORNEA_RISE * np.clip(1 - (polar_deg / (LIMBUS_DEG + 2)) ** 2, 0, None)


def square_to_disc(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """[-1, 1]^2 -> unit disc, concentric squares to circles with evenly spread angles (Shirley, Chiu 1997)."""
    big = np.maximum(np.abs(x), np.abs(y))
    wide = np.abs(x) >= np.abs(y)
    safe = np.where(big == 0, 1, np.where(wide, x, y))
    angle = np.where(wide, np.pi / 4 * y / safe, np.pi / 2 - np.pi / 4 * x / safe)
    radius = np.where(wide, x, y)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def border_indices() -> np.ndarray:
    """Outline of the grid, counter-clockwise from its lower left corner."""
    corner = np.arange((GRID + 1) ** 2).reshape(GRID + 1, GRID + 1)
    return np.concatenate([corner[0, :-1], corner[:-1, -1], corner[-1, :0:-1], corner[:0:-1, 0]])
