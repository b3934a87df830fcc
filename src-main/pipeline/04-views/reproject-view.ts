/**
 * One view of the coloured proxy head (method `reproject`).
 *
 * In: proxy mesh with per-vertex colours, photo probe, target camera. Out: {@link View}: colour and coverage (H, W, 4),
 * head-frame normals (H, W, 3), depth (H, W) m, share of the photo (H, W).
 * Per pixel, best first: the photo at the pixel's own surface point; the photo at the mirrored point plus the offset
 * that joins the two sides; the filled vertex colour. Only the outside of the mesh is drawn, so that the open neck shows
 * no inside. Rows are worked on in bands: about 60 bytes a pixel of a band are alive.
 */
import { type Camera, resizeCamera } from '../../camera/camera.ts';
import { fillUncovered } from '../../image/fill-uncovered.ts';
import { createImage } from '../../image/image.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { interpolateAt } from '../../render/interpolate.ts';
import { type PhotoProbe, type ProbedColours, probePhoto } from '../../render/photo-probe.ts';
import { type Fragments, rasterise } from '../../render/rasterise.ts';
import type { RigView } from '../../camera/view-rig.ts';
import { hairGrain } from '../../render/hair-grain.ts';
import type { SurfaceColours } from './fill-colours.ts';
import type { View } from './views.ts';

export type ColouredHead = {
  mesh: TriangleMesh;
  /** (N, 3) unit, head frame. */
  normals: Float32Array;
  mirror: Uint32Array;
  probe: PhotoProbe;
  colours: SurfaceColours;
};

/** Samples along a pixel's side for alpha: ten grades of coverage. */
const COVERAGE_SAMPLES = 3;

/** What is at P covered pixels of a view: head-frame points and unit normals (P, 3), what the photo and its mirror image show. */
export type ProbedPixels = {
  pixels: ArrayLike<number>;
  places: Float32Array;
  normals: Float32Array;
  own: ProbedColours;
  other: ProbedColours;
};

/** `onBand` is shown the pixels of one band after the other. */
export function reprojectView(
  head: ColouredHead,
  rig: RigView,
  onBand: (band: ProbedPixels) => void = () => undefined,
): View {
  const { camera } = rig;
  const fragments = rasterise(head.mesh, camera, { cullBack: true });
  const pixelCount = camera.widthPx * camera.heightPx;
  const view: View = {
    ...rig,
    image: createImage(camera.widthPx, camera.heightPx),
    normalsHead: new Int8Array(pixelCount * 3),
    depth: fragments.depth,
    photoWeight: new Uint8Array(pixelCount),
  };
  // 16k pixels at a time: bounds memory and keeps the working set in the cache.
  const band = new Uint32Array(Math.min(pixelCount, 16384));
  let filled = 0;
  const flush = (): void => {
    const probed = probePixels(head, fragments, band.subarray(0, filled));
    colourPixels(head, fragments, probed, view);
    onBand(probed);
    filled = 0;
  };
  for (let i = 0; i < pixelCount; i++) {
    if (fragments.triangleIds[i]! < 0) continue;
    band[filled++] = i;
    if (filled === band.length) flush();
  }
  flush();
  const centreCovered = new Uint8Array(pixelCount);
  for (let i = 0; i < pixelCount; i++) centreCovered[i] = fragments.triangleIds[i]! < 0 ? 0 : 1;
  fillUncovered(view.image, centreCovered);
  const coverage = measureCoverage(head.mesh, camera);
  for (let i = 0; i < pixelCount; i++) view.image.rgbaSrgb[i * 4 + 3] = coverage[i]!;
  return view;
}

/** Points, normals and the photo at covered pixels. */
export function probePixels(
  { mesh, normals, mirror, probe }: Pick<ColouredHead, 'mesh' | 'normals' | 'mirror' | 'probe'>,
  fragments: Fragments,
  pixels: ArrayLike<number>,
): ProbedPixels {
  const at = (of: Float32Array, mirrored: Uint32Array | null): Float32Array =>
    interpolateAt(fragments, pixels, mesh.triangles, of, 3, mirrored);
  const places = at(mesh.positionsHead, null);
  const unitNormals = normaliseRows(at(normals, null));
  const own = probePhoto(probe, places, unitNormals);
  const other = probePhoto(probe, at(mesh.positionsHead, mirror), normaliseRows(at(normals, mirror)));
  return { pixels, places, normals: unitNormals, own, other };
}

function colourPixels(head: ColouredHead, fragments: Fragments, probed: ProbedPixels, view: View): void {
  const { mesh, colours } = head;
  const { pixels, places, normals, own, other } = probed;
  const at = (of: Float32Array, channels: number): Float32Array =>
    interpolateAt(fragments, pixels, mesh.triangles, of, channels);
  const filled = at(colours.filled, 3);
  const offset = at(colours.mirrorOffset, 3);
  const trust = at(colours.mirrorTrust, 1);
  const hairShare = at(colours.hairShare, 1);
  const { rgbaSrgb } = view.image;
  for (let k = 0; k < pixels.length; k++) {
    const pixel = pixels[k]!;
    const ownWeight = own.weights[k]!;
    const otherWeight = Math.min(trust[k]!, other.weights[k]!);
    const contrast = colours.hairContrast * hairShare[k]! * (1 - otherWeight);
    const isStranded = contrast > 0.01 && ownWeight < 1;
    const strands = isStranded
      ? 1 + contrast * hairGrain(places[k * 3]!, places[k * 3 + 1]!, places[k * 3 + 2]!)
      : 1;
    for (let c = 0; c < 3; c++) {
      const i = k * 3 + c;
      const mirrored = other.colours[i]! + offset[i]!;
      const unseen = strands * (otherWeight * mirrored + (1 - otherWeight) * filled[i]!);
      rgbaSrgb[pixel * 4 + c] = 255 * (ownWeight * own.colours[i]! + (1 - ownWeight) * unseen);
      view.normalsHead[pixel * 3 + c] = Math.round(127 * normals[i]!);
    }
    view.photoWeight[pixel] = Math.round(255 * ownWeight);
  }
}

/** (H, W) uint8: share of a pixel that the mesh covers. */
function measureCoverage(mesh: TriangleMesh, camera: Camera): Uint8Array {
  const n = COVERAGE_SAMPLES;
  const fine = rasterise(mesh, resizeCamera(camera, camera.widthPx * n, camera.heightPx * n), {
    cullBack: true,
    coverageOnly: true,
  });
  const hits = new Uint8Array(camera.widthPx * camera.heightPx);
  for (let y = 0, i = 0; y < fine.heightPx; y++) {
    const row = Math.floor(y / n) * camera.widthPx;
    for (let x = 0; x < camera.widthPx; x++) {
      let hit = 0;
      for (const end = i + n; i < end; i++) if (fine.triangleIds[i]! >= 0) hit++;
      hits[row + x] = hits[row + x]! + hit;
    }
  }
  return hits.map((hit) => Math.round((255 * hit) / (n * n)));
}

function normaliseRows(vectors: Float32Array): Float32Array {
  for (let i = 0; i < vectors.length; i += 3) {
    const length = Math.hypot(vectors[i]!, vectors[i + 1]!, vectors[i + 2]!) || 1;
    for (let c = 0; c < 3; c++) vectors[i + c] = vectors[i + c]! / length;
  }
  return vectors;
}
