/**
 * The end of a levelled neck lies on the surface again.
 * in: what fitSkin was given, skin (N, 3), Head, m, after level-neck.ts, the neck's plane → out: (N, 3).
 *
 * The fit moves the neck's rim out of its plane, by a centimetre where shoulders begin; levelled again, the skin slides down a
 * slope and lies below it. Every vertex keeps its height above the plane and goes sideways to where the surface is: u in
 * the plane minimises Σ s |u − t|² a + λ² ∫ |∇u|² as in fit-proportions.ts; the rim, where the surface is rounded off, goes
 * with what is above it.
 */
import type { Points } from '../../camera/frames.ts';
import { beyondCut, type CutPlane } from '../../mesh/neck-cut.ts';
import { vertexAreas } from '../../mesh/vertex-areas.ts';
import { solveVertexField } from '../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { askSurface, type SkinInput } from './ask-surface.ts';
import { ZONE_M } from './level-neck.ts';

/** λ, m, for sure views and for doubtful ones, whose relief is noise (fit-proportions.ts). */
const SMOOTH_M = [0.004, 0.012] as const;
/** Change at which a vertex counts half, m: as doubtful views are asked, since the slope of a shoulder is no strand. */
const HALF_M = 0.015;
/** A normal that leans more than this towards the plane's does not say how far to go sideways: sine. */
const SIDEWAYS_MIN = 0.4;
const ROUNDS = 3;
/** Weight of what is above the zone, which stays, against 1. */
const HELD = 100;

export function rejoinNeck(input: SkinInput, levelled: Points<'Head'>, plane: CutPlane): Points<'Head'> {
  const { positionsHead, triangles, graph, doubt } = input;
  const smooth = SMOOTH_M[0] + doubt * (SMOOTH_M[1] - SMOOTH_M[0]);
  const areas = vertexAreas({ positionsHead, triangles });
  const across = plane.normalHead;
  const isInZone = areas.map((_, v) => {
    const [x, y, z] = [levelled[v * 3]!, levelled[v * 3 + 1]!, levelled[v * 3 + 2]!];
    return beyondCut(plane, x, y, z) > -ZONE_M ? 1 : 0;
  });
  const values = new Float32Array(levelled.length);
  const out = levelled.slice();
  for (let round = 0; round < ROUNDS; round++) {
    const normals = vertexNormals({ positionsHead: out, triangles });
    const confidence = areas.map((area, v) => {
      const unit = (Math.sqrt(3) * area) / smooth ** 2;
      if (isInZone[v] === 0) return HELD * unit;
      const { step, share } = askSurface(input, out, normals, HALF_M, v);
      const n = [0, 1, 2].map((k) => normals[v * 3 + k]!);
      const lean = n.reduce((sum, value, k) => sum + value * across[k]!, 0);
      const way = step / Math.max(1 - lean * lean, SIDEWAYS_MIN ** 2);
      n.forEach((value, k) => {
        values[v * 3 + k] = out[v * 3 + k]! - levelled[v * 3 + k]! + way * (value - lean * across[k]!);
      });
      return share * unit;
    });
    const field = solveVertexField(graph, { channels: 3, values, confidence, fallback: [0, 0, 0] });
    for (let i = 0; i < out.length; i++) out[i] = levelled[i]! + field[i]!;
  }
  return out;
}
