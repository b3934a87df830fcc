/**
 * Takes part of the photo out of the conditions of a view that the photo itself shows, so that predicting it is a task.
 *
 * In: conditions (S, S, 22) of a view at the photo's own camera, a direction (head frame, unit). Out: the same, in place, as if
 * the photo had been taken from that direction: colours of surface that faces away from it are gone from carried and
 * mirrored; the fill takes their place from the mirrored side where that is left, else continues smoothly what is left; the
 * billboard, which would show everything, is empty, as it is for cameras that see it edge-on.
 * Occlusion is by the normal alone (a nose hides nothing), which is how most unseen pixels of a side view are unseen.
 */
import { fillUncovered } from '../../image/fill-uncovered.ts';
import { createImage } from '../../image/image.ts';
import {
  CHANNEL,
  CONDITION_CHANNELS,
  STORED_ZERO,
} from '../../pipeline/04-views/diffusion/render-conditions.ts';
import { smoothstep } from '../../render/photo-probe.ts';

/** Cosines at which a photo begins to show a surface and shows it wholly; about those of the photo probe. */
const FACING_COSINES = [0.2, 0.45] as const;
/** Share from which a pixel's colour counts as left. */
const LEFT = 0.5;

export function hidePhoto(
  conditions: Uint8Array,
  sizePx: number,
  direction: readonly [number, number, number],
): void {
  const pixels = sizePx * sizePx;
  const own = new Float32Array(pixels);
  const other = new Float32Array(pixels);
  const image = createImage(sizePx, sizePx);
  const left = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const at = i * CONDITION_CHANNELS;
    const [x, y, z] = [0, 1, 2].map((c) => (conditions[at + CHANNEL.normal + c]! - STORED_ZERO) / 127.5);
    const facing = (nx: number): number =>
      smoothstep(...FACING_COSINES, nx * direction[0] + y! * direction[1] + z! * direction[2]);
    own[i] = facing(x!);
    scaleWeight(conditions, at + CHANNEL.carried, own[i]!);
    scaleWeight(conditions, at + CHANNEL.mirrored, facing(-x!));
    other[i] = conditions[at + CHANNEL.mirrored + 3]! / 255;
    const from = own[i]! >= LEFT ? CHANNEL.fill : CHANNEL.mirrored;
    if (own[i]! < LEFT && other[i]! < LEFT) continue;
    left[i] = 1;
    for (let c = 0; c < 3; c++) image.rgbaSrgb[i * 4 + c] = conditions[at + from + c]!;
  }
  fillUncovered(image, left);
  for (let i = 0; i < pixels; i++) {
    const at = i * CONDITION_CHANNELS;
    for (let c = 0; c < 3; c++) {
      const fill = conditions[at + CHANNEL.fill + c]!;
      const mirrored = conditions[at + CHANNEL.mirrored + c]!;
      const rest = other[i]! * mirrored + (1 - other[i]!) * image.rgbaSrgb[i * 4 + c]!;
      conditions[at + CHANNEL.fill + c] = own[i]! * fill + (1 - own[i]!) * rest;
    }
    conditions.fill(0, at + CHANNEL.billboard, at + CHANNEL.billboard + 4);
  }
}

/** Scales the weight behind a colour; a colour without weight is black, as where nothing is carried. */
function scaleWeight(conditions: Uint8Array, at: number, share: number): void {
  conditions[at + 3] = share * conditions[at + 3]!;
  if (conditions[at + 3] === 0) conditions.fill(0, at, at + 3);
}
