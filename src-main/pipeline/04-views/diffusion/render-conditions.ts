/**
 * What every view is conditioned on (paper section 3.2 b, c; method.md section 3 "photo carry-over"): shared by the sampler
 * and by the training data (`src-main/synth`), so that the network sees in use exactly what it saw in training.
 *
 * In: photo, person mask, photo camera, bald M (N vertices, head frame), cameras of V views of S × S px.
 * Out: conditions (V + 1, S, S, 22) uint8, the input's own view last; photo (S, S, 4); cameras as the network reads them.
 * Channels in the order of `models/training/gen3d/conditions.py`: normal 3, position 3, mask, carried RGB + weight,
 * mirrored RGB + weight, fill RGB, billboard RGBA. Normals and positions are stored as (x + 1) · 127.5 and are 0 (128)
 * where nothing is; colours that nothing gives are black.
 * With a proxy, method `reproject` at S px is the base that the network corrects; on 10 held-out synthetic heads it lies 2.0 dB
 * above the bald M with spread colours on unseen pixels (15.8 against 13.9), silhouette IoU .77 against .63, for 0.9 s a head.
 * The paper has M's geometry only; carried, mirrored, filled and billboard colours are ours.
 */
import { type Camera, cameraCentreHead, resizeCamera } from '../../../camera/camera.ts';
import type { Points } from '../../../camera/frames.ts';
import { RIG_EXTENT_M } from '../../../camera/view-rig.ts';
import { fillUncovered } from '../../../image/fill-uncovered.ts';
import { createImage, type ImageRgba } from '../../../image/image.ts';
import type { HeadTopology, TriangleMesh } from '../../../mesh/mesh.ts';
import { triangulateTopology } from '../../../mesh/triangulate.ts';
import { buildVertexGraph, type VertexGraph } from '../../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../../mesh/vertex-normals.ts';
import { nameVertexGroups } from '../../../mesh/vertex-groups.ts';
import { SKIN_SRGB } from '../../../render/part-colours.ts';
import { createPhotoProbe, type PhotoProbe, probePhoto } from '../../../render/photo-probe.ts';
import { interpolateAt } from '../../../render/interpolate.ts';
import { rasterise } from '../../../render/rasterise.ts';
import { type ColouredHead, type ProbedPixels, probePixels, reprojectView } from '../reproject-view.ts';
import { drawBillboard } from './draw-billboard.ts';
import { cropInput, type InputCrop } from './input-crop.ts';
import { spreadColours } from './spread-colours.ts';

export const CONDITION_CHANNELS = 22;
/** First channel of each condition. */
export const CHANNEL = {
  normal: 0,
  position: 3,
  mask: 6,
  carried: 7,
  mirrored: 11,
  fill: 15,
  billboard: 18,
} as const;
/** Half the side of the network's grid V, m (`VolumeConfig.half_extent_m`): positions are divided by it. */
export const HALF_EXTENT_M = 0.22;
/** Vertices of M that the mesh branch is given (`export.MESH_POINTS`). */
export const MESH_POINTS = 2048;
/** Stored value of 0 in a channel that spans [−1, 1]. */
export const STORED_ZERO = 128;

/** What of a head template the conditions need, the same for all heads. */
export type ConditionSurface = {
  triangles: Uint32Array;
  mirror: Uint32Array;
  graph: Pick<VertexGraph, 'offsets' | 'neighbours'>;
  /** (MESH_POINTS) vertices, spread evenly over the skin by index. */
  points: Uint32Array;
};

export function createConditionSurface(
  topology: HeadTopology,
  positionsHead: Points<'Head'>,
): ConditionSurface {
  const { triangles } = triangulateTopology(topology);
  const names = nameVertexGroups(topology);
  const skin = Array.from(names.keys()).filter((vertex) => names[vertex] === 'skin');
  return {
    triangles,
    mirror: topology.mirror,
    graph: buildVertexGraph({ positionsHead, triangles }),
    points: Uint32Array.from(
      { length: MESH_POINTS },
      (_, i) => skin[Math.floor((i * skin.length) / MESH_POINTS)]!,
    ),
  };
}

export type ConditionInput = {
  image: ImageRgba;
  /** (H, W) of the photo's size, 255 = person. */
  maskAlpha: Uint8Array;
  photoCamera: Camera;
  positionsHead: Points<'Head'>;
  surface: ConditionSurface;
  /** The coloured head of method `reproject`: then its surface, with hair, stands for M, and its answer is the fill. */
  proxy: ColouredHead | null;
  /** S × S px each. */
  cameras: readonly Camera[];
  sizePx: number;
};

