/**
 * Random heads of ICT-FaceKit (MIT): real-scan identity modes and blendshapes, painted with plain colours.
 * `ict-facekit/ict.npz`, random numbers → KnownHead.
 *
 * The model has no texture, so lips, brows and eyes are painted by where vertices lie on the neutral head: the landmark
 * network needs to see them. The identities are new draws of the modes' unit normal distribution; a head model that was
 * built from the same modes is tested on new people, not on a new data set (notes of the report say which holds).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NpyArray, readNpz } from '../../pipeline/03-prior/loaders/read-npy.ts';
import type { KnownHead } from './known-head.ts';
import { drawNormal } from './random-draws.ts';

export type IctData = {
  /** (26719, 3) cm */
  neutral: ArrayLike<number>;
  triangles: Uint32Array;
  identity: ArrayLike<number>;
  identityCount: number;
  expression: ArrayLike<number>;
  expressionNames: string[];
  /** 68 landmarks of the iBUG scheme. */
  landmarks: number[];
};

/** Vertex ranges of the published topology (vertex_indices.json and its README), end exclusive. */
const FACE_END = 9409;
const HEAD_END = 14062;
const MOUTH_END = 17039;
const TEETH_END = 21451;
/** Left sclera, left iris, right sclera, right iris; beyond them lie lashes and tear films, which are left out. */
const EYE_RANGES = [
  [21451, 23021],
  [23021, 24591],
] as const;
const EYES_END = 24591;
/** Ends of a ramp of skin tones, sRGB. */
const LIGHT_SKIN = [0.93, 0.78, 0.69];
const DARK_SKIN = [0.45, 0.3, 0.22];
const IRIS_RADIUS_M = 0.0059;
const PUPIL_RADIUS_M = 0.0022;

export async function readIct(dataDir: string): Promise<IctData> {
  const folder = join(dataDir, 'ict-facekit');
  const arrays = readNpz(await readFile(join(folder, 'ict.npz')));
  const indices = JSON.parse(await readFile(join(folder, 'vertex_indices.json'), 'utf8')) as Record<
    string,
    number[]
  >;
  const numeric = (key: string): NpyArray => {
    const array = arrays.get(key);
    if (array === undefined || Array.isArray(array)) throw new Error(`ict.npz has no array ${key}`);
    return array;
  };
  const names = arrays.get('expression_names');
  if (!Array.isArray(names)) throw new Error('ict.npz has no expression names');
  const identity = numeric('identity');
  return {
    neutral: numeric('neutral').values,
    triangles: Uint32Array.from(numeric('faces').values),
    identity: identity.values,
    identityCount: identity.shape[0]!,
    expression: numeric('expression').values,
    expressionNames: names,
    landmarks: indices.idx_to_landmark_verts!,
  };
}

/** `expressions` maps ICT names (`mouthSmile_L`) to weights. */
export function makeIctHead(
  data: IctData,
  name: string,
  random: () => number,
  expressions: Readonly<Record<string, number>>,
): KnownHead {
  const length = data.neutral.length;
  const positionsCm = Float64Array.from(data.neutral);
  for (let k = 0; k < data.identityCount; k++) {
    const weight = drawNormal(random);
    for (let i = 0; i < length; i++) positionsCm[i]! += weight * data.identity[k * length + i]!;
  }
  for (const [expression, weight] of Object.entries(expressions)) {
    const e = data.expressionNames.indexOf(expression);
    if (e < 0) throw new Error(`ICT has no expression ${expression}`);
    for (let i = 0; i < length; i++) positionsCm[i]! += weight * data.expression[e * length + i]!;
  }
  const tone = random();
  const skin = LIGHT_SKIN.map((value, c) => value + tone * (DARK_SKIN[c]! - value));
  const shown: number[] = [];
  for (let t = 0; t < data.triangles.length; t += 3) {
    const corners = [data.triangles[t]!, data.triangles[t + 1]!, data.triangles[t + 2]!];
    if (corners.every((v) => v < EYES_END)) shown.push(...corners);
  }
  const positionsHead = Float32Array.from(positionsCm, (value) => value / 100);
  const eye = (range: readonly [number, number]): number[] => frontOf(positionsHead, range);
  return {
    name,
    positionsHead,
    triangles: Uint32Array.from(shown),
    paint: { coloursSrgb: paintHead(data, skin), texture: null },
    skinVertices: Uint32Array.from({ length: FACE_END }, (_, v) => v),
    eyesHead: [eye(EYE_RANGES[0]), eye(EYE_RANGES[1])],
  };
}

