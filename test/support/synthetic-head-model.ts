/**
 * A small head model whose truth is known: an ellipsoid with a nose, six identity and four expression shapes, and 478
 * landmarks on its front in mirrored pairs. Closed under mirroring: `identitySign` says which shapes flip.
 */
import { FACE_OVAL, OPENINGS } from '../../src-main/pipeline/03-prior/landmark-sets.ts';
import type { HeadModel } from '../../src-main/pipeline/03-prior/head-model.ts';
import { createSeededRandom } from '../../src-main/tensor/seeded-random.ts';
import { ellipsoidTemplate } from './sphere-template.ts';

/** Rows and columns of the quad grid; fewer make quick tests of what does not need detail. */
const GRID = { rows: 36, columns: 72 };
const LANDMARKS = 478;

export type SyntheticHead = {
  model: HeadModel;
  /** (478) index of the mirrored landmark. */
  landmarkMirror: Uint32Array;
  /** (K) +1 for symmetric identity shapes, −1 for those that change sign in a mirror. */
  identitySign: number[];
  /** (E) index of the mirrored expression. */
  expressionMirror: number[];
};

/** Smooth bump: weight of a vertex at (x, y, z) by its distance from a centre. */
function bump(p: ArrayLike<number>, i: number, centre: readonly number[], radiusM: number): number {
  const d = Math.hypot(p[i]! - centre[0]!, p[i + 1]! - centre[1]!, p[i + 2]! - centre[2]!);
  return Math.exp(-((d / radiusM) ** 2));
}

export function makeSyntheticHead({ rows, columns } = GRID): SyntheticHead {
  const radii = [0.075, 0.11, 0.095] as const;
  const parts = [{ name: 'skin', centre: [0, 0, 0], radii }];
  const { topology, positionsHead } = ellipsoidTemplate(parts, rows, columns);
  const p = positionsHead;
  turnOutside(topology.quads, p, columns);
  const count = topology.vertexCount;
  const frontZ = (y: number): number => radii[2] * Math.sqrt(Math.max(0, 1 - (y / radii[1]) ** 2));
  for (let i = 0; i < p.length; i += 3) p[i + 2]! += 0.02 * bump(p, i, [0, -0.005, frontZ(-0.005)], 0.02);

  const chin = [0, -0.09, frontZ(-0.09)];
  const nose = [0, -0.005, 0.115];
  const cheek = (side: number): number[] => [side * 0.045, -0.02, 0.07];
  const mouth = [0, -0.045, frontZ(-0.045)];
  const corner = (side: number): number[] => [side * 0.025, -0.045, 0.08];
  type Shape = (i: number) => [number, number, number];
  const identityShapes: Shape[] = [
    (i) => [0.06 * p[i]!, 0, 0],
    (i) => [0, 0.05 * p[i + 1]!, 0],
    (i) => [0, -0.008 * bump(p, i, chin, 0.04), 0.006 * bump(p, i, chin, 0.04)],
    (i) => [0, 0, 0.006 * bump(p, i, nose, 0.025)],
    (i) => [
      0.005 * (bump(p, i, cheek(1), 0.03) - bump(p, i, cheek(-1), 0.03)),
      0,
      0.003 * (bump(p, i, cheek(1), 0.03) + bump(p, i, cheek(-1), 0.03)),
    ],
    // The one asymmetric shape: the nose leans to the subject's left.
    (i) => [0.005 * bump(p, i, nose, 0.025), 0, 0],
  ];
  const expressionShapes: Shape[] = [
    (i) => [0, -0.02 * bump(p, i, [0, -0.07, frontZ(-0.07)], 0.035), 0],
    (i) => [0.008 * bump(p, i, corner(1), 0.02), 0.008 * bump(p, i, corner(1), 0.02), 0],
    (i) => [-0.008 * bump(p, i, corner(-1), 0.02), 0.008 * bump(p, i, corner(-1), 0.02), 0],
    (i) => [0, 0, 0.01 * bump(p, i, mouth, 0.02)],
  ];
  const stack = (shapes: Shape[]): Float32Array => {
    const out = new Float32Array(shapes.length * count * 3);
    shapes.forEach((shape, s) => {
      for (let i = 0; i < count * 3; i += 3) out.set(shape(i), s * count * 3 + i);
    });
    return out;
  };
  const { vertices, weights, landmarkMirror } = placeLandmarks(topology.quads, topology.mirror, p);
  const regions = new Uint8Array(count);
  for (let v = 0; v < count; v++) regions[v] = p[v * 3 + 2]! < 0 ? 1 : p[v * 3 + 1]! < -0.06 ? 2 : 0;
  return {
    model: {
      format: 'head-model',
      version: 1,
      id: 'synthetic',
      licence: 'CC0-1.0',
      credits: '',
      topology,
      neutralHead: positionsHead,
      identity: stack(identityShapes),
      identityCount: identityShapes.length,
      expression: stack(expressionShapes),
      expressionNames: ['jawOpen', 'mouthSmileLeft', 'mouthSmileRight', 'mouthPucker'],
      landmarks: { vertices, weights, residualM: new Float32Array(LANDMARKS).fill(0.0002) },
      regions,
      regionNames: ['forehead', 'back', 'chin'],
      joints: [{ name: 'root', parent: -1, vertices: [0] }],
      skinJoints: new Uint8Array(count * 4),
      skinWeights: new Float32Array(count * 4).map((_, i) => (i % 4 === 0 ? 1 : 0)),
    },
    landmarkMirror,
    identitySign: [1, 1, 1, 1, 1, -1],
    expressionMirror: [0, 2, 1, 3],
  };
}

