/**
 * A fit as lines and points over the picture it was made for, so that an artist sees where it is off.
 * Prior → landmarks (K × 2) px, facing (K), lines of the coarsest level (L × 4) px.
 *
 * Lines are hidden where their face looks away, not where something is in front of it: an ear behind a cheek shows
 * through, which costs less than a depth map at every move of a hand and disturbs nobody.
 */
import { projectPoints } from '../../camera/camera.ts';
import { facingCosines } from '../../render/visibility.ts';
import { evaluatePoints } from './point-basis.ts';
import type { PreparedModel } from './prepare-head-model.ts';
import type { Prior } from './prior.ts';

export type ProjectedFit = { fittedPx: number[]; facing: boolean[]; wirePx: number[] };

/** Region of mouth bag, sockets, teeth and eyeballs: what of it is seen needs no lines. */
const INNER_REGION = 'inner';
/** px are sent with a tenth: nobody sees more, and they travel with every move of a hand. */
const STEPS_PER_PX = 10;

export function projectFit(prepared: PreparedModel, prior: Prior): ProjectedFit {
  const { photoCamera, positionsHead } = prior;
  const coefficients = Float64Array.of(...prior.identity, ...prior.expression);
  const pointsHead = Float32Array.from(evaluatePoints(prepared.landmarks, coefficients));
  const points = projectPoints(photoCamera, pointsHead);
  const fittedPx: number[] = [];
  for (let i = 0; i < points.length; i += 3) fittedPx.push(round(points[i]!), round(points[i + 1]!));
  const cosines = facingCosines(pointsHead, Float32Array.from(prepared.landmarkNormalsHead), photoCamera);
  return {
    fittedPx,
    facing: Array.from(cosines, (cosine) => cosine > 0),
    wirePx: drawWire(prepared, projectPoints(photoCamera, positionsHead)),
  };
}

function drawWire({ model }: PreparedModel, pxOfVertex: Float32Array): number[] {
  const quads = (model.lods?.at(-1) ?? model.topology).quads;
  const inner = model.regionNames.indexOf(INNER_REGION);
  const drawn = new Set<number>();
  const wirePx: number[] = [];
  for (let q = 0; q < quads.length; q += 4) {
    const corners = quads.subarray(q, q + 4);
    if (corners.some((vertex) => model.regions[vertex] === inner) || !isFacing(pxOfVertex, corners)) continue;
    for (let k = 0; k < 4; k++) {
      const [a, b] = [corners[k]!, corners[(k + 1) % 4]!];
      const edge = Math.min(a, b) * model.topology.vertexCount + Math.max(a, b);
      if (a === b || drawn.has(edge)) continue;
      drawn.add(edge);
      for (const vertex of [a, b])
        wirePx.push(round(pxOfVertex[vertex * 3]!), round(pxOfVertex[vertex * 3 + 1]!));
    }
  }
  return wirePx;
}

/** Counter-clockwise from outside, hence clockwise in a picture, whose rows grow downwards: the shoelace sum is negative. */
function isFacing(pxOfVertex: Float32Array, corners: Uint32Array): boolean {
  let twiceArea = 0;
  for (let k = 0; k < corners.length; k++) {
    const [a, b] = [corners[k]! * 3, corners[(k + 1) % corners.length]! * 3];
    twiceArea += pxOfVertex[a]! * pxOfVertex[b + 1]! - pxOfVertex[b]! * pxOfVertex[a + 1]!;
  }
  return twiceArea < 0;
}

function round(px: number): number {
  return Math.round(px * STEPS_PER_PX) / STEPS_PER_PX;
}