/** The foremost point of a range of vertices: the cornea. */
function frontOf(positions: Float32Array, [from, to]: readonly [number, number]): number[] {
  let best = from;
  for (let v = from; v < to; v++) if (positions[v * 3 + 2]! > positions[best * 3 + 2]!) best = v;
  return [0, 1, 2].map((axis) => positions[best * 3 + axis]!);
}

/** iBUG landmark numbers of the outer lip line, the brows and the mouth's inner line. */
const OUTER_LIP = [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59];
const BROWS = [
  [17, 18, 19, 20, 21],
  [22, 23, 24, 25, 26],
];
/** Half the height of a painted brow, m. */
const BROW_M = 0.0045;
/** Lips and brows are looked for on the front only, m: nothing behind this plane is one. */
const FRONT_M = 0.06;

/** (N, 4) sRGB + alpha 1 by where a vertex lies on the neutral head. */
function paintHead(data: IctData, skin: readonly number[]): Float32Array {
  const count = data.neutral.length / 3;
  const p = Float64Array.from(data.neutral, (value) => value / 100);
  const point = (i: number): [number, number] => [p[data.landmarks[i]! * 3]!, p[data.landmarks[i]! * 3 + 1]!];
  const lips = OUTER_LIP.map(point);
  const brows = BROWS.map((brow) => brow.map(point));
  const out = new Float32Array(count * 4);
  const lip = [skin[0]! * 0.85, skin[1]! * 0.6, skin[2]! * 0.62];
  const eyes = EYE_RANGES.map((range) => frontOf(Float32Array.from(p), range));
  for (let v = 0; v < count; v++) {
    const [x, y, z] = [p[v * 3]!, p[v * 3 + 1]!, p[v * 3 + 2]!];
    let colour: readonly number[] = skin;
    if (v < HEAD_END && z > FRONT_M) {
      if (isInside(lips, x, y)) colour = lip;
      if (brows.some((brow) => distanceToLine(brow, x, y) < BROW_M))
        colour = skin.map((value) => value * 0.4);
    } else if (v >= HEAD_END && v < MOUTH_END) {
      colour = [0.45, 0.2, 0.2];
    } else if (v >= MOUTH_END && v < TEETH_END) {
      colour = [0.9, 0.88, 0.82];
    } else if (v >= TEETH_END && v < EYES_END) {
      const front = eyes[v < EYE_RANGES[0][1] ? 0 : 1]!;
      const off = Math.hypot(x - front[0]!, y - front[1]!);
      colour =
        off < PUPIL_RADIUS_M
          ? [0.05, 0.04, 0.04]
          : off < IRIS_RADIUS_M
            ? [0.3, 0.22, 0.15]
            : [0.93, 0.92, 0.9];
      if (z < front[2]! - IRIS_RADIUS_M) colour = [0.93, 0.92, 0.9];
    }
    out.set([...colour, 1], v * 4);
  }
  return out;
}

function isInside(polygon: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  polygon.forEach(([xa, ya], i) => {
    const [xb, yb] = polygon[(i + 1) % polygon.length]!;
    if (ya > y !== yb > y && x < xa + ((y - ya) / (yb - ya)) * (xb - xa)) inside = !inside;
  });
  return inside;
}

function distanceToLine(line: readonly (readonly [number, number])[], x: number, y: number): number {
  let best = Infinity;
  for (let i = 0; i + 1 < line.length; i++) {
    const [xa, ya] = line[i]!;
    const [xb, yb] = line[i + 1]!;
    const [dx, dy] = [xb - xa, yb - ya];
    const t = Math.min(1, Math.max(0, ((x - xa) * dx + (y - ya) * dy) / (dx * dx + dy * dy)));
    best = Math.min(best, Math.hypot(x - xa - t * dx, y - ya - t * dy));
  }
  return best;
}
