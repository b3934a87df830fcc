/** Pictures and points turned by quarter turns, without loss. `quarters` counts clockwise as seen; any whole number. */

type Samples = Uint8Array | Uint8ClampedArray | Float32Array;
export type Size = { widthPx: number; heightPx: number };

/** (H, W, C) → (H, W, C) or, after an odd number of quarters, (W, H, C). */
export function turnQuarters<T extends Samples>(
  samples: T,
  { widthPx, heightPx }: Size,
  quarters: number,
): T {
  const out = samples.slice() as T;
  const channels = samples.length / (widthPx * heightPx);
  const turned = turnSize({ widthPx, heightPx }, quarters);
  for (let y = 0, to = 0; y < turned.heightPx; y++) {
    for (let x = 0; x < turned.widthPx; x++) {
      const [u, v] = turnPoint([x + 0.5, y + 0.5], turned, -quarters);
      const from = (Math.floor(v) * widthPx + Math.floor(u)) * channels;
      for (let c = 0; c < channels; c++) out[to++] = samples[from + c]!;
    }
  }
  return out;
}

export function turnSize({ widthPx, heightPx }: Size, quarters: number): Size {
  return quarters % 2 === 0 ? { widthPx, heightPx } : { widthPx: heightPx, heightPx: widthPx };
}

/** A point, px, of a picture of this size. */
export function turnPoint(
  [x, y]: readonly [number, number],
  { widthPx, heightPx }: Size,
  quarters: number,
): [number, number] {
  switch (((quarters % 4) + 4) % 4) {
    case 1:
      return [heightPx - y, x];
    case 2:
      return [widthPx - x, heightPx - y];
    case 3:
      return [y, widthPx - x];
    default:
      return [x, y];
  }
}
