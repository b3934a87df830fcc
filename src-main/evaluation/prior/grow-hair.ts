/**
 * Short hair as a shell: the scalp's triangles moved outwards along their normals.
 * Known head → drawn part, head frame. The hairline is a plane from above the forehead to behind the ears.
 */
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import type { DrawnPart } from './draw-known-head.ts';
import type { KnownHead } from './known-head.ts';
import { drawBetween } from './random-draws.ts';

/** Hairline above the eyes and behind the cornea at the forehead, m; then where the plane passes beside the nape. */
const FOREHEAD_UP_M = 0.062;
const FOREHEAD_BACK_M = 0.02;
const NAPE_UP_M = -0.045;
const NAPE_BACK_M = 0.11;
/** Short hair ends this far below the eyes; without an end the plane would put hair on the shoulders. */
const NAPE_END_M = 0.09;
/** Over this distance from the hairline the shell rises to its full height, m. */
const RISE_M = 0.03;

export function growHair(head: KnownHead, random: () => number): DrawnPart {
  const thicknessM = drawBetween(random, 0.008, 0.025);
  const tone = drawBetween(random, 0.08, 0.5);
  const colour = [tone, tone * 0.8, tone * 0.6, 1];
  const p = head.positionsHead;
  const eyeY = (head.eyesHead[0][1]! + head.eyesHead[1][1]!) / 2;
  const eyeZ = (head.eyesHead[0][2]! + head.eyesHead[1][2]!) / 2;
  // The plane's normal in the sagittal plane, pointing up and back.
  const [dy, dz] = [NAPE_UP_M - FOREHEAD_UP_M, FOREHEAD_BACK_M - NAPE_BACK_M];
  const length = Math.hypot(dy, dz);
  const [ny, nz] = [-dz / length, dy / length];
  const above = (v: number): number =>
    ny * (p[v * 3 + 1]! - eyeY - FOREHEAD_UP_M) + nz * (p[v * 3 + 2]! - eyeZ + FOREHEAD_BACK_M);
  const normals = vertexNormals({ positionsHead: p, triangles: head.triangles });
  const positions = Float32Array.from(p);
  for (let v = 0; v < p.length / 3; v++) {
    const height = thicknessM * Math.min(1, Math.max(0, above(v) / RISE_M));
    for (let axis = 0; axis < 3; axis++) positions[v * 3 + axis]! += height * normals[v * 3 + axis]!;
  }
  const triangles: number[] = [];
  for (let t = 0; t < head.triangles.length; t += 3) {
    const corners = [head.triangles[t]!, head.triangles[t + 1]!, head.triangles[t + 2]!];
    if (corners.every((v) => above(v) > 0 && p[v * 3 + 1]! > eyeY - NAPE_END_M)) triangles.push(...corners);
  }
  const colours = Float32Array.from({ length: (p.length / 3) * 4 }, (_, i) => colour[i % 4]!);
  return { positions, triangles: Uint32Array.from(triangles), colours };
}
