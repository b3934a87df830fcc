/**
 * A look at the expression shapes: each at weight 1 on the mean head and on two random people, eyes, teeth and tongue in
 * colours of their own, back faces red. What comes through the skin, crosses or folds is seen here.
 * prepared model → one (TILE_PX, 3 · TILE_PX, 4) sRGB a shape, in the order of the model's names.
 */
import type { Camera } from '../../camera/camera.ts';
import { type ImageRgba, createImage } from '../../image/image.ts';
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import { shapeHead } from '../../pipeline/03-prior/shape-head.ts';
import { rasterise } from '../../render/rasterise.ts';
import { shadeClay } from '../../render/shade-clay.ts';
import { createSeededRandom } from '../../tensor/seeded-random.ts';
import { TILE_PX } from './draw-fit.ts';
import { drawNormal } from './random-draws.ts';

const PEOPLE = 2;
/** Half a metre and more, so that perspective does not hide anything; the face fills the tile. */
const DISTANCE_M = 0.75;
const FOCAL_TILES = 4.4;
/** The middle of the face is so far below the ears. */
const BELOW_EARS_M = 0.03;
/** Factors of the clay's colour. */
const TINTS: Record<string, readonly [number, number, number]> = {
  'eye-left': [0.6, 0.8, 1],
  'eye-right': [0.6, 0.8, 1],
  'teeth-upper': [1, 1, 0.6],
  'teeth-lower': [0.7, 1, 0.6],
  tongue: [1, 0.5, 0.5],
  mouth: [0.8, 0.4, 0.4],
};
/** Made to be added to the open jaw, as in ARKit. */
const WITH_OPEN_JAW: ReadonlySet<string> = new Set(['mouthClose', 'tongueOut']);

export function drawShapes(prepared: PreparedModel): ImageRgba[] {
  const { model } = prepared;
  const random = createSeededRandom(Uint32Array.of(7, 7, 7, 7));
  const people = Array.from({ length: PEOPLE }, () =>
    Float64Array.from({ length: model.identityCount }, () => drawNormal(random)),
  );
  const identities = [new Float64Array(model.identityCount), ...people];
  const tints = vertexTints(prepared);
  return model.expressionNames.map((name) => {
    const out = createImage(identities.length * TILE_PX, TILE_PX);
    for (const [column, identity] of identities.entries()) {
      const coefficients = new Float64Array(model.identityCount + model.expressionNames.length);
      coefficients.set(identity);
      const weigh = (shape: string): void => {
        coefficients[model.identityCount + model.expressionNames.indexOf(shape)] = 1;
      };
      weigh(name);
      if (WITH_OPEN_JAW.has(name)) weigh('jawOpen');
      const { positionsHead } = shapeHead(model, coefficients);
      paste(out, drawTinted({ positionsHead, triangles: prepared.triangles }, tints), column * TILE_PX);
    }
    return out;
  });
}

const CAMERA: Camera = {
  widthPx: TILE_PX,
  heightPx: TILE_PX,
  focalPx: [FOCAL_TILES * TILE_PX, FOCAL_TILES * TILE_PX],
  centrePx: [TILE_PX / 2, TILE_PX / 2],
  cameraFromHead: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, BELOW_EARS_M, -DISTANCE_M, 1),
};

function drawTinted(
  mesh: Parameters<typeof shadeClay>[0],
  tints: readonly (readonly [number, number, number])[],
): ImageRgba {
  const image = shadeClay(mesh, CAMERA);
  const { triangleIds } = rasterise(mesh, CAMERA);
  for (const [pixel, triangle] of triangleIds.entries()) {
    if (triangle < 0) continue;
    const tint = tints[mesh.triangles[triangle * 3]!]!;
    for (let c = 0; c < 3; c++) image.rgbaSrgb[pixel * 4 + c]! *= tint[c]!;
  }
  return image;
}

/** (N) of the first group that a vertex is of: on the seam of the lips that is the skin. */
function vertexTints({ model }: PreparedModel): (readonly [number, number, number])[] {
  const { quads, quadGroups, groups, vertexCount } = model.topology;
  const group = new Int32Array(vertexCount).fill(groups.length);
  for (const [corner, vertex] of quads.entries())
    group[vertex] = Math.min(group[vertex]!, quadGroups[corner >> 2]!);
  return Array.from(group, (g) => TINTS[groups[g] ?? ''] ?? [1, 1, 1]);
}

function paste(out: ImageRgba, tile: ImageRgba, left: number): void {
  for (let y = 0; y < tile.heightPx; y++) {
    const row = tile.rgbaSrgb.subarray(y * tile.widthPx * 4, (y + 1) * tile.widthPx * 4);
    out.rgbaSrgb.set(row, (y * out.widthPx + left) * 4);
  }
}
