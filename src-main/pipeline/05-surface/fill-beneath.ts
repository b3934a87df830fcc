/**
 * Fills what lies between hair and head.
 * in: grid with φ of the prior, (samples) 1 where hair was found outside it → out: the same flags, with every sample set
 * that a walk from flagged ones straight down to the prior passes. Depth maps see a bald head through hair that their
 * geometry does not know, so only the outer part of such hair is found.
 */
import type { SignedDistanceGrid } from './surface.ts';

export function fillBeneath({ size, values }: SignedDistanceGrid, flags: Uint8Array): void {
  const strides = [1, size[0], size[0] * size[1]];
  const found: number[] = [];
  flags.forEach((flag, sample) => {
    if (flag === 1 && values[sample]! > 0) found.push(sample);
  });
  for (const start of found) {
    // Steepest descent on the distance ends at the prior; it meets no other minimum outside.
    for (let at = start; values[at]! > 0;) {
      let lowest = at;
      for (const stride of strides) {
        for (const next of [at - stride, at + stride]) {
          if (next >= 0 && next < values.length && values[next]! < values[lowest]!) lowest = next;
        }
      }
      if (lowest === at) break;
      flags[lowest] = 1;
      at = lowest;
    }
  }
}