export type Conditions = {
  /** (V + 1, S, S, 22). */
  conditions: Uint8Array;
  crop: InputCrop;
  /** Azimuth and elevation of the photo camera, rad. */
  inputAngles: [number, number];
  /** (MESH_POINTS, 3) m, head frame. */
  vertices: Float32Array;
};

type Prepared = {
  mesh: TriangleMesh;
  mirror: Uint32Array;
  normals: Float32Array;
  probe: PhotoProbe;
  /** (N, 3) sRGB in [0, 1]. */
  filled: Float32Array;
  proxy: ColouredHead | null;
  crop: InputCrop;
};

export function renderConditions(input: ConditionInput): Conditions {
  const { surface, sizePx, cameras } = input;
  const prepared = prepareColours(input);
  const viewLength = sizePx * sizePx * CONDITION_CHANNELS;
  const out = new Uint8ClampedArray((cameras.length + 1) * viewLength);
  cameras.forEach((camera, view) => {
    const part = out.subarray(view * viewLength, (view + 1) * viewLength);
    drawView(prepared, camera, part);
    drawBillboard(prepared.crop, camera, part, CHANNEL.billboard, CONDITION_CHANNELS);
  });
  const own = out.subarray(cameras.length * viewLength);
  drawView(prepared, prepared.crop.camera, own);
  drawOwnPhoto(prepared.crop.image, own);
  const vertices = new Float32Array(MESH_POINTS * 3);
  surface.points.forEach((vertex, i) =>
    vertices.set(prepared.mesh.positionsHead.subarray(vertex * 3, vertex * 3 + 3), i * 3),
  );
  return {
    conditions: new Uint8Array(out.buffer),
    crop: prepared.crop,
    inputAngles: cameraAngles(input.photoCamera),
    vertices,
  };
}

/** Azimuth (0 = in front of the face, + = subject's left) and elevation of a camera's centre, rad. */
export function cameraAngles(camera: Camera): [number, number] {
  const [x, y, z] = cameraCentreHead(camera);
  return [Math.atan2(x, z), Math.atan2(y, Math.hypot(x, z))];
}

function prepareColours(input: ConditionInput): Prepared {
  const { proxy, surface, positionsHead, sizePx } = input;
  if (proxy !== null) {
    const crop = cropInput(input.image, input.maskAlpha, input.photoCamera, sizePx);
    return { ...proxy, filled: proxy.colours.filled, proxy, crop };
  }
  const mesh: TriangleMesh = { positionsHead, triangles: surface.triangles };
  const normals = vertexNormals(mesh);
  const crop = cropInput(input.image, input.maskAlpha, input.photoCamera, sizePx);
  const probe = createPhotoProbe({
    image: input.image,
    maskAlpha: input.maskAlpha,
    camera: input.photoCamera,
    mesh,
    pxPerM: sizePx / RIG_EXTENT_M,
  });
  const own = probePhoto(probe, positionsHead, normals);
  const known = new Uint8Array(normals.length / 3);
  const colours = own.colours.slice();
  const mean = [0, 0, 0];
  let seen = 0;
  known.forEach((_, i) => {
    const j = surface.mirror[i]!;
    const from = own.weights[i]! > KNOWN_WEIGHT ? i : own.weights[j]! > KNOWN_WEIGHT ? j : -1;
    if (from < 0) return;
    known[i] = 1;
    if (from !== i) colours.set(own.colours.subarray(j * 3, j * 3 + 3), i * 3);
    for (let c = 0; c < 3; c++) mean[c] = mean[c]! + colours[i * 3 + c]!;
    seen++;
  });
  const fallback = seen === 0 ? SKIN_SRGB : mean.map((sum) => sum / seen);
  const filled = spreadColours(surface.graph, colours, known, [fallback[0]!, fallback[1]!, fallback[2]!]);
  return { mesh, mirror: surface.mirror, normals, probe, filled, proxy, crop };
}

/** Photo weight from which a vertex's colour counts as seen. */
const KNOWN_WEIGHT = 0.05;
/** A weight of a quarter is enough for a colour to be taken whole. */
const WEIGHT_GAIN = 4;

