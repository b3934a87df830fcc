/**
 * Takes thin shreds off what outlines alone call hair.
 * in: grid with φ of the prior, (samples) 1 where hair was found → out: the same flags without what a ball of SHRED_M does not
 * fit into, M counting as filled, so that a thin coat of hair on the head stays.
 * Generated outlines disagree by millimetres from view to view, and where they happen to agree between long hair and neck a
 * net of crumbs would remain. An opening (Serra 1982) by steps to the six neighbours: its ball is an octahedron.
 */
import type { SignedDistanceGrid } from './surface.ts';

/** m: half the width of the thinnest lock that is worth a mesh of its own. */
const SHRED_M = 0.005;

export function dropShreds({ size, spacing, values }: SignedDistanceGrid, flags: Uint8Array): void {
  if (!flags.includes(1)) return;
  const steps = Math.round(SHRED_M / spacing);
  const [row, layer] = [size[0], size[0] * size[1]];
  // The border of the grid is outside, so neighbours across its rows do no harm.
  let solid = flags.map((flag, i) => (flag === 1 || values[i]! < 0 ? 1 : 0));
  for (const wins of [0, 1]) {
    for (let pass = 0; pass < steps; pass++) {
      const from = solid;
      const wonBeside = (i: number, stride: number): boolean =>
        from[i - stride] === wins || from[i + stride] === wins;
      solid = from.map((own, i) =>
        own !== wins && (wonBeside(i, 1) || wonBeside(i, row) || wonBeside(i, layer)) ? wins : own,
      );
    }
  }
  for (let i = 0; i < flags.length; i++) if (solid[i] === 0) flags[i] = 0;
}
