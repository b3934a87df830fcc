/**
 * Random heads of MakeHuman's base mesh (CC0): macro targets mixed by age, sex and ethnicity, detail targets on top,
 * drawn with MakeHuman's own skin textures.
 * `makehuman/` of the training data, random numbers → KnownHead.
 *
 * File formats: Wavefront OBJ (`v`, `vt`, `f v/vt`, `g`), MakeHuman `.target` (`index dx dy dz`, decimetres).
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageRgba } from '../../image/image.ts';
import type { KnownHead } from './known-head.ts';
import { drawBetween, drawSome } from './random-draws.ts';

export type MakeHumanData = {
  /** (19158, 3) dm */
  base: Float64Array;
  /** Head and neck of group `body`, with the eyeballs. */
  triangles: Uint32Array;
  triangleUvs: Uint32Array;
  uvs: Float32Array;
  eyeVertices: { left: number[]; right: number[] };
  targetsDir: string;
  unitsDir: string;
  detailNames: string[];
};

const DETAIL_FOLDERS = ['head', 'nose', 'mouth', 'eyes', 'chin', 'cheek', 'forehead', 'ears'] as const;
const ETHNICITIES = ['african', 'asian', 'caucasian'] as const;
/** The body is cut this far below the eyes, dm: neck and a little of the shoulders stay. */
const CUT_BELOW_EYES_DM = 2.1;
/** Parts of the body besides the head that reach as high are arms; the head is within this of the middle, dm. */
const HALF_WIDTH_DM = 1.6;
/** Metres per decimetre. */
const METRES = 0.1;

export async function readMakeHuman(dataDir: string): Promise<MakeHumanData> {
  const folder = join(dataDir, 'makehuman');
  const vertices: number[] = [];
  const uvs: number[] = [];
  const faces: { group: string; v: number[]; t: number[] }[] = [];
  let group = '';
  for (const line of (await readFile(join(folder, 'base.obj'), 'utf8')).split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'v') vertices.push(...words.slice(1, 4).map(Number));
    else if (words[0] === 'vt') uvs.push(Number(words[1]), 1 - Number(words[2]));
    else if (words[0] === 'g') group = words[1] ?? '';
    else if (words[0] === 'f') {
      const corners = words.slice(1).map((word) => word.split('/').map((part) => Number(part) - 1));
      faces.push({ group, v: corners.map((c) => c[0]!), t: corners.map((c) => c[1]!) });
    }
  }
  const base = Float64Array.from(vertices);
  const ofGroup = (name: string): number[] => [
    ...new Set(faces.filter((face) => face.group === name).flatMap((face) => face.v)),
  ];
  const eyeVertices = { left: ofGroup('helper-l-eye'), right: ofGroup('helper-r-eye') };
  const eyeY = eyeVertices.left.reduce((sum, v) => sum + base[v * 3 + 1]!, 0) / eyeVertices.left.length;
  const isHead = (v: number): boolean =>
    base[v * 3 + 1]! > eyeY - CUT_BELOW_EYES_DM && Math.abs(base[v * 3]!) < HALF_WIDTH_DM;
  const triangles: number[] = [];
  const triangleUvs: number[] = [];
  for (const face of faces) {
    const isEye = face.group === 'helper-l-eye' || face.group === 'helper-r-eye';
    if (!isEye && !(face.group === 'body' && face.v.every(isHead))) continue;
    for (let k = 1; k + 1 < face.v.length; k++) {
      triangles.push(face.v[0]!, face.v[k]!, face.v[k + 1]!);
      triangleUvs.push(face.t[0]!, face.t[k]!, face.t[k + 1]!);
    }
  }
  const targetsDir = join(folder, 'targets');
  const detailNames: string[] = [];
  for (const detail of DETAIL_FOLDERS) {
    const names = (await readdir(join(targetsDir, detail))).filter((name) => name.endsWith('.target')).sort();
    detailNames.push(...names.map((name) => `${detail}/${name}`));
  }
  return {
    base,
    triangles: Uint32Array.from(triangles),
    triangleUvs: Uint32Array.from(triangleUvs),
    uvs: Float32Array.from(uvs),
    eyeVertices,
    targetsDir,
    unitsDir: join(folder, 'extra-targets/assets/faceunits01/targets/faceunits'),
    detailNames,
  };
}

