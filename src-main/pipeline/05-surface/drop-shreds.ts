/**
 * Takes thin shreds off what outlines alone call hair.
 * in: grid's layout, (samples) 1 where hair was found, (samples) 1 inside of M or of hair that depth tells of → out: the same flags
 * without what a ball of SHRED_M does not fit into. The solid counts as filled, so that a thin coat of hair on it stays: counted on
 * M alone, a coat on hair that depth knows ended at twice SHRED_M of thickness, in a ledge right round the nape.
 * Generated outlines disagree by millimetres from view to view, and where they happen to agree between long hair and neck a
 * net of crumbs would remain. An opening (Serra 1982) by steps to the six neighbours: its ball is an octahedron.
 */
import type { SignedDistanceGrid } from './surface.ts';

/** m: half the width of the thinnest lock that is worth a mesh of its own. */
const SHRED_M = 0.005;

export function dropShreds(
  { size, spacing }: SignedDistanceGrid,
  flags: Uint8Array,
  isSolid: Uint8Array,
): void {
  if (!flags.includes(1)) return;
  const steps = Math.round(SHRED_M / spacing);
  const [row, layer] = [size[0], size[0] * size[1]];
  // The border of the grid is outside, so neighbours across its rows do no harm.
  let solid = flags.map((flag, i) => flag | isSolid[i]!);
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