function drawView(head: Prepared, camera: Camera, out: Uint8ClampedArray): void {
  for (let i = 0; i < out.length; i += CONDITION_CHANNELS) out.fill(STORED_ZERO, i, i + CHANNEL.mask);
  if (head.proxy !== null) {
    const rig = { azimuthDeg: 0, elevationDeg: 0, camera };
    const { image } = reprojectView(head.proxy, rig, (band) => writeSurface(band, out));
    for (let pixel = 0; pixel < camera.widthPx * camera.heightPx; pixel++) {
      const to = pixel * CONDITION_CHANNELS;
      out[to + CHANNEL.mask] = image.rgbaSrgb[pixel * 4 + 3]!;
      for (let c = 0; c < 3; c++) out[to + CHANNEL.fill + c] = image.rgbaSrgb[pixel * 4 + c]!;
    }
    return;
  }
  const { mesh, filled } = head;
  const fragments = rasterise(mesh, camera, { cullBack: true });
  const covered = new Uint8Array(fragments.triangleIds.length);
  const pixels: number[] = [];
  fragments.triangleIds.forEach((id, pixel) => {
    if (id < 0) return;
    covered[pixel] = 1;
    pixels.push(pixel);
  });
  const probed = probePixels(head, fragments, pixels);
  writeSurface(probed, out);
  const { own, other } = probed;
  const spread = interpolateAt(fragments, pixels, mesh.triangles, filled, 3);
  const colours = createImage(camera.widthPx, camera.heightPx);
  for (const [k, pixel] of pixels.entries()) {
    const wholeOwn = Math.min(1, WEIGHT_GAIN * own.weights[k]!);
    const wholeOther = Math.min(1, WEIGHT_GAIN * other.weights[k]!);
    for (let c = 0; c < 3; c++) {
      const i = k * 3 + c;
      const unseen = wholeOther * other.colours[i]! + (1 - wholeOther) * spread[i]!;
      colours.rgbaSrgb[pixel * 4 + c] = 255 * (wholeOwn * own.colours[i]! + (1 - wholeOwn) * unseen);
    }
  }
  fillUncovered(colours, covered);
  const coverage = measureCoverage(mesh, camera);
  for (let pixel = 0; pixel < covered.length; pixel++) {
    const to = pixel * CONDITION_CHANNELS;
    out[to + CHANNEL.mask] = coverage[pixel]!;
    for (let c = 0; c < 3; c++) out[to + CHANNEL.fill + c] = colours.rgbaSrgb[pixel * 4 + c]!;
  }
}

/** Normals, positions and what the photo and its mirror image show. */
function writeSurface({ pixels, places, normals, own, other }: ProbedPixels, out: Uint8ClampedArray): void {
  for (let k = 0; k < pixels.length; k++) {
    const to = pixels[k]! * CONDITION_CHANNELS;
    const w = own.weights[k]!;
    const m = other.weights[k]!;
    for (let c = 0; c < 3; c++) {
      const i = k * 3 + c;
      out[to + CHANNEL.normal + c] = (normals[i]! + 1) * 127.5;
      out[to + CHANNEL.position + c] = (places[i]! / HALF_EXTENT_M + 1) * 127.5;
      if (w > 0) out[to + CHANNEL.carried + c] = own.colours[i]! * 255;
      if (m > 0) out[to + CHANNEL.mirrored + c] = other.colours[i]! * 255;
    }
    out[to + CHANNEL.carried + 3] = w * 255;
    out[to + CHANNEL.mirrored + 3] = m * 255;
  }
}

/** The input's own view: carried and billboard are the photo itself, and the fill is the photo where it shows the person. */
function drawOwnPhoto(photo: ImageRgba, out: Uint8ClampedArray): void {
  for (let pixel = 0; pixel < photo.widthPx * photo.heightPx; pixel++) {
    const to = pixel * CONDITION_CHANNELS;
    const alpha = photo.rgbaSrgb[pixel * 4 + 3]!;
    for (let c = 0; c < 3; c++) {
      const value = photo.rgbaSrgb[pixel * 4 + c]!;
      out[to + CHANNEL.carried + c] = value;
      out[to + CHANNEL.billboard + c] = value;
      if (alpha > 127) out[to + CHANNEL.fill + c] = value;
    }
    out[to + CHANNEL.carried + 3] = alpha;
    out[to + CHANNEL.billboard + 3] = alpha;
  }
}

/** Samples along a pixel's side for the mask: five grades of coverage. */
const COVERAGE_SAMPLES = 2;

/** (H, W) in [0, 255]. */
function measureCoverage(mesh: TriangleMesh, camera: Camera): Float32Array {
  const n = COVERAGE_SAMPLES;
  const fine = rasterise(mesh, resizeCamera(camera, camera.widthPx * n, camera.heightPx * n), {
    cullBack: true,
    coverageOnly: true,
  });
  const out = new Float32Array(camera.widthPx * camera.heightPx);
  fine.triangleIds.forEach((id, i) => {
    if (id < 0) return;
    const pixel = Math.floor(i / fine.widthPx / n) * camera.widthPx + Math.floor((i % fine.widthPx) / n);
    out[pixel] = out[pixel]! + 255 / (n * n);
  });
  return out;
}
