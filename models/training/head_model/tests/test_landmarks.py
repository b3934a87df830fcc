"""Lips and midline of the landmark embedding; the bag behind the lips."""

import numpy as np

from head_model.landmarks import LIP_CORNERS, LOWER_LIP, MIDLINE, UPPER_LIP, mirror_partners, split_by_lip
from head_model.mouth_bag import bag_rings, hold_bag, retreat_bag
from head_model.template import GROUPS

FLIP = np.array([-1.0, 1.0, 1.0])


def test_lips_are_paired_across_the_midline_even_where_their_contours_meet():
    print("seed 3")
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(468, 3))
    lips = np.unique(np.concatenate([np.ravel(UPPER_LIP), np.ravel(LOWER_LIP), np.ravel(LIP_CORNERS)]))
    free = np.setdiff1d(np.arange(468), np.concatenate([lips, MIDLINE]))
    right, left = free[: len(free) // 2], free[len(free) // 2 : 2 * (len(free) // 2)]
    centres[left] = centres[right] * FLIP
    # All lips in one line, as the inner contours of a closed mouth are.
    centres[lips] = 0.0
    partner = mirror_partners(centres, FLIP)
    assert (partner[list(MIDLINE)] == MIDLINE).all()
    for line in (*UPPER_LIP, *LOWER_LIP):
        assert (partner[list(line)] == line[::-1]).all()
    assert (partner[right] == left).all()


def test_each_lip_keeps_to_its_own_side_of_the_seam():
    triangles = np.array([[0, 1, 2], [3, 4, 5]])
    jaw_open = np.zeros((6, 3))
    jaw_open[3:, 1] = -0.03
    surfaces = split_by_lip(triangles, jaw_open)
    upper, lower, rest = ({*rows.tolist()} for rows, _ in surfaces)
    assert 13 in upper and 14 in lower and 61 in rest and 0 in upper and 17 in lower
    assert len(upper) + len(lower) + len(rest) == 468
    assert [surface.tolist() for _, surface in surfaces] == [[[0, 1, 2]], [[3, 4, 5]], triangles.tolist()]


class Strip:
    """A strip of quads that runs from the skin (x 0-1) into the mouth (x 1-9)."""

    def __init__(self):
        top = np.arange(9)
        self.quads = np.stack([top, top + 1, top + 11, top + 10], 1)
        self.quad_groups = np.array([GROUPS.index("skin")] + [GROUPS.index("mouth")] * 8, dtype=np.uint8)
        self.vertex_count = 20


def test_the_bag_goes_with_the_lips_at_its_rim_and_with_the_teeth_inside():
    strip = Strip()
    bag, ring = bag_rings(strip)
    assert dict(zip(bag.tolist(), ring.tolist()))[1] == 0
    assert (ring == bag % 10 - 1).all()
    held = hold_bag(np.ones((20, 3)), np.zeros((20, 3)), strip)
    assert (held[[0, 1]] == 1).all() and (held[[6, 7, 8, 9]] == 0).all()
    assert (np.diff(held[1:10, 0]) <= 0).all()
    # Depth falls along the strip: the wall in front steps back, the seam and what lies deep stay.
    mean = np.zeros((20, 3))
    mean[:, 2] = -0.01 * (np.arange(20) % 10)
    step = mean - retreat_bag(mean, strip)
    assert step[[0, 1], 2].max() == 0 and step[9, 2] == 0 and step[2, 2] > 0
