/**
 * Drops what the mask network half believes in far from anything it is sure of: backgrounds, in dark or blurred pictures.
 *
 * (H, W, 1) in [0, 1], 1 = person → the same, with 0 there. Soft edges, single hairs, and ears and locks in
 * doubt are half person, too, but narrow: only a wide patch is dropped.
 * Dropped: patches by their area (1.2 % of the person): an ear, three people's fine hair.
 */
import { connectedComponents } from '../../image/connected-components.ts';
import type { Raster } from '../../image/image.ts';
import { nearPixels } from '../../image/near-pixels.ts';

/** Between these the network says neither background nor person. */
const HALF_SURE = [0.3, 0.8] as const;
/** An edge is half sure up to this distance from what is sure, in shares of the longer side. */
const EDGE_SHARE = 0.025;
/** … and what reaches out to this distance is background: ears and locks that the network doubts are narrower. */
const DEEP_SHARE = 0.15;

export function dropHaze(soft: Raster): Raster {
  const { widthPx, heightPx, values } = soft;
  const near = (isInside: (i: number) => boolean, share: number): Uint8Array =>
    nearPixels(soft, isInside, Math.round(share * Math.max(widthPx, heightPx)));
  const isHalf = (i: number): boolean => values[i]! > HALF_SURE[0] && values[i]! <= HALF_SURE[1];
  const isSure = (i: number): boolean => values[i]! > HALF_SURE[1];
  const sureNearby = near(isSure, EDGE_SHARE);
  const sureAround = near(isSure, DEEP_SHARE);
  const far = values.map((_, i) => (isHalf(i) && sureNearby[i] === 0 ? 1 : 0));
  const { labels } = connectedComponents(far, widthPx, heightPx);
  const patches = new Set(labels.filter((label, i) => label > 0 && sureAround[i] === 0));
  const patchNearby = near((i) => patches.has(labels[i]!), EDGE_SHARE);
  return { ...soft, values: values.map((value, i) => (isHalf(i) && patchNearby[i] === 1 ? 0 : value)) };
}
