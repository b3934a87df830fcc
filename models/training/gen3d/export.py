"""`python -m gen3d.export CHECKPOINT --out ../gen3d-small --prior proxy --card-numbers FILE.json [--weights FILE.bin]`: the ONNX pack of the studio.

Graphs (opset 20, batch of one head, rig and schedule fixed in the pack, weights stored as float16 and cast when loaded):
- `encoder.onnx`: photo (1, 4, H, W) → code (1, E). Run once a head.
- `denoiser.onnx`: noisy (V, 7, H, W), conditions (V + 1, 22, H, W), photo (1, 4, H, W), code (1, E), time (1,) in
  [0, 1000), input_angles (1, 2) rad, vertices (1, M, 3) m → clean (V, 7, H, W): x0, with the baseline added.
The pixel-unshuffle autoencoder is part of the denoiser: its input and output are images.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from .conditions import CONDITIONS
from .config import Config, to_dict
from .diffusion import Schedule
from .geometry import rig
from .model import MultiViewUNet
from .prediction import clean_latents
from .score import load_model
from .weights import write_weights

OPSET = 20
"""The first opset whose GridSample reads volumes."""
SMALL_INITIALISER = 256
"""Initialisers of fewer values stay float32: they are shapes, norms and constants, not size."""
MESH_POINTS = 2048
"""Vertices of M that the mesh branch is given."""


class Encoder(nn.Module):
    def __init__(self, model: MultiViewUNet) -> None:
        super().__init__()
        self.style = model.style

    def forward(self, photo: Tensor) -> Tensor:
        return self.style(photo)[0]


class GivenCode(nn.Module):
    """Stands in for the style encoder inside the exported denoiser: the code comes from encoder.onnx."""

    def __init__(self) -> None:
        super().__init__()
        self.code: Tensor | None = None

    def forward(self, photo: Tensor) -> tuple[Tensor | None, None]:
        return self.code, None


class Denoiser(nn.Module):
    def __init__(self, config: Config, model: MultiViewUNet, joint: bool) -> None:
        super().__init__()
        if config.model.latent.kind != "unshuffle":
            raise ValueError("only unshuffled latents are exported as one graph")
        self.config = config
        self.joint = joint
        self.model = model
        self.model.style = GivenCode()
        self.schedule = Schedule(config.diffusion)
        poses, intrinsics, angles = rig(config.model.views)
        for name, value in (("poses", poses), ("intrinsics", intrinsics), ("angles", angles)):
            self.register_buffer(name, value[None])

    def forward(self, noisy: Tensor, conditions: Tensor, photo: Tensor, code: Tensor, time: Tensor,
                input_angles: Tensor, vertices: Tensor) -> Tensor:
        factor, views = self.config.model.latent.factor, self.config.model.views
        latents = F.pixel_unshuffle(noisy, factor)[None]
        photo_image = torch.cat([photo, torch.zeros_like(photo[:, :3])], 1)
        self.model.style.code = code
        output = self.model(
            self.schedule.shown(latents, time / 1000), conditions[None], photo, F.pixel_unshuffle(photo_image, factor), time, self.poses,
            self.intrinsics, self.angles, input_angles, vertices, joint=self.joint,
        )
        clean = clean_latents(self.config, self.schedule, output, latents, time / 1000, conditions[None])
        return F.pixel_shuffle(clean[0].reshape(views, -1, *clean.shape[-2:]), factor)


def example(config: Config) -> dict[str, Tensor]:
    """Random inputs of the denoiser with the exported shapes."""
    generator = torch.Generator().manual_seed(0)
    size, views = config.model.image_size, config.model.views

    def draw(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator) * 2 - 1

    return {
        "noisy": draw(views, config.model.target_channels, size, size),
        "conditions": draw(views + 1, config.model.condition_channels, size, size),
        "photo": draw(1, config.model.input_channels, size, size),
        "code": draw(1, config.model.embed_width),
        "time": torch.tensor([500.0]),
        "input_angles": draw(1, 2) * 0.5,
        "vertices": draw(1, MESH_POINTS, 3) * 0.1,
    }


def export_graph(module: nn.Module, inputs: dict[str, Tensor], output: str, path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module.eval(), tuple(inputs.values()), dynamo=True, opset_version=OPSET,
            input_names=list(inputs), output_names=[output], verbose=False,
        )
    assert program is not None
    graph = program.model_proto
    for node in graph.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    store_halves(graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, str(path))


def store_halves(model: onnx.ModelProto) -> None:
    """Keeps large float32 initialisers as float16 behind a Cast: half the file, float32 arithmetic."""
    casts = []
    for initialiser in model.graph.initializer:
        if initialiser.data_type != TensorProto.FLOAT or np.prod(initialiser.dims) < SMALL_INITIALISER:
            continue
        values = numpy_helper.to_array(initialiser)
        name = initialiser.name
        half = numpy_helper.from_array(values.astype(np.float16), f"{name}.half")
        initialiser.CopyFrom(half)
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT, name=f"{name}.cast"))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def rounded_to_halves(model: nn.Module) -> None:
    """The weights as the pack stores them, so that parity compares like with like."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.numel() >= SMALL_INITIALISER:
                parameter.copy_(parameter.half().float())


def export_pack(config: Config, model: MultiViewUNet, out: Path, prior: str, card: dict[str, Any]) -> dict[str, Any]:
    """Writes the graphs and pack.json; returns what pack.json holds. `prior`: what the shards were rendered with, "proxy" or "bald"."""
    out.mkdir(parents=True, exist_ok=True)
    rounded_to_halves(model)
    inputs = example(config)
    export_graph(Encoder(model), {"photo": inputs["photo"]}, "code", out / "encoder.onnx")
    export_graph(Denoiser(config, model, config.train.joint), inputs, "clean", out / "denoiser.onnx")
    schedule = Schedule(config.diffusion)
    pack = {
        "format": "gen3d-pack",
        "version": 1,
        "name": config.name,
        "licence": "Apache-2.0",
        "imageSize": config.model.image_size,
        "views": config.model.views,
        "conditions": {name: [part.start, part.stop] for name, part in CONDITIONS.items()},
        "halfExtentM": config.model.volume.half_extent_m,
        "meshPoints": MESH_POINTS,
        "prior": prior,
        "schedule": {"kind": config.diffusion.schedule, "lastTime": schedule.last, "prediction": "clean"},
        "files": {
            name: {
                "sha256": hashlib.sha256((out / name).read_bytes()).hexdigest(),
                "bytes": (out / name).stat().st_size,
            }
            for name in ("encoder.onnx", "denoiser.onnx")
        },
        "inputs": {name: list(value.shape) for name, value in inputs.items()},
        "config": to_dict(config),
        **card,
    }
    (out / "pack.json").write_text(json.dumps(pack, indent=2) + "\n")
    return pack


def main() -> None:
    parser = argparse.ArgumentParser(prog="gen3d.export", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--prior", choices=("proxy", "bald"), required=True, help="what the shards were rendered with: conditions of another head ruin every view")
    parser.add_argument("--card-numbers", type=Path, help="JSON with training data, hours and metrics for pack.json")
    parser.add_argument("--weights", type=Path, help="also keep the weights, for training to go on from (--init)")
    args = parser.parse_args()
    config, model = load_model(args.checkpoint)
    card = {} if args.card_numbers is None else json.loads(args.card_numbers.read_text())
    if args.weights is not None:
        write_weights(args.weights, model)
    pack = export_pack(config, model, args.out, args.prior, card)
    total = sum(file["bytes"] for file in pack["files"].values())
    print(f"{args.out}: {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
