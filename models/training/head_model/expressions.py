"""The 52 ARKit shapes of the template.

ICT-FaceKit's shapes (53 of them, from scans), MakeHuman's face units (52), both on the template's vertices -> (52, N, 3) m
at weight 1, in the alphabetical order of Apple's names; Left is the subject's left (+X).

ICT's shapes are taken where it has one: they crease and bulge where faces do. `tongueOut` is MakeHuman's. Blinks are the
mean of both, because the mean head is: half of each neutral plus half of each blink closes the lids exactly, either alone
left 1-2 mm open. Eyeballs turn as ICT's do; the shapes carry that turn, so a rig must either weight `eyeLook*` or turn the
eye joints. Lower teeth and tongue follow the chin rigidly. Left and right are averaged with their mirror images, and lids
that cut into the eyeball are pushed out of it. As in ARKit, `mouthClose` is made to be added to `jawOpen`.
"""

import numpy as np

from . import quad_mesh
from .eyeball import APEX, cornea_factor
from .ict import EYEBALLS, Ict
from .ict_shapes import Carrier, ball_of
from .mouth_bag import hold_bag
from .registration import align_rigid
from .rig import REGIONS
from .template import Template

ARKIT_NAMES = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight",
    "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight",
    "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthUpperUpLeft", "mouthUpperUpRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
JAW_SHAPES = ("jawForward", "jawLeft", "jawOpen", "jawRight")
# Share of ICT's shape; what is not named takes all of it.
ICT_SHARE = {"eyeBlinkLeft": 0.5, "eyeBlinkRight": 0.5, "tongueOut": 0.0}
# Lids stay this far outside the eyeball, m.
LID_CLEARANCE_M = 0.0004


def build_expressions(
    ict: Ict, carrier: Carrier, makehuman: np.ndarray, mean: np.ndarray, template: Template, regions: np.ndarray
) -> np.ndarray:
    """`makehuman` (52, N, 3) m; `mean` (N, 3) m, head frame."""
    shapes = np.zeros((len(ARKIT_NAMES), template.vertex_count, 3))
    for row, name in enumerate(ARKIT_NAMES):
        share = ICT_SHARE.get(name, 1.0)
        source = sum(ict.expression[part] for part in ict_names(name, ict)) if share > 0 else None
        if source is not None:
            shapes[row] = share * carry_expression(source, name, ict, carrier, template, regions, mean)
        shapes[row] += (1 - share) * makehuman[row]
    shapes = symmetrise(shapes, template)
    for row, name in enumerate(ARKIT_NAMES):
        if name.startswith("eye"):
            shapes[row] = clear_eyeballs(mean, shapes[row], template, regions)
    return shapes


def ict_names(name: str, ict: Ict) -> list[str]:
    """ICT writes `_L` and `_R`, and splits `browInnerUp` and `cheekPuff` in two."""
    if name in ict.expression:
        return [name]
    for ours, theirs in (("Left", "_L"), ("Right", "_R")):
        if name.endswith(ours):
            return [name.removesuffix(ours) + theirs]
    return [f"{name}_L", f"{name}_R"]


def carry_expression(source, name, ict: Ict, carrier: Carrier, template: Template, regions, mean) -> np.ndarray:
    shape = np.zeros((template.vertex_count, 3))
    count = template.ranges["skin"][1]
    shape[:count] = carrier.skin(source)
    if name in JAW_SHAPES:
        chin = np.flatnonzero(regions == REGIONS.index("chin"))
        turn, shift = align_rigid(mean[chin], mean[chin] + shape[chin], np.ones(len(chin)))
        for part in ("teeth-lower", "tongue"):
            rows = template.vertices_of(part)
            shape[rows] = mean[rows] @ turn.T + shift - mean[rows]
    else:
        shape = hold_bag(shape, np.zeros_like(shape), template)
    if name.startswith("eyeLook"):
        for part, (first, last) in EYEBALLS.items():
            ball, rows = ict.neutral[first:last], template.vertices_of(part)
            turn, _ = align_rigid(ball, ball + source[first:last], np.ones(last - first))
            centre = ball_of(mean[rows])[0]
            shape[rows] = (mean[rows] - centre) @ turn.T + centre - mean[rows]
    return shape


def symmetrise(shapes: np.ndarray, template: Template) -> np.ndarray:
    partner = [ARKIT_NAMES.index(swap_side(name)) for name in ARKIT_NAMES]
    mirrored = shapes[partner][:, template.mirror] * np.array([-1.0, 1.0, 1.0])
    return (shapes + mirrored) / 2


def swap_side(name: str) -> str:
    if name.endswith("Left"):
        return name.removesuffix("Left") + "Right"
    return name.removesuffix("Right") + "Left" if name.endswith("Right") else name


def clear_eyeballs(mean: np.ndarray, shape: np.ndarray, template: Template, regions: np.ndarray) -> np.ndarray:
    """Pushes lid vertices that cut deeper into an eyeball than at rest radially out of it, and their neighbours a little.

    At rest the rolled-in rim of the lids lies inside the ball; that is hidden and stays.
    """
    skin = template.ranges["skin"][1]
    visible = template.quads[(template.quad_groups == 0) & ~template.sockets]
    push = np.zeros((skin, 3))
    for part in ("eye-left", "eye-right"):
        lids = np.intersect1d(np.flatnonzero(regions == REGIONS.index(part)), visible)
        ball = template.vertices_of(part)
        gap_at_rest, _ = gap_to_ball(mean[lids], mean[ball])
        gap, outward = gap_to_ball((mean + shape)[lids], (mean + shape)[ball])
        in_front = outward[:, 2] > 0
        push[lids] = outward * (np.clip(np.minimum(gap_at_rest, LID_CLEARANCE_M) - gap, 0, None) * in_front)[:, None]
    moved = push.copy()
    for _ in range(3):
        blurred = quad_mesh.smooth_values(visible, moved, 1)
        longer = np.linalg.norm(push, axis=1) > np.linalg.norm(blurred, axis=1)
        moved = np.where(longer[:, None], push, blurred)
    result = shape.copy()
    result[:skin] += moved
    return result


def gap_to_ball(points: np.ndarray, ball: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Signed distance (P,) from an eyeball with its cornea, and outward directions (P, 3)."""
    centre, radius = ball_of(ball)
    axis = ball[APEX] - centre
    axis /= np.linalg.norm(axis)
    arm = points - centre
    distance = np.linalg.norm(arm, axis=1)
    outward = arm / distance[:, None]
    polar = np.degrees(np.arccos(np.clip(outward @ axis, -1, 1)))
    return distance - radius * cornea_factor(polar), outward
