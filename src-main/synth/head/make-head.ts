/**
 * One training head: what the product would know from one photo of a random person, and what the person looks like from
 * all around.
 *
 * In: seed and number of the head, views. Out: {@link HeadArrays} (see models/training/gen3d/shards.py), or null when no face
 * is found in the photo. Everything is expressed in the frame of the estimated head, also where M is laid over the truth: photo,
 * cameras and targets do not depend on `mesh`.
 */
import { type Camera, projectPoints } from '../../camera/camera.ts';
import { composePoses } from '../../camera/frames.ts';
import { rigCamera, viewRig } from '../../camera/view-rig.ts';
import type { Inference } from '../../inference/inference.ts';
import {
  cameraAngles,
  type ConditionSurface,
  renderConditions,
  STORED_ZERO,
} from '../../pipeline/04-views/diffusion/render-conditions.ts';
import { colourHead } from '../../pipeline/04-views/colour-head.ts';
import type { ConditionPrior } from '../../pipeline/04-views/diffusion/read-view-pack.ts';
import { OUTER_EYE_CORNERS } from '../../pipeline/03-prior/landmark-sets.ts';
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import type { Prior } from '../../pipeline/03-prior/prior.ts';
import type { HumanAssets, ImagePort } from '../makehuman/assets.ts';
import type { BodyMap } from '../person/body-map.ts';
import { buildPerson, type Person } from '../person/build-person.ts';
import { createDraw, type Draw } from '../random.ts';
import { renderScene } from '../render/render-scene.ts';
import { alignTruth, type Placement } from './align-truth.ts';
import { estimateHead } from './estimate-head.ts';
import { endAtNeck, type ShownHead } from './end-at-neck.ts';
import { directionTo, placeCamera, takePhoto } from './take-photo.ts';
import { layOverTruth } from './true-mesh.ts';

export type HeadMaker = {
  assets: HumanAssets;
  map: BodyMap;
  port: ImagePort;
  prepared: PreparedModel;
  surface: ConditionSurface;
  inference: Inference;
};

export type HeadOptions = {
  seed: number;
  views: number;
  sizePx: number;
  isHeldOut: boolean;
  prior: ConditionPrior;
  /** M as stage 03 estimates it, or laid over the truth (the paper's ablation). */
  mesh: 'estimated' | 'truth';
};

export const TARGET_CHANNELS = 7;
export const KNOWN = { colourAndCoverage: 1, normal: 2 } as const;

export type HeadArrays = {
  /** (S, S, 4), (V, S, S, 7), (V + 1, S, S, 22). */
  photo: Uint8Array;
  targets: Uint8Array;
  conditions: Uint8Array;
  /** (V, 4, 4) row-major, (V, 4), (V, 2), (2), (M, 3). */
  poses: Float32Array;
  intrinsics: Float32Array;
  angles: Float32Array;
  inputAngles: Float32Array;
  vertices: Float32Array;
  /** (V) 1 = the target is the truth; absent = all are. */
  supervised?: Uint8Array;
  /** (V, S, S) {@link KNOWN} bits: what of the target is the truth; absent = all. */
  known?: Uint8Array;
  hair: string;
};

const STREAMS = { camera: 10, photo: 11, estimate: 12, views: 13 } as const;
/** Samples along a pixel's side. */
const SAMPLES = 2;
/** Share of views that are the rig's; the others come from anywhere within ±180°, ±40° (paper section 3.2). */
const RIG_SHARE = 0.7;
const RIG_VIEWS = 16;
const ELEVATION_DEG = 40;

export async function makeHead(
  maker: HeadMaker,
  index: number,
  options: HeadOptions,
): Promise<HeadArrays | null> {
  const { seed, sizePx } = options;
  const stream = (name: keyof typeof STREAMS): Draw => createDraw(seed, index, STREAMS[name]);
  const truthCamera = placeCamera(stream('camera'));
  const person = buildPerson(maker.assets, maker.map, seed, index, directionTo(truthCamera));
  const photo = await takePhoto(stream('photo'), person.scene, truthCamera, maker.port);
  const estimate = await estimateHead(
    stream('estimate'),
    photo,
    person.eyes,
    maker.prepared,
    maker.inference,
  );
  if (estimate === null) return null;
  const placement = placeTruth(person, truthCamera, estimate, maker.prepared);
  const shown = endAtNeck(person.scene, placement, estimate, maker.prepared);
  const prior =
    options.mesh === 'estimated'
      ? estimate
      : {
          ...estimate,
          positionsHead: layOverTruth(estimate.positionsHead, shown, placement, maker.prepared),
        };
  const cameras = chooseCameras(stream('views'), options);
  const { conditions, crop, inputAngles, vertices } = renderConditions({
    image: photo.image,
    maskAlpha: photo.maskAlpha,
    photoCamera: prior.photoCamera,
    positionsHead: prior.positionsHead,
    surface: maker.surface,
    proxy:
      options.prior === 'bald'
        ? null
        : colourHead(
            { image: photo.image, maskAlpha: photo.maskAlpha, prior, viewSizePx: sizePx },
            () => undefined,
          ),
    cameras,
    sizePx,
  });
  const targets = new Uint8ClampedArray(cameras.length * sizePx * sizePx * TARGET_CHANNELS);
  cameras.forEach((camera, view) =>
    renderTarget(shown, placement, camera, targets.subarray((view * targets.length) / cameras.length)),
  );
  return {
    photo: new Uint8Array(crop.image.rgbaSrgb.buffer),
    targets: new Uint8Array(targets.buffer),
    conditions,
    ...describeCameras(cameras),
    inputAngles: new Float32Array(inputAngles),
    vertices,
    hair: person.hair,
  };
}

