/** A small head for export tests (skin and one eye as ellipsoids), with a head model's shapes, joints and a coarser level. */
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { viewCode } from '../../../src-main/contract/texture-sources.ts';
import { createImage, type ImageRgba } from '../../../src-main/image/image.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import type { Prior } from '../../../src-main/pipeline/03-prior/prior.ts';
import { rigHead } from '../../../src-main/pipeline/06-head/rig/rig-head.ts';
import type { ExportInput } from '../../../src-main/pipeline/08-export/export-head.ts';
import { encodeArrayFile } from '../../../src-main/tensor/array-file.ts';
import { ellipsoidTemplate } from '../../support/sphere-template.ts';
import { type RecordedContext, recordContext } from '../../support/stage-context.ts';

export const { topology, positionsHead } = ellipsoidTemplate(
  [
    { name: 'skin', centre: [0, 0, 0], radii: [0.08, 0.12, 0.1] },
    { name: 'eye-left', centre: [0.03, 0.02, 0.08], radii: [0.012, 0.012, 0.012] },
  ],
  8,
  12,
);

/** `model`: whose shapes and joints the head gets. */
export async function exportInput(textureSizePx: number, model?: string): Promise<ExportInput> {
  const camera = rigCamera(0, 0, 16);
  const view = {
    azimuthDeg: 0,
    elevationDeg: 0,
    camera,
    image: gradient(16),
    normalsHead: new Int8Array(16 * 16 * 3),
    depth: new Float32Array(16 * 16),
    photoWeight: new Uint8Array(16 * 16),
  };
  // The left half of the map (skin) comes from the photo and a view, the right half (eye) was never written.
  const sourceMap = new Uint8Array(textureSizePx ** 2).map((_, texel) => {
    const x = texel % textureSizePx;
    return x < textureSizePx / 8 ? viewCode(1) : x < textureSizePx / 2 ? 1 : 0;
  });
  const prior: Prior = {
    modelId: 'two-ellipsoids',
    modelLicence: 'CC0-1.0',
    modelCredits: '',
    topology,
    positionsHead,
    neutralHead: positionsHead,
    identity: new Float32Array(0),
    expression: Float32Array.of(PHOTO_WEIGHT, 0),
    photoCamera: camera,
    landmarkErrorPercent: 1.25,
    confidence: {},
  };
  const head = { topology, positionsHead, hair: null, meanDistanceMm: 0.5 };
  return {
    photo: {
      image: gradient(16),
      sha256: 'ab'.repeat(32),
      format: 'png',
      focalLength35Mm: null,
      cropFactor: 1,
    },
    analysis: {} as ExportInput['analysis'],
    prior,
    views: {
      method: 'reproject',
      views: [view, { ...view, azimuthDeg: 180, camera: rigCamera(180, 0, 16) }],
    },
    surface: {
      mesh: makeIcosphere(0.1, 2),
      sdf: { size: [0, 0, 0], originHead: [0, 0, 0], spacing: 1, values: new Float32Array(0) },
      growth: new Float32Array(0),
      fusedSpacing: 1,
      denied: 0,
    },
    head,
    rigging: await rigHead({ prior, head }, exportContext(model)),
    texture: { baseColour: gradient(textureSizePx), sourceMap, occlusionRoughness: gradient(32) },
  };
}

export function gradient(sizePx: number): ImageRgba {
  const image = createImage(sizePx, sizePx);
  for (let i = 0; i < sizePx * sizePx; i++) {
    image.rgbaSrgb.set([(i % sizePx) & 255, Math.floor(i / sizePx) & 255, 90, i % 3 === 0 ? 0 : 255], i * 4);
  }
  return image;
}

/** Two shapes of a head model: one moves the upper half of the skin, the other the eye. */
const SKIN_VERTICES = Math.min(
  ...topology.quads.filter((_, corner) => topology.quadGroups[corner >> 2] === 1),
);
export const expression = new Float32Array(2 * positionsHead.length);
for (let v = 0; v < topology.vertexCount; v++) {
  if (v >= SKIN_VERTICES) expression[positionsHead.length + v * 3] = 0.004;
  else if (positionsHead[v * 3 + 1]! > 0) expression[v * 3 + 1] = 0.01;
}

export const EYE_CENTRE = [0.03, 0.02, 0.08] as const;
/** The skin hangs on `head`, less surely on `root` the lower it lies; the eye turns about its centre. */
const skinJoints = new Uint8Array(topology.vertexCount * 4);
const skinWeights = new Float32Array(topology.vertexCount * 4);
for (let v = 0; v < topology.vertexCount; v++) {
  const share = v >= SKIN_VERTICES ? 1 : 0.5 + positionsHead[v * 3 + 1]! / 0.24;
  // Sums of 16-bit floats are not exactly 1, and unused entries may name any joint.
  skinJoints.set(v >= SKIN_VERTICES ? [2, 0, 0, 0] : [1, 0, 2, 2], v * 4);
  skinWeights.set([share * 1.0004, (1 - share) * 1.0004, 0, 0], v * 4);
}
/** The photo's weight of the first shape: on the model's own neutral head, what is left when it is taken out. */
const PHOTO_WEIGHT = 0.25;
const neutralHead = positionsHead.map((value, i) => value - PHOTO_WEIGHT * expression[i]!);
const eyeVertices = Array.from({ length: topology.vertexCount - SKIN_VERTICES }, (_, i) => SKIN_VERTICES + i);
const rig = {
  joints: [
    { name: 'root', parent: -1, vertices: [0] },
    { name: 'head', parent: 0, vertices: [0, SKIN_VERTICES - 1] },
    { name: 'eye-left', parent: 1, vertices: eyeVertices },
  ],
  skinJoints,
  skinWeights,
};
/** Every second ring of faces left out: enough of a coarser level for counting and for groups. */
export const lodQuads = [...topology.quadGroups.keys()].filter((quad) => quad % 2 === 0);
const lods = [
  {
    name: 'half',
    quads: Uint32Array.from(lodQuads.flatMap((quad) => [...topology.quads.slice(quad * 4, quad * 4 + 4)])),
    quadUvs: Uint32Array.from(
      lodQuads.flatMap((quad) => [...topology.quadUvs.slice(quad * 4, quad * 4 + 4)]),
    ),
  },
];

export function exportContext(id = 'two-ellipsoids', signal?: AbortSignal): RecordedContext {
  const expressionNames = ['browInnerUp', 'eyeLookOutLeft'];
  const regions = { regions: new Uint8Array(topology.vertexCount), regionNames: ['forehead'] };
  const model = { id, topology, neutralHead, expressionNames, expression, ...regions, ...rig, lods };
  return { ...recordContext('08-export', signal), readAsset: () => Promise.resolve(encodeArrayFile(model)) };
}