/** Reverses the quads in place when they are clockwise from outside: the head model's contract is counter-clockwise. */
function turnOutside(quads: Uint32Array, p: ArrayLike<number>, columns: number): void {
  const q = quads.subarray(0, 4 * columns * 2).subarray(-4);
  const [a, b, c] = [q[0]! * 3, q[1]! * 3, q[2]! * 3];
  const [ux, uy, uz] = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!];
  const [vx, vy, vz] = [p[c]! - p[a]!, p[c + 1]! - p[a + 1]!, p[c + 2]! - p[a + 2]!];
  const outwards =
    p[a]! * (uy * vz - uz * vy) + p[a + 1]! * (uz * vx - ux * vz) + p[a + 2]! * (ux * vy - uy * vx);
  if (outwards > 0) return;
  for (let i = 0; i < quads.length; i += 4) quads.subarray(i, i + 4).reverse();
}

/** Random triangles of the front, in mirrored pairs; the oval, the eye corners and what lies across a slit pair as MediaPipe's do. */
function placeLandmarks(
  quads: Uint32Array,
  mirror: Uint32Array,
  p: ArrayLike<number>,
): { vertices: Uint32Array; weights: Float32Array; landmarkMirror: Uint32Array } {
  const random = createSeededRandom(Uint32Array.of(1, 2, 3, 4));
  const vertices = new Uint32Array(LANDMARKS * 3);
  const weights = new Float32Array(LANDMARKS * 3);
  const landmarkMirror = new Uint32Array(LANDMARKS);
  const frontQuads = Array.from({ length: quads.length / 4 }, (_, q) => q).filter((q) =>
    [0, 1, 2, 3].every((k) => p[quads[q * 4 + k]! * 3 + 2]! > 0.03 && p[quads[q * 4 + k]! * 3]! > 0.001),
  );
  const put = (left: number, right: number): void => {
    const q = frontQuads[Math.floor(random() * frontQuads.length)]!;
    const corners = [0, 1, 2].map((k) => quads[q * 4 + k]!);
    const raw = [random(), random(), random()];
    const sum = raw[0]! + raw[1]! + raw[2]!;
    for (let k = 0; k < 3; k++) {
      vertices[left * 3 + k] = corners[k]!;
      // Mirrored corners in reverse order, so that the mirrored triangle, too, is CCW from outside.
      vertices[right * 3 + 2 - k] = mirror[corners[k]!]!;
      weights[left * 3 + k] = raw[k]! / sum;
      weights[right * 3 + 2 - k] = raw[k]! / sum;
    }
    landmarkMirror[left] = right;
    landmarkMirror[right] = left;
  };
  const oval = new Set<number>(FACE_OVAL);
  FACE_OVAL.slice(1, 18).forEach((left, i) => put(left, FACE_OVAL[35 - i]!));
  put(263, 33);
  const [[upper, lower], ...sides] = OPENINGS;
  put(upper, lower);
  for (let i = 0; i < sides.length; i += 2) {
    put(sides[i + 1]![0], sides[i]![0]);
    put(sides[i + 1]![1], sides[i]![1]);
  }
  const placed = new Set<number>([33, 263, ...oval, ...OPENINGS.flat()]);
  const rest = Array.from({ length: LANDMARKS }, (_, i) => i).filter((i) => !placed.has(i));
  for (let i = 0; i < rest.length; i += 2) put(rest[i]!, rest[i + 1]!);
  // The two oval landmarks of the midline sit in the middle of a quad that straddles it.
  for (const [index, low] of [
    [10, 0.05],
    [152, -0.095],
  ] as const) {
    const onPlane = Array.from({ length: p.length / 3 }, (_, v) => v)
      .filter((v) => mirror[v] === v && p[v * 3 + 2]! > 0)
      .sort((a, b) => Math.abs(p[a * 3 + 1]! - low) - Math.abs(p[b * 3 + 1]! - low))[0]!;
    const quad = Array.from({ length: quads.length / 4 }, (_, q) => q).find((q) =>
      [0, 1, 2, 3].some((k) => quads[q * 4 + k] === onPlane),
    )!;
    const at = [0, 1, 2, 3].findIndex((k) => quads[quad * 4 + k] === onPlane);
    for (let k = 0; k < 3; k++) vertices[index * 3 + k] = quads[quad * 4 + ((at + k) % 4)]!;
    weights[index * 3] = 1;
    landmarkMirror[index] = index;
  }
  return { vertices, weights, landmarkMirror };
}