export function describeCameras(
  cameras: readonly Camera[],
): Pick<HeadArrays, 'poses' | 'intrinsics' | 'angles'> {
  const poses = new Float32Array(cameras.length * 16);
  const intrinsics = new Float32Array(cameras.length * 4);
  const angles = new Float32Array(cameras.length * 2);
  cameras.forEach((camera, view) => {
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++)
        poses[view * 16 + row * 4 + column] = camera.cameraFromHead[column * 4 + row]!;
    }
    const { widthPx, heightPx, focalPx, centrePx } = camera;
    intrinsics.set(
      [focalPx[0] / widthPx, focalPx[1] / heightPx, centrePx[0] / widthPx, centrePx[1] / heightPx],
      view * 4,
    );
    angles.set(cameraAngles(camera), view * 2);
  });
  return { poses, intrinsics, angles };
}

function chooseCameras(draw: Draw, { views, sizePx, isHeldOut }: HeadOptions): Camera[] {
  const rig = viewRig(RIG_VIEWS, sizePx);
  if (isHeldOut) return rig.map(({ camera }) => camera);
  const left = rig.map(({ camera }) => camera);
  return Array.from({ length: views }, () => {
    if (left.length > 0 && draw.chance(RIG_SHARE))
      return left.splice(Math.floor(draw.uniform(0, left.length)), 1)[0]!;
    return rigCamera(draw.uniform(-180, 180), draw.uniform(-ELEVATION_DEG, ELEVATION_DEG), sizePx);
  });
}

/** The eyes of truth and estimate at the same depth of their cameras. */
export function placeTruth(
  person: Person,
  truthCamera: Camera,
  prior: Pick<Prior, 'positionsHead' | 'photoCamera'>,
  prepared: PreparedModel,
): Placement {
  const depthOf = (camera: Camera, points: readonly number[]): number => {
    const projected = projectPoints(camera, new Float32Array(points));
    return (projected[2]! + projected[5]!) / 2;
  };
  const eyeVertices = OUTER_EYE_CORNERS.map((landmark) => prepared.model.landmarks.vertices[landmark * 3]!);
  const corners = eyeVertices.flatMap((vertex) => [
    ...prior.positionsHead.subarray(vertex * 3, vertex * 3 + 3),
  ]);
  return alignTruth(
    truthCamera,
    depthOf(truthCamera, eyeCorners(person)),
    prior.photoCamera,
    depthOf(prior.photoCamera, corners),
  );
}

/** (2 · 3) outer eye corners from the eyeballs' centres, m, person frame. */
export function eyeCorners({ eyes }: Pick<Person, 'eyes'>): number[] {
  const [beside, before] = EYE_CORNER_M;
  return eyes.flatMap((eye) => [eye[0] + Math.sign(eye[0]) * beside, eye[1], eye[2] + before]);
}

/** Where the lids of MakeHuman's base mesh meet, beside and before the eyeball's centre, m. */
const EYE_CORNER_M = [0.0125, 0.01] as const;

function renderTarget(
  { scene, floor }: ShownHead,
  { headFromPerson, scale }: Placement,
  camera: Camera,
  out: Uint8ClampedArray,
): void {
  const posed: Camera = { ...camera, cameraFromHead: composePoses(camera.cameraFromHead, headFromPerson) };
  const { image, normals } = renderScene(scene, posed, SAMPLES, floor);
  const m = headFromPerson;
  for (let i = 0; i < normals.length / 3; i++) {
    const [x, y, z] = [normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!];
    for (let c = 0; c < 4; c++) out[i * TARGET_CHANNELS + c] = image.rgbaSrgb[i * 4 + c]!;
    for (let c = 0; c < 3; c++) {
      const turned = (m[c]! * x + m[4 + c]! * y + m[8 + c]! * z) / scale;
      out[i * TARGET_CHANNELS + 4 + c] = x === 0 && y === 0 && z === 0 ? STORED_ZERO : (turned + 1) * 127.5;
    }
  }
}
