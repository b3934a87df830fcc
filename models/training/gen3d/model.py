"""The multi-view denoiser (paper section 3.2): UNet over N target views and the input, with volumes and joint attention.

In: noisy latents of the views, conditions of every view (rendered normals, positions and mask of M, photo carry-over),
the photo, cameras, time, vertices of M. Out: the network's prediction for every view, in latent channels.

Differences from the paper, and why: a style code of the photo (a small CNN) is added to every residual block, because
without it nothing photo-specific was learned in short trainings (gate experiment: +4.4 dB foreground with it); its
conditions carry the photo through M into each view (method.md section 3), because the paper's identity score is low.
The photo itself is the last "view" of the batch: it has its own camera and conditions and takes part in the attention.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import ModelConfig
from .geometry import VIEW_FEATURES, view_features
from .layers import CrossAttention, DepthAttention, Embed, JointAttention, ResBlock, norm, sinusoid, zeroed
from .volumes import FrustumConcat, FrustumVolumes


class StyleEncoder(nn.Module):
    """The photo (B, 4, H, W) → one code (B, E) and context tokens (B, M, K) of its coarsest feature map."""

    def __init__(self, channels_in: int, image_size: int, embed: int, context: int) -> None:
        super().__init__()
        widths = [32, 64, 96, 128, 128]
        layers: list[nn.Module] = []
        previous, size = channels_in, image_size
        for width in widths:
            layers += [nn.Conv2d(previous, width, 4, 2, 1), nn.SiLU()]
            previous, size = width, size // 2
            if size <= 4:
                break
        self.features = nn.Sequential(*layers)
        self.code = nn.Linear(previous * 16, embed)
        self.tokens = nn.Conv2d(previous, context, 1) if context > 0 else None

    def forward(self, photo: Tensor) -> tuple[Tensor, Tensor | None]:
        h = self.features(photo)
        pooled = F.adaptive_avg_pool2d(h, 4) if h.shape[-1] != 4 else h
        tokens = None if self.tokens is None else self.tokens(h).flatten(2).transpose(1, 2)
        return self.code(pooled.flatten(1)), tokens


class Level(nn.Module):
    """One residual block with what follows it: joint attention, context attention, frustum injection."""

    def __init__(self, block: ResBlock, joint: JointAttention | None, context: CrossAttention | None,
                 inject: nn.Module | None, pyramid_level: int) -> None:
        super().__init__()
        self.block = block
        self.joint = joint
        self.context = context
        self.inject = inject
        self.pyramid_level = pyramid_level

    def forward(self, x: Tensor, run: Run) -> Tensor:
        h = self.block(x, run.embedding)
        if self.inject is not None and run.pyramid is not None:
            targets = self.inject(run.without_input(h), run.pyramid[self.pyramid_level])
            h = run.with_input(targets, h)
        if self.joint is not None and run.joint:
            h = self.joint(h, run.views)
        if self.context is not None and run.context is not None:
            h = self.context(h, run.context)
        return h


class Run:
    """What one forward pass hands to every level."""

    def __init__(self, embedding: Tensor, views: int, joint: bool, pyramid: list[Tensor] | None,
                 context: Tensor | None) -> None:
        self.embedding = embedding
        """(B·W, E), W = target views + the input."""
        self.views = views
        self.joint = joint
        self.pyramid = pyramid
        self.context = context

    def without_input(self, h: Tensor) -> Tensor:
        """(B·W, C, H, W') → (B·V, C, H, W'): the input view has no frustum volume."""
        return h.reshape(-1, self.views, *h.shape[1:])[:, :-1].flatten(0, 1)

    def with_input(self, targets: Tensor, h: Tensor) -> Tensor:
        whole = h.reshape(-1, self.views, *h.shape[1:])
        split = targets.reshape(-1, self.views - 1, *targets.shape[1:])
        return torch.cat([split, whole[:, -1:]], 1).flatten(0, 1)


class MultiViewUNet(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        unet, embed = config.unet, config.embed_width
        self.time = Embed(embed, embed)
        self.camera = Embed(VIEW_FEATURES + 1, embed)
        self.style = StyleEncoder(config.input_channels, config.image_size, embed, unet.context_width)
        self.fuse = Embed(2 * embed, embed)
        self.volumes = FrustumVolumes(config) if config.volume.enabled else None

        factor = config.latent.factor
        condition = config.condition_channels * factor**2 if config.latent.kind == "unshuffle" else config.condition_channels
        first_in = config.latent_channels + condition
        if config.latent.kind == "kl":
            first_in += config.latent_channels
        self.first = nn.Conv2d(first_in, unet.width, 3, padding=1)

        widths = [unet.width * m for m in unet.multipliers]
        self.downs, self.ups, self.pools, self.grows = (nn.ModuleList() for _ in range(4))
        channels, skips = unet.width, [unet.width]
        for level, width in enumerate(widths):
            for _ in range(unet.res_blocks):
                self.downs.append(self.level(channels, width, level, inject=False))
                channels = width
                skips.append(channels)
            if level < len(widths) - 1:
                self.pools.append(nn.Conv2d(channels, channels, 3, 2, 1))
                skips.append(channels)
        self.middle = nn.ModuleList(
            [self.level(channels, channels, len(widths) - 1, inject=True, joint=True),
             self.level(channels, channels, len(widths) - 1, inject=False, joint=False)]
        )
        for level in reversed(range(len(widths))):
            for _ in range(unet.res_blocks + 1):
                self.ups.append(self.level(channels + skips.pop(), widths[level], level, inject=True))
                channels = widths[level]
            if level > 0:
                self.grows.append(nn.Conv2d(channels, channels, 3, padding=1))
        self.last_norm = norm(channels)
        self.last = zeroed(nn.Conv2d(channels, config.output_channels, 3, padding=1))

    def level(self, channels_in: int, width: int, level: int, inject: bool, joint: bool | None = None) -> Level:
        config, unet, volume = self.config, self.config.unet, self.config.volume
        with_joint = level in unet.attention_levels if joint is None else joint
        pyramid_level = self.pyramid_level(level)
        injection: nn.Module | None = None
        if inject and volume.enabled and pyramid_level is not None:
            widths = volume.frustum_channels[pyramid_level]
            depth = volume.frustum_depth >> pyramid_level
            injection = DepthAttention(width, widths) if unet.depth_attention else FrustumConcat(width, widths, depth)
        return Level(
            ResBlock(channels_in, width, config.embed_width),
            JointAttention(width, unet.head_width, unet.kv_pool[level]) if with_joint and config.joint_attention else None,
            CrossAttention(width, unet.context_width, unet.head_width) if unet.context_width > 0 and with_joint else None,
            injection,
            pyramid_level or 0,
        )

    def pyramid_level(self, level: int) -> int | None:
        """The frustum volume whose size is that of this UNet level; None where there is none."""
        size = self.config.grid_size >> level
        for index in range(len(self.config.volume.frustum_channels)):
            if self.config.volume.frustum_size >> index == size:
                return index
        return None

    def forward(
        self,
        latents: Tensor,
        conditions: Tensor,
        photo: Tensor,
        photo_latent: Tensor,
        time: Tensor,
        poses: Tensor,
        intrinsics: Tensor,
        angles: Tensor,
        input_angles: Tensor,
        vertices: Tensor,
        joint: bool = True,
    ) -> Tensor:
        """Denoises B heads at once.

        latents (B, V, C, h, w) noisy; conditions (B, V + 1, K, H, W) or (…, h, w) for `kl`, the photo's own view last (not
        needed with `joint` off);
        photo (B, 4, H, W) RGBA in [−1, 1]; photo_latent (B, C, h, w); time (B,) in [0, 1000); poses (B, V, 4, 4),
        intrinsics (B, V, 4), angles (B, V, 2) rad; input_angles (B, 2) rad; vertices (B, M, 3) m, head frame.
        `joint` off: no volumes and no attention across views (stage A of the curriculum, per-view ablation).
        → (B, V, O, h, w): see prediction.py for what the O output channels mean.
        """
        batch, views = latents.shape[:2]
        code, context = self.style(photo)
        time_code = self.time(sinusoid(time, self.config.embed_width))
        embedding = self.embed_views(code, time_code, angles, input_angles)
        # Without attention across views nothing reads the input's own row.
        whole = views + 1 if joint else views

        pyramid = None
        if self.volumes is not None and joint:
            pyramid = self.volumes(latents, embedding[:, :views], time_code, poses, intrinsics, vertices)

        x = torch.cat([latents, photo_latent[:, None]], 1)[:, :whole].flatten(0, 1)
        conditions = conditions[:, :whole].flatten(0, 1)
        if x.device.type != "meta" and torch.is_autocast_enabled(x.device.type):
            # The first convolution would cast the tenfold larger sum of all parts, after it has been moved twice.
            x, conditions = (t.to(torch.get_autocast_dtype(t.device.type)) for t in (x, conditions))
        parts = [x, self.to_grid(conditions)]
        if self.config.latent.kind == "kl":
            parts.append(photo_latent[:, None].expand(-1, whole, -1, -1, -1).flatten(0, 1))
        if context is not None:
            context = context[:, None].expand(-1, whole, -1, -1).flatten(0, 1)
        run = Run(embedding[:, :whole].flatten(0, 1), whole, joint, pyramid, context)
        out = self.unet(torch.cat(parts, 1), run)
        return out.reshape(batch, whole, *out.shape[1:])[:, :views]

    def embed_views(self, code: Tensor, time_code: Tensor, angles: Tensor, input_angles: Tensor) -> Tensor:
        """(B, V + 1, E): time + camera + style; the last row is the input view, marked by an extra feature."""
        all_angles = torch.cat([angles, input_angles[:, None]], 1)
        features = view_features(all_angles, input_angles[:, None].expand_as(all_angles))
        is_input = torch.zeros_like(features[..., :1])
        is_input[:, -1] = 1
        camera = self.camera(torch.cat([features, is_input], -1)) + time_code[:, None]
        style = code[:, None].expand_as(camera)
        return camera + self.fuse(torch.cat([F.silu(camera), style], -1))

    def to_grid(self, images: Tensor) -> Tensor:
        """Image-sized conditions to the latent grid: space to depth, or as they are when already on the grid."""
        if images.shape[-1] == self.config.grid_size:
            return images
        return F.pixel_unshuffle(images, self.config.latent.factor)

    def unet(self, x: Tensor, run: Run) -> Tensor:
        blocks = self.config.unet.res_blocks
        h = self.first(x)
        skips = [h]
        levels = len(self.config.unet.multipliers)
        for level in range(levels):
            for index in range(blocks):
                h = self.downs[level * blocks + index](h, run)
                skips.append(h)
            if level < levels - 1:
                h = self.pools[level](h)
                skips.append(h)
        for block in self.middle:
            h = block(h, run)
        for step in range(levels):
            for index in range(blocks + 1):
                h = self.ups[step * (blocks + 1) + index](torch.cat([h, skips.pop()], 1), run)
            if step < levels - 1:
                h = self.grows[step](F.interpolate(h, scale_factor=2.0, mode="nearest"))
        return self.last(F.silu(self.last_norm(h)))

    def new_modules(self) -> list[nn.Parameter]:
        """Parameters of the volumes and their injection, which the paper trains at their own rate."""
        modules = [m for m in self.modules() if isinstance(m, (DepthAttention, FrustumConcat))]
        if self.volumes is not None:
            modules.append(self.volumes)
        return [p for m in modules for p in m.parameters()]
