"""`python -m gen3d.refine config.toml --data DIR… --out DIR --init CHECKPOINT|WEIGHTS.bin --minutes M [--device cuda]`

Stage C: detail. A regression's answer where the photo does not tell is an average, smooth as wax. Here a critic that sees patches of
views (Isola et al. 2017, section 3.2; hinge loss, Lim & Ye 2017) learns to tell them from true ones, and the network learns to pass: to the
loss of eq. 4 comes the critic's judgement and the distance of its features (Wang et al. 2018, eq. 4). The critic's part is weighted so that its gradient
at the last layer is `share` of the other's (Esser et al. 2021, eq. 7).

Only the first step at full noise is trained: the one that is shipped. Pixels whose truth is unknown are zero for both.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .autoencoder import make_codec
from .config import Config, load_config
from .diffusion import Schedule
from .losses import view_loss
from .shards import Batch, Heads
from .train import LOG_EVERY, State, load_weights, log_row, make_state, means, open_shards, predicted_images, save_checkpoint, seeds

WIDTHS = (64, 128, 256, 256)
LEAK = 0.2
RATE = 1e-4
CRITIC_RATE = 3e-4
BETAS = (0.5, 0.99)
EMA = 0.995
FEATURE_WEIGHT = 10.0
"""Of the distance of features against the judgement, as in Wang et al. 2018."""
CRITIC_ALONE = 50
"""Steps in which only the critic learns: what it says before it knows anything would be noise."""
MAX_WEIGHT = 1e3


class Critic(nn.Module):
    """Views (N, 7, H, W) as :func:`shown` → features of each layer, the judgement of patches last.

    It does not see the conditions: with them, 22 channels that true and made views share, it could not tell eight heads by heart in 60 steps;
    without them it could. What a view has to do with its conditions is the other loss's matter.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        previous = channels
        for index, width in enumerate(WIDTHS):
            stride = 2 if index < len(WIDTHS) - 1 else 1
            self.layers.append(nn.Conv2d(previous, width, 4, stride, 1))
            previous = width
        self.judge = nn.Conv2d(previous, 1, 3, padding=1)
        for layer in (*self.layers, self.judge):
            # Torch's own start halves what passes with every layer.
            nn.init.kaiming_normal_(layer.weight, a=LEAK)  # type: ignore[arg-type]
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, views: Tensor) -> list[Tensor]:
        h, features = views, []
        for layer in self.layers:
            h = F.leaky_relu(layer(h), LEAK)
            features.append(h)
        return [*features, self.judge(h)]


def shown(images: Tensor, known: Tensor) -> Tensor:
    """(B, V, 7, H, W), known (B, V, 2, H, W) as in Batch → (B·V, 7, H, W): colours and normals weighted by alpha, unknown pixels zero."""
    alpha = images[:, :, 3:4] * 0.5 + 0.5
    colours, normals = images[:, :, :3] * alpha, images[:, :, 4:] * alpha
    seen, shaped = known[:, :, :1], known[:, :, 1:]
    return torch.cat([colours * seen, alpha * seen, normals * shaped], 2).flatten(0, 1)


def critic_loss(real: Tensor, made: Tensor) -> Tensor:
    return F.relu(1 - real).mean() + F.relu(1 + made).mean()


def judged_loss(made: list[Tensor], real: list[Tensor]) -> Tensor:
    """What the network is to make small: −judgement, and how far the critic's features are from the truth's."""
    features = torch.stack([F.l1_loss(a, b) for a, b in zip(made[:-1], real[:-1])]).mean()
    return FEATURE_WEIGHT * features - made[-1].mean()


def balance(loss: Tensor, judged: Tensor, last: nn.Parameter, share: float) -> Tensor:
    """Weight of `judged` with which its gradient at the last layer is `share` as long as that of `loss`."""
    lengths = [torch.autograd.grad(part, last, retain_graph=True)[0].norm() for part in (loss, judged)]
    return (share * lengths[0] / (lengths[1] + 1e-8)).clamp(0, MAX_WEIGHT)


