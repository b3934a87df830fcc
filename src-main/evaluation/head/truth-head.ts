/**
 * A held-out synthetic person: the photo and prior that the product would start from, and the truth as exact views.
 * index → photo, Prior (estimated from the photo by the product's fit), 16 views rendered from the truth (colour, alpha,
 * normals, depth), truth triangles and what the views see of them (points, normals); everything in the prior's frame.
 * Stages 05 and 06 run on these views, so that they are judged apart from the generation of views (04).
 * The truth is laid over the estimate by its eyes in the input camera (synth/head/align-truth.ts), size included.
 */
import type { Camera } from '../../camera/camera.ts';
import { composePoses, transformPoints } from '../../camera/frames.ts';
import { rigCamera, viewRig } from '../../camera/view-rig.ts';
import type { ImageRgba } from '../../image/image.ts';
import type { Inference } from '../../inference/inference.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import type { Prior } from '../../pipeline/03-prior/prior.ts';
import type { View } from '../../pipeline/04-views/views.ts';
import type { Placement } from '../../synth/head/align-truth.ts';
import { judgeConfidence } from '../../pipeline/03-prior/judge-fit.ts';
import { estimateHead } from '../../synth/head/estimate-head.ts';
import { placeTruth } from '../../synth/head/make-head.ts';
import { endAtNeck, type ShownHead } from '../../synth/head/end-at-neck.ts';
import { directionTo, placeCamera, type SyntheticPhoto, takePhoto } from '../../synth/head/take-photo.ts';
import type { HumanAssets, ImagePort } from '../../synth/makehuman/assets.ts';
import type { BodyMap } from '../../synth/person/body-map.ts';
import { buildPerson } from '../../synth/person/build-person.ts';
import { createDraw } from '../../synth/random.ts';
import { NOTHING, rasteriseParts } from '../../synth/render/rasterise-parts.ts';
import { renderScene } from '../../synth/render/render-scene.ts';

export type TruthMaker = {
  assets: HumanAssets;
  map: BodyMap;
  port: ImagePort;
  prepared: PreparedModel;
  inference: Inference;
};

export type TruthHead = {
  photo: SyntheticPhoto;
  prior: Prior;
  views: View[];
  /** Pictures from between those views, unlit like them: what a texture made from them has not seen. */
  takeBetween(): PictureBetween[];
  /** Skin, hair, eyes, as triangles. */
  mesh: TriangleMesh;
  /** What the views see of the truth. */
  seen: SeenPoints;
  hair: string;
};

export type PictureBetween = {
  camera: Camera;
  image: ImageRgba;
  /** (H, W) 1 = clothes, which the studio takes off the neck. */
  isCloth: Uint8Array;
};

export type SeenPoints = {
  /** (M, 3) m and unit normals, prior's head frame. */
  positionsHead: Float32Array;
  normalsHead: Float32Array;
  /** (M) 1 = skin of the body, 0 = hair, eyes, brows, glasses. */
  isSkin: Uint8Array;
};

/** Another stream than training heads of the same seed have (`npm run synth -- --held-out`). */
const HELD_OUT_SEED = 1 ^ 0x48454c44;
const STREAMS = { camera: 10, photo: 11, estimate: 12 } as const;
const VIEWS = 16;
/** Side of the exact views unless said otherwise: a pixel is 1.7 mm, a cell of a grid of 128³ 2.6. */
export const TRUTH_VIEW_PX = 256;
const SAMPLES = 2;
/** Azimuth and elevation of the pictures between: half-way between neighbours of the rig of 16. */
const BETWEEN_DEG = [
  [11, 5],
  [56, 5],
  [101, 5],
  [146, 5],
  [191, 5],
  [236, 5],
  [281, 5],
  [326, 5],
] as const;
/** Share of cloth in the colour of a neck from which it is cloth: its edge is soft. */
const CLOTH_SHARE = 0.02;
/** Every pixel of every view would be half a million points; means do not change from a few ten thousand on. */
const POINT_STRIDE = 5;

