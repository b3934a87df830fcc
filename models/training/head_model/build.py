"""Builds the head model: `python -m head_model.build --data ../shared/data --models .. --out assets/head-model.bin`.

Training data (see README) -> `head-model.bin`, an array file whose fields are those of `HeadModel` in
`src-main/pipeline/03-prior/head-model.ts`. Deterministic: same data, same seed, same bytes.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from . import quad_mesh
from .array_file import write_array_file
from .detector import Detector
from .expressions import ARKIT_NAMES
from .landmarks import Embedding, embed_landmarks
from .makehuman import (
    list_asymmetry_targets, list_detail_targets, list_face_units, list_macro_targets, neutral_adult_weights, read_base,
    read_targets, sample_weights,
)  # fmt: skip
from .rig import JOINTS, REGIONS, find_joints, find_regions, find_skin_weights, head_frame_origin
from .statistics import Components, find_components
from .template import GROUPS, Template, build_template
from .textured_head import Wardrobe
from .uv_layout import lay_out

SEED = 20240916
SAMPLES = 1500
IDENTITIES = 80
EMBEDDING_HEADS = 40


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True, help="folder of manifest.json and the ONNX files")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--heads", type=int, default=EMBEDDING_HEADS)
    options = parser.parse_args()
    started = time.monotonic()
    log = lambda text: print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)

    base = read_base(options.data)
    files = list_macro_targets(options.data) + list_detail_targets(options.data) + list_asymmetry_targets(options.data)
    targets = read_targets(files, len(base.positions))
    neutral = neutral_adult_weights(targets.names).astype(np.float32)
    rest_dm = base.positions + np.tensordot(neutral, targets.shapes, 1)
    template = build_template(base, rest_dm)
    posed = template.pose(rest_dm)
    rest = posed - head_frame_origin(posed, template)
    log(f"template: {template.vertex_count} vertices, {len(template.quads)} quads")

    regions = find_regions(rest, template)
    units = read_targets(list_face_units(options.data, ARKIT_NAMES), len(base.positions))
    expression = np.stack([template.pose_linear(shape, rest_dm) for shape in units.shapes])
    joints = find_joints(rest, template)
    skin_joints, skin_weights = find_skin_weights(rest, template, joints, expression[ARKIT_NAMES.index("jawOpen")])

    samples = sample_makehuman(template, base.positions, targets, options.samples, SEED)
    components = find_components(samples, vertex_weights(rest, template, regions), IDENTITIES)
    log(f"{len(samples)} samples, {IDENTITIES} components explain {components.explained(IDENTITIES):.4f}")

    detector, wardrobe = Detector(options.models), Wardrobe(options.data)
    embedding = embed_landmarks(template, rest, base.positions, targets, wardrobe, detector, options.heads, SEED + 1)
    log(f"landmarks: residual mean {embedding.residual.mean() * 1000:.2f} mm, largest {embedding.residual.max() * 1000:.2f} mm")

    size = write_model(options.out, template, rest, components, expression, embedding, regions, joints, skin_joints, skin_weights)
    log(f"{options.out}: {size / 2**20:.2f} MiB")


def sample_makehuman(template: Template, base: np.ndarray, targets, count: int, seed: int) -> np.ndarray:
    """(S, N, 3) float32 m, head frame: random people and their mirror images, so that the mean stays symmetric."""
    rng = np.random.default_rng(seed)
    samples = np.empty((2 * count, template.vertex_count, 3), dtype=np.float32)
    for row in range(count):
        weights = sample_weights(targets.names, rng).astype(np.float32)
        posed = template.pose(base + np.tensordot(weights, targets.shapes, 1))
        samples[row] = posed - head_frame_origin(posed, template)
    samples[count:] = samples[:count][:, template.mirror] * np.float32([-1, 1, 1])
    return samples


# What a photo shows counts most (weight per area).
REGION_WEIGHTS = {"scalp": 0.3, "back": 0.2, "neck": 0.2, "ear-left": 0.5, "ear-right": 0.5, "inner": 0.0}


def vertex_weights(rest: np.ndarray, template: Template, regions: np.ndarray) -> np.ndarray:
    """(N,) share of the surface times the region's weight; sums to 1."""
    corners = rest[template.quads]
    area = np.linalg.norm(np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]), axis=1) / 2
    weights = np.bincount(template.quads.ravel(), np.repeat(area / 4, 4), template.vertex_count)
    weights *= np.array([REGION_WEIGHTS.get(name, 1.0) for name in REGIONS])[regions]
    return weights / weights.sum()


def write_model(
    out: Path,
    template: Template,
    rest: np.ndarray,
    components: Components,
    expression: np.ndarray,
    embedding: Embedding,
    regions: np.ndarray,
    joints: list[dict],
    skin_joints: np.ndarray,
    skin_weights: np.ndarray,
) -> int:
    model = {
        "format": "head-model",
        "version": 1,
        "id": "gen3d-head",
        "licence": "Apache-2.0",
        "credits": "Topology, shapes and expressions from the MakeHuman base mesh, targets and extra targets (CC0).",
        "topology": {
            "vertexCount": template.vertex_count,
            "quads": template.quads.astype(np.uint32),
            "uvs": lay_out(template, rest).astype(np.float32),
            "quadUvs": template.quad_uvs.astype(np.uint32),
            "quadGroups": template.quad_groups,
            "groups": list(GROUPS),
            "mirror": template.mirror.astype(np.uint32),
        },
        "neutralHead": components.mean.astype(np.float32),
        "identity": components.modes.astype(np.float16),
        "identityCount": len(components.modes),
        "expression": expression.astype(np.float16),
        "expressionNames": list(ARKIT_NAMES),
        "landmarks": {
            "vertices": embedding.vertices.astype(np.uint32),
            "weights": embedding.weights.astype(np.float32),
            "residualM": embedding.residual.astype(np.float32),
        },
        "regions": regions,
        "regionNames": list(REGIONS),
        "joints": joints,
        "skinJoints": skin_joints,
        "skinWeights": skin_weights,
    }
    return write_array_file(out, model)


if __name__ == "__main__":
    main()