class Refinement:
    """The network, its critic and their optimisers."""

    def __init__(self, config: Config, state: State, device: str, share: float) -> None:
        self.config, self.state, self.share = config, state, share
        self.codec, self.schedule = make_codec(config.model), Schedule(config.diffusion)
        self.critic = Critic(config.model.target_channels).to(device)
        self.optimiser = torch.optim.AdamW(state.model.parameters(), lr=RATE, betas=BETAS, weight_decay=config.train.weight_decay)
        self.critic_optimiser = torch.optim.AdamW(self.critic.parameters(), lr=CRITIC_RATE, betas=BETAS, weight_decay=0.0)

    def step(self, batch: Batch, rng: np.random.Generator, generator: torch.Generator, rate: float = 1.0) -> dict[str, Tensor]:
        """One update of the critic and, once it has learnt alone for a while, of the network. `rate`: factor on the network's rate."""
        config, model = self.config, self.state.model
        device = batch.photo.device
        times = torch.full((len(batch.photo),), self.schedule.last, device=device)
        images = predicted_images(config, model, self.codec, self.schedule, batch, times, rng, generator)
        loss, parts = view_loss(config.train, images, batch.targets, batch.known)
        made, real = shown(images, batch.known), shown(batch.targets, batch.known)
        with torch.autocast(device.type, torch.bfloat16, enabled=config.train.bfloat16):
            doubt = critic_loss(self.critic(real)[-1].float(), self.critic(made.detach())[-1].float())
        self.critic_optimiser.zero_grad(set_to_none=True)
        doubt.backward()
        self.critic_optimiser.step()
        self.state.iteration += 1
        parts = {"loss": loss.detach(), **parts, "critic": doubt.detach()}
        if self.state.iteration <= CRITIC_ALONE:
            return parts
        self.critic.requires_grad_(False)
        with torch.autocast(device.type, torch.bfloat16, enabled=config.train.bfloat16):
            features = [[f.float() for f in self.critic(views)] for views in (made, real)]
        judged = judged_loss(features[0], features[1])
        total = loss + balance(loss, judged, model.last.weight, self.share).detach() * judged  # type: ignore[arg-type]
        self.optimiser.param_groups[0]["lr"] = RATE * rate
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(model.parameters(), config.train.gradient_clip)
        self.optimiser.step()
        self.critic.requires_grad_(True)
        with torch.no_grad():
            torch._foreach_lerp_(list(self.state.ema.parameters()), list(model.parameters()), 1 - EMA)
        return parts


def refine(config: Config, shards: Heads, state: State, out: Path, minutes: float, device: str = "cpu", share: float = 1.0) -> State:
    """Goes on from `state` (its averaged weights) for so many minutes; `out` gets `log.csv` and `last.pt`."""
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(config.train.threads)
    count = config.train.heads_per_step
    state.model.load_state_dict(state.ema.state_dict())
    state.iteration = 0
    refinement = Refinement(config, state, device, share)
    started, recent = time.monotonic(), list[dict[str, Tensor]]()
    while (used := (time.monotonic() - started) / (60 * minutes)) < 1:
        rng, generator = seeds(config, state.iteration, 1)
        heads = shards.order(config.train.seed + 1, state.iteration * count, count)
        batch = shards.batch(heads, config.train.views_per_head, rng, augment=True, own=config.train.joint)
        recent.append(refinement.step(batch, rng, generator, min(1.0, 2 * (1 - used))))
        state.seconds = time.monotonic() - started
        if state.iteration % LOG_EVERY == 0:
            log_row(out / "log.csv", state, means(recent))
            recent.clear()
    save_checkpoint(config, state, out / "last.pt")
    return state


def main() -> None:
    parser = argparse.ArgumentParser(prog="gen3d.refine", description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--init", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    config = load_config(args.config)
    state = make_state(config, args.device)
    load_weights(state, args.init)
    refine(config, open_shards(config, args.data, args.device), state, args.out, args.minutes, args.device, args.share)
    print(f"{state.iteration} iterations; checkpoint {args.out / 'last.pt'}")


if __name__ == "__main__":
    main()
