"""The weights of a checkpoint as float16 in one array file: what is kept of a run so that training can go on from it.

The ONNX pack cannot serve: the exporter folds what is constant for the rig (cameras) into other numbers. A checkpoint with its
optimiser is eight times the size.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from head_model.array_file import read_array_file, write_array_file

FORMAT = "gen3d-weights"


def write_weights(path: Path, model: nn.Module) -> int:
    """Returns the size in bytes."""
    weights = {name: value.half().cpu().numpy() for name, value in model.state_dict().items()}
    return write_array_file(path, {"format": FORMAT, "version": 1, "weights": weights})


def read_weights(path: Path) -> dict[str, Tensor]:
    """A state dictionary in float32. Raises ValueError on another kind of file."""
    value = read_array_file(path)
    if value.get("format") != FORMAT or value.get("version") != 1:
        raise ValueError(f"{path} does not hold weights of version 1")
    return {name: torch.from_numpy(array).float() for name, array in value["weights"].items()}