/** `expressions` maps face-unit names (`mouthSmileLeft`) to weights. */
export async function makeMakeHumanHead(
  data: MakeHumanData,
  name: string,
  random: () => number,
  expressions: Readonly<Record<string, number>>,
  skin: ImageRgba,
): Promise<KnownHead> {
  const positions = Float64Array.from(data.base);
  for (const [target, weight] of Object.entries(drawPerson(data.detailNames, random))) {
    await addTarget(positions, join(data.targetsDir, target), weight);
  }
  for (const [unit, weight] of Object.entries(expressions)) {
    await addTarget(positions, join(data.unitsDir, `${unit}.target`), weight);
  }
  const middle = (vertices: number[]): number[] =>
    [0, 1, 2].map((axis) => vertices.reduce((sum, v) => sum + positions[v * 3 + axis]!, 0) / vertices.length);
  const eyes = [middle(data.eyeVertices.left), middle(data.eyeVertices.right)];
  // Between the ears: as far below and behind the eyes as in the head model's own frame (2.5 cm, 8 cm).
  const origin = [0, (eyes[0]![1]! + eyes[1]![1]!) / 2 - 0.25, (eyes[0]![2]! + eyes[1]![2]!) / 2 - 0.8];
  const positionsHead = Float32Array.from(positions, (value, i) => (value - origin[i % 3]!) * METRES);
  const used = new Set(data.triangles);
  const eyeball = new Set([...data.eyeVertices.left, ...data.eyeVertices.right]);
  return {
    name,
    positionsHead,
    triangles: data.triangles,
    paint: {
      coloursSrgb: paintEyes(data, positionsHead),
      texture: { image: skin, uvs: data.uvs, triangleUvs: data.triangleUvs },
    },
    skinVertices: Uint32Array.from([...used].filter((v) => !eyeball.has(v)).sort((a, b) => a - b)),
    eyesHead: [data.eyeVertices.left, data.eyeVertices.right].map((vertices) =>
      frontMost(positionsHead, vertices),
    ) as unknown as KnownHead['eyesHead'],
  };
}

/** Target file → weight of one random adult. */
function drawPerson(detailNames: readonly string[], random: () => number): Record<string, number> {
  const raw = ETHNICITIES.map(() => Math.log(1 - random()) ** 2);
  const total = raw.reduce((sum, value) => sum + value, 0);
  const male = random() < 0.5 ? drawBetween(random, 0, 0.25) : drawBetween(random, 0.75, 1);
  const old = random() ** 1.5;
  const heavy = drawBetween(random, -0.8, 0.8);
  const weights: Record<string, number> = {};
  for (const [sex, sexWeight] of [
    ['male', male],
    ['female', 1 - male],
  ] as const) {
    for (const [age, ageWeight] of [
      ['young', 1 - old],
      ['old', old],
    ] as const) {
      const both = sexWeight * ageWeight;
      ETHNICITIES.forEach((ethnicity, k) => {
        weights[`macrodetails/${ethnicity}-${sex}-${age}.target`] = (both * raw[k]!) / total;
      });
      const stem = `macrodetails/universal-${sex}-${age}-averagemuscle`;
      weights[`${stem}-averageweight.target`] = both * (1 - Math.abs(heavy));
      weights[`${stem}-${heavy > 0 ? 'max' : 'min'}weight.target`] = both * Math.abs(heavy);
    }
  }
  const symmetric = detailNames.filter((detail) => !detail.includes('/r-'));
  for (const detail of drawSome(random, symmetric, 16)) {
    const weight = drawBetween(random, 0.1, 0.6);
    weights[detail] = weight;
    if (detail.includes('/l-'))
      weights[detail.replace('/l-', '/r-')] = weight * drawBetween(random, 0.85, 1.15);
  }
  return weights;
}

async function addTarget(positions: Float64Array, path: string, weight: number): Promise<void> {
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const words = line.trim().split(/\s+/);
    const i = Number(words[0]) * 3;
    for (let axis = 0; axis < 3; axis++) positions[i + axis]! += weight * Number(words[axis + 1]);
  }
}

const IRIS_RADIUS_M = 0.0059;
const PUPIL_RADIUS_M = 0.0022;

/** Alpha 1 on the eyeballs, 0 (texture) elsewhere. */
function paintEyes(data: MakeHumanData, positionsHead: Float32Array): Float32Array {
  const out = new Float32Array((positionsHead.length / 3) * 4);
  for (const vertices of [data.eyeVertices.left, data.eyeVertices.right]) {
    const front = frontMost(positionsHead, vertices);
    for (const v of vertices) {
      const off = Math.hypot(positionsHead[v * 3]! - front[0]!, positionsHead[v * 3 + 1]! - front[1]!);
      const isFront = positionsHead[v * 3 + 2]! > front[2]! - IRIS_RADIUS_M;
      const iris = off < PUPIL_RADIUS_M ? [0.05, 0.04, 0.04] : [0.3, 0.22, 0.15];
      out.set(isFront && off < IRIS_RADIUS_M ? [...iris, 1] : [0.93, 0.92, 0.9, 1], v * 4);
    }
  }
  return out;
}

function frontMost(positionsHead: Float32Array, vertices: number[]): number[] {
  const best = vertices.reduce((a, b) => (positionsHead[b * 3 + 2]! > positionsHead[a * 3 + 2]! ? b : a));
  return [0, 1, 2].map((axis) => positionsHead[best * 3 + axis]!);
}