/** Null when no face is found in the photo. */
export async function makeTruthHead(
  maker: TruthMaker,
  index: number,
  viewCount: number = VIEWS,
  viewPx: number = TRUTH_VIEW_PX,
): Promise<TruthHead | null> {
  const stream = (name: keyof typeof STREAMS): ReturnType<typeof createDraw> =>
    createDraw(HELD_OUT_SEED, index, STREAMS[name]);
  const truthCamera = placeCamera(stream('camera'));
  const person = buildPerson(maker.assets, maker.map, HELD_OUT_SEED, index, directionTo(truthCamera));
  const photo = await takePhoto(stream('photo'), person.scene, truthCamera, maker.port);
  const found = await estimateHead(stream('estimate'), photo, person.eyes, maker.prepared, maker.inference);
  if (found === null) return null;
  const confidence = judgeConfidence(maker.prepared, photo.image, found.fit, found.positionsHead);
  const prior: Prior = { ...found, confidence };
  const placement = placeTruth(person, truthCamera, prior, maker.prepared);
  const shown = endAtNeck(person.scene, placement, prior, maker.prepared);
  const place: Placed = { ...shown, headFromPerson: placement.headFromPerson };
  const points: number[][] = [[], [], []];
  const views = viewRig(viewCount, viewPx).map((rig) => renderView(place, rig, points).view);
  const takeBetween = (): PictureBetween[] =>
    BETWEEN_DEG.map(([azimuthDeg, elevationDeg]) => {
      const camera = rigCamera(azimuthDeg, elevationDeg, TRUTH_VIEW_PX);
      const { view, isCloth } = renderView(place, { azimuthDeg, elevationDeg, camera }, [[], [], []]);
      return { camera, image: view.image, isCloth };
    });
  return {
    photo,
    prior,
    views,
    takeBetween,
    mesh: truthMesh(place),
    seen: {
      positionsHead: Float32Array.from(points[0]!),
      normalsHead: Float32Array.from(points[1]!),
      isSkin: Uint8Array.from(points[2]!),
    },
    hair: person.hair,
  };
}

type Placed = ShownHead & Pick<Placement, 'headFromPerson'>;

function renderView(
  { scene, floor, headFromPerson }: Placed,
  { azimuthDeg, elevationDeg, camera }: { azimuthDeg: number; elevationDeg: number; camera: Camera },
  points: number[][],
): { view: View; isCloth: Uint8Array } {
  const posed: Camera = { ...camera, cameraFromHead: composePoses(camera.cameraFromHead, headFromPerson) };
  const { image, normals } = renderScene(scene, posed, SAMPLES, floor);
  const samples = rasteriseParts(scene.parts, posed, floor);
  const pixels = camera.widthPx * camera.heightPx;
  const depth = new Float32Array(pixels);
  const normalsHead = new Int8Array(pixels * 3);
  const isCloth = new Uint8Array(pixels);
  const m = headFromPerson;
  const c = camera.cameraFromHead;
  for (let i = 0; i < pixels; i++) {
    const normal = turn(m, normals.subarray(i * 3, i * 3 + 3));
    for (let k = 0; k < 3; k++) normalsHead[i * 3 + k] = Math.round(127 * normal[k]!);
    if (samples.parts[i] === NOTHING) continue;
    const part = scene.parts[samples.parts[i]!]!;
    const triangle = samples.triangles[i]!;
    const weights = [0, samples.weights[i * 2]!, samples.weights[i * 2 + 1]!];
    weights[0] = 1 - weights[1]! - weights[2]!;
    const person = [0, 0, 0];
    let cloth = 0;
    weights.forEach((weight, corner) => {
      const vertex = part.triangles[triangle + corner]!;
      for (let k = 0; k < 3; k++) person[k]! += weight * part.positions[vertex * 3 + k]!;
      cloth += weight * (part.paint?.cloth[vertex] ?? 0);
    });
    if (cloth > CLOTH_SHARE) isCloth[i] = 1;
    const point = transformPoints(m, Float32Array.from(person));
    depth[i] = -(c[2]! * point[0]! + c[6]! * point[1]! + c[10]! * point[2]! + c[14]!);
    if (i % POINT_STRIDE !== 0 || Math.hypot(...normal) < 0.5) continue;
    points[0]!.push(...point);
    points[1]!.push(...normal);
    points[2]!.push(part.inTargets === 'above-neck' ? 1 : 0);
  }
  const photoWeight = new Uint8Array(pixels);
  return { view: { azimuthDeg, elevationDeg, camera, image, normalsHead, depth, photoWeight }, isCloth };
}

/** A person's normal in the head frame; the pose holds a scale. */
function turn(m: ArrayLike<number>, normal: ArrayLike<number>): number[] {
  const out = [0, 1, 2].map((k) => m[k]! * normal[0]! + m[4 + k]! * normal[1]! + m[8 + k]! * normal[2]!);
  const length = Math.hypot(...out) || 1;
  return out.map((value) => value / length);
}

function truthMesh({ scene, headFromPerson }: Placed): TriangleMesh {
  const positions: Float32Array[] = [];
  const triangles: number[] = [];
  let first = 0;
  for (const part of scene.parts) {
    positions.push(transformPoints(headFromPerson, part.positions));
    for (const vertex of part.triangles) triangles.push(first + vertex);
    first += part.positions.length / 3;
  }
  const positionsHead = new Float32Array(first * 3);
  let at = 0;
  for (const part of positions) {
    positionsHead.set(part, at);
    at += part.length;
  }
  return { positionsHead, triangles: Uint32Array.from(triangles) };
}
