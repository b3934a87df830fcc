"""`python -m gen3d.deepen WEIGHTS.bin|CHECKPOINT config.toml --out WEIGHTS.bin`: trained weights for a network of one residual block
a level as the start of one with two. The new one computes the same function (Net2Net, Chen et al. 2016): its new blocks add
nothing yet, and those on the way up hand on what came from below.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from .config import ModelConfig, load_config
from .model import MultiViewUNet
from .weights import read_weights, write_weights


def deepen(weights: dict[str, Tensor], config: ModelConfig) -> MultiViewUNet:
    """`weights` of a network as `config` but with one residual block a level → the network of `config`, with two.

    Raises ValueError where the configuration has another number of blocks.
    """
    if config.unet.res_blocks != 2:
        raise ValueError("deepening goes from one residual block a level to two")
    model = MultiViewUNet(config)
    old = MultiViewUNet(replace(config, unet=replace(config.unet, res_blocks=1)))
    old.load_state_dict(weights)
    for name, module in old.named_children():
        if name not in ("downs", "ups"):
            model.get_submodule(name).load_state_dict(module.state_dict())
    for level, block in enumerate(old.downs):
        model.downs[2 * level].load_state_dict(block.state_dict())
    for step in range(len(config.unet.multipliers)):
        model.ups[3 * step].load_state_dict(old.ups[2 * step].state_dict())
        hand_on(model.ups[3 * step + 1].block.skip)  # type: ignore[union-attr, arg-type]
        model.ups[3 * step + 2].load_state_dict(old.ups[2 * step + 1].state_dict())
    return model


@torch.no_grad()
def hand_on(skip: torch.nn.Conv2d) -> None:
    """A 1 × 1 convolution that passes its first channels."""
    skip.weight.zero_()
    skip.bias.zero_()  # type: ignore[union-attr]
    for channel in range(skip.out_channels):
        skip.weight[channel, channel] = 1


def main() -> None:
    parser = argparse.ArgumentParser(prog="gen3d.deepen", description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    is_array_file = args.weights.suffix == ".bin"
    weights = read_weights(args.weights) if is_array_file else torch.load(args.weights, weights_only=True)["ema"]
    write_weights(args.out, deepen(weights, load_config(args.config).model))


if __name__ == "__main__":
    main()
