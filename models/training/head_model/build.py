"""Builds the head model: `python -m head_model.build --data ../shared/data --models .. --out assets/head-model.bin`.

Training data (see README) -> `head-model.bin`, an array file whose fields are those of `HeadModel` in
`src-main/pipeline/03-prior/head-model.ts`, and a JSON report with the numbers of the model card.
Deterministic: same data, same models, same bytes. With `--cache` what the detector found, two thirds of the time, is kept.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from .detector import Detector
from .evaluation import evaluate_ict, evaluate_vertices
from .expressions import ARKIT_NAMES, build_expressions
from .ict import read_ict
from .ict_shapes import IctShapes, carry_over, mirror_modes, surface_triangles
from .landmarks import Hits, embed_landmarks, find_hits
from .lods import build_lods
from .makehuman import (
    Targets, list_asymmetry_targets, list_detail_targets, list_face_units, list_macro_targets, neutral_adult_weights,
    read_base, read_targets, sample_weights,
)  # fmt: skip
from .model_file import HeadModel, write_model
from .mouth_bag import retreat_bag
from .obj_file import ObjMesh
from .rig import REGIONS, find_joints, find_regions, find_skin_weights, head_frame_origin
from .statistics import Components, Source, align_samples, find_components, remove_motion, sample_source
from .quad_mesh import vertex_areas
from .template import Template, build_template
from .textured_head import Wardrobe
from .uv_layout import lay_out

SEED = 20240916
MAKEHUMAN_SAMPLES = 1000
IDENTITIES = 96
EMBEDDING_HEADS = 40
# Both sources weigh the same: ICT knows real shapes of adults, MakeHuman the range of ages, weights and ethnicities.
ICT_SHARE = 0.5
HELD_OUT = 60
# What a photo shows counts most (weight per area).
REGION_WEIGHTS = {"scalp": 0.3, "back": 0.2, "neck": 0.2, "ear-left": 0.5, "ear-right": 0.5, "inner": 0.0}


@dataclass(frozen=True)
class Makehuman:
    base: ObjMesh
    targets: Targets
    rest_dm: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True, help="folder of manifest.json and the ONNX files")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--cache", type=Path, help="keeps what the detector found between runs; delete it after changes")
    parser.add_argument("--samples", type=int, default=MAKEHUMAN_SAMPLES)
    parser.add_argument("--heads", type=int, default=EMBEDDING_HEADS)
    options = parser.parse_args()
    started = time.monotonic()
    log = lambda text: print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)

    makehuman = load_makehuman(options.data)
    template = build_template(makehuman.base, makehuman.rest_dm)
    posed = template.pose(makehuman.rest_dm)
    rest = posed - head_frame_origin(posed, template)
    regions = find_regions(rest, template)
    log(f"template: {template.vertex_count} vertices, {len(template.quads)} quads")

    units = read_targets(list_face_units(options.data, ARKIT_NAMES), len(makehuman.base.positions))
    moved = np.stack([template.pose_linear(shape, makehuman.rest_dm) for shape in units.shapes])
    hits = load_hits(options, template, rest, makehuman)
    embedding = embed_landmarks(hits, rest, moved[ARKIT_NAMES.index("jawOpen")], template)
    log(
        f"landmarks: residual mean {embedding.residual.mean() * 1000:.2f} mm, largest {embedding.residual.max() * 1000:.2f} mm"
    )

    ict = read_ict(options.data)
    shapes = carry_over(ict, template, rest, regions, embedding)
    log(f"ICT-FaceKit registered: {shapes.carrier.known.sum()} skin vertices matched, scale {shapes.scale:.4f}")

    weights = vertex_weights(rest, template, regions)
    samples = sample_makehuman(template, makehuman, options.samples, SEED)
    components = combine(shapes, samples, rest, weights, template)
    log(f"{len(components.modes)} components explain {components.explained(IDENTITIES):.5f}")

    expression = build_expressions(ict, shapes.carrier, moved, components.mean, template, regions)
    joints = find_joints(components.mean, template)
    jaw_open = expression[ARKIT_NAMES.index("jawOpen")]
    skin_joints, skin_weights = find_skin_weights(components.mean, template, joints, jaw_open)
    uvs = lay_out(template, components.mean, regions)
    lods = build_lods(template, components.mean, regions, uvs)
    log("levels of detail: " + ", ".join(f"{lod.name} {lod.vertex_count()} vertices" for lod in lods))

    model = HeadModel(
        template, components, expression, embedding, regions, joints, skin_joints, skin_weights, uvs, lods
    )
    size = write_model(options.out, model)
    log(f"{options.out}: {size / 2**20:.2f} MiB")
    if options.report:
        report = evaluate(components, shapes, ict, template, makehuman, regions, weights)
        report |= {
            "bytes": size,
            "vertices": template.vertex_count,
            "explained": {str(k): components.explained(k) for k in (10, 20, 40, 80, IDENTITIES)},
            "landmarkResidualMm": {
                "mean": float(embedding.residual.mean() * 1000),
                "median": float(np.median(embedding.residual) * 1000),
                "largest": float(embedding.residual.max() * 1000),
            },
            "ictScale": shapes.scale,
        }
        options.report.write_text(json.dumps(report, indent=2) + "\n")
        log(json.dumps(report))


def load_makehuman(data: Path) -> Makehuman:
    base = read_base(data)
    files = list_macro_targets(data) + list_detail_targets(data) + list_asymmetry_targets(data)
    targets = read_targets(files, len(base.positions))
    neutral = neutral_adult_weights(targets.names).astype(np.float32)
    return Makehuman(base, targets, base.positions + np.tensordot(neutral, targets.shapes, 1))


def load_hits(options: argparse.Namespace, template: Template, rest: np.ndarray, makehuman: Makehuman) -> Hits:
    file = options.cache / "landmark-hits.npz" if options.cache else None
    if file and file.exists():
        kept = np.load(file)
        take = lambda name: np.split(kept[name], np.cumsum(kept[f"{name}_counts"])[:-1])
        return Hits(take("points"), take("iris"))
    wardrobe, detector = Wardrobe(options.data), Detector(options.models)
    base, targets = makehuman.base.positions, makehuman.targets
    hits = find_hits(template, rest, base, targets, wardrobe, detector, options.heads, SEED + 1)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        count = lambda each: np.array([len(one) for one in each])
        np.savez(
            file,
            points=np.concatenate(hits.points),
            points_counts=count(hits.points),
            iris=np.concatenate(hits.iris),
            iris_counts=count(hits.iris),
        )
    return hits


def sample_makehuman(template: Template, makehuman: Makehuman, count: int, seed: int) -> np.ndarray:
    """(S, N, 3) float32 m, ears at the origin."""
    rng = np.random.default_rng(seed)
    samples = np.empty((count, template.vertex_count, 3), dtype=np.float32)
    for row in range(count):
        weights = sample_weights(makehuman.targets.names, rng).astype(np.float32)
        posed = template.pose(makehuman.base.positions + np.tensordot(weights, makehuman.targets.shapes, 1))
        samples[row] = posed - head_frame_origin(posed, template)
    return samples


def combine(
    shapes: IctShapes, samples: np.ndarray, rest: np.ndarray, weights: np.ndarray, template: Template
) -> Components:
    """Both sources, each with its mirror image, so that the mean is symmetric and no side is favoured."""
    flip = np.float32([-1, 1, 1])
    aligned = align_samples(samples, rest, weights)
    aligned = np.concatenate([aligned, aligned[:, template.mirror] * flip])
    makehuman = sample_source(aligned, 1 - ICT_SHARE)
    mean = align_samples(shapes.mean[None], makehuman.mean, weights)[0]
    mean = (mean + mean[template.mirror] * flip) / 2
    modes = remove_motion(shapes.modes, mean, weights)
    modes = np.concatenate([modes, mirror_modes(modes, template)]) / np.sqrt(2)
    return finish_mean(
        find_components([Source(mean, modes, ICT_SHARE), makehuman], weights, IDENTITIES), template
    )


def finish_mean(components: Components, template: Template) -> Components:
    mean = retreat_bag(components.mean - head_frame_origin(components.mean, template), template)
    return Components(mean, components.modes, components.variances, components.total_variance)


def vertex_weights(rest: np.ndarray, template: Template, regions: np.ndarray) -> np.ndarray:
    """(N,) share of the surface times the region's weight; sums to 1."""
    weights = vertex_areas(rest, template.quads)
    weights *= np.array([REGION_WEIGHTS.get(name, 1.0) for name in REGIONS])[regions]
    return weights / weights.sum()


def evaluate(components, shapes: IctShapes, ict, template: Template, makehuman: Makehuman, regions, weights) -> dict:
    people = np.random.default_rng(SEED + 2).normal(size=(HELD_OUT, len(ict.identity)))
    heads = align_samples(sample_makehuman(template, makehuman, HELD_OUT, SEED + 3), components.mean, weights)
    scans = evaluate_ict(components, ict, shapes, people, surface_triangles(template), weights)
    morphs = evaluate_vertices(components, heads, regions, weights)
    table = lambda errors: {name: asdict(error) for name, error in errors.items()}
    return {"heldOut": HELD_OUT, "ict": table(scans), "makehuman": table(morphs)}


if __name__ == "__main__":
    main()
