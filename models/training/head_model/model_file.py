"""Writes the head model: the fields of `HeadModel` (`src-main/pipeline/03-prior/head-model.ts`) as an array file.

Identity and expression are float16: they are rounded by at most 0.02 mm, and the file is half as large. Positions of the
mean head stay float32.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .array_file import write_array_file
from .expressions import ARKIT_NAMES
from .landmarks import Embedding
from .lods import Lod
from .rig import REGIONS
from .statistics import Components
from .template import GROUPS, Template

CREDITS = (
    "Topology and morph targets: MakeHuman base mesh, targets and extra targets (CC0). "
    "Identity and expression statistics: ICT-FaceKit, (c) 2020 USC Institute for Creative Technologies (MIT)."
)


@dataclass(frozen=True)
class HeadModel:
    template: Template
    components: Components
    expression: np.ndarray
    embedding: Embedding
    regions: np.ndarray
    joints: list[dict]
    skin_joints: np.ndarray
    skin_weights: np.ndarray
    uvs: np.ndarray
    lods: list[Lod]


def write_model(out: Path, model: HeadModel) -> int:
    template, embedding = model.template, model.embedding
    fields = {
        "format": "head-model",
        "version": 1,
        "id": "gen3d-head",
        "licence": "Apache-2.0",
        "credits": CREDITS,
        "topology": {
            "vertexCount": template.vertex_count,
            "quads": template.quads.astype(np.uint32),
            "uvs": model.uvs.astype(np.float32),
            "quadUvs": template.quad_uvs.astype(np.uint32),
            "quadGroups": template.quad_groups,
            "groups": list(GROUPS),
            "mirror": template.mirror.astype(np.uint32),
        },
        "neutralHead": model.components.mean.astype(np.float32),
        "identity": model.components.modes.astype(np.float16),
        "identityCount": len(model.components.modes),
        "expression": model.expression.astype(np.float16),
        "expressionNames": list(ARKIT_NAMES),
        "landmarks": {
            "vertices": embedding.vertices.astype(np.uint32),
            "weights": embedding.weights.astype(np.float32),
            "residualM": embedding.residual.astype(np.float32),
        },
        "regions": model.regions,
        "regionNames": list(REGIONS),
        "joints": model.joints,
        "skinJoints": model.skin_joints,
        "skinWeights": model.skin_weights,
        "lods": [
            {"name": lod.name, "quads": lod.quads.astype(np.uint32), "quadUvs": lod.quad_uvs.astype(np.uint32)}
            for lod in model.lods
        ],
    }
    return write_array_file(out, fields)
