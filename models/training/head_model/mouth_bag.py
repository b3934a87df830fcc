"""The bag behind the lips, kept between skin and teeth.

The bag of ICT's head is another mesh. Continued from the lips as smoothly as can be, it ran ahead of them: with puckered lips it came
through the skin below, and on some people already at rest. So only its rim moves with the lips; farther in it goes where
teeth go, and its front wall, which MakeHuman puts 4 mm below the skin, has half the way back to the teeth.
"""

import numpy as np

from .template import GROUPS, Template

# Share of the lips' motion by ring of vertices from the seam inwards; the rest of the way it goes with the teeth.
LIP_SHARE = (1.0, 0.85, 0.55, 0.3, 0.12)
# How far the front wall steps back, m, by ring: teeth are 10 mm behind it.
RETREAT_M = (0.0, 0.0015, 0.004, 0.005, 0.005)
# The wall, as a share of the way from the deepest point of the bag to the lips: what lies behind is throat and palate.
WALL_FROM, WALL_TO = 0.75, 0.88


def bag_rings(template: Template) -> tuple[np.ndarray, np.ndarray]:
    """Vertices of the bag (B,) and their rings (B,): 0 on the seam with the lips."""
    bag_quads = template.quads[template.quad_groups == GROUPS.index("mouth")]
    seam = np.intersect1d(bag_quads, template.quads[template.quad_groups == GROUPS.index("skin")])
    ring = np.full(template.vertex_count, len(bag_quads))
    ring[seam] = 0
    while True:
        nearest = ring[bag_quads].min(1)
        further = ring.copy()
        np.minimum.at(further, bag_quads.ravel(), np.repeat(nearest + 1, 4))
        if np.array_equal(further, ring):
            bag = np.unique(bag_quads)
            return bag, ring[bag]
        ring = further


def hold_bag(motion: np.ndarray, with_teeth: np.ndarray, template: Template) -> np.ndarray:
    """`motion` (N, 3) with the bag's moved over to `with_teeth` (N, 3), the deeper the more."""
    bag, ring = bag_rings(template)
    share = by_ring(LIP_SHARE, ring, deeper=0.0)[:, None]
    held = motion.copy()
    held[bag] = share * motion[bag] + (1 - share) * with_teeth[bag]
    return held


def retreat_bag(mean: np.ndarray, template: Template) -> np.ndarray:
    """`mean` (N, 3) m, head frame, with the front wall of the bag stepped back."""
    bag, ring = bag_rings(template)
    depth = mean[bag, 2]
    along = (depth - depth.min()) / np.ptp(depth)
    wall = np.clip((along - WALL_FROM) / (WALL_TO - WALL_FROM), 0, 1)
    moved = mean.copy()
    moved[bag, 2] -= wall * by_ring(RETREAT_M, ring, deeper=RETREAT_M[-1])
    return moved


def by_ring(values: tuple[float, ...], ring: np.ndarray, deeper: float) -> np.ndarray:
    return np.array([*values, deeper])[np.minimum(ring, len(values))]
