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
import { type PhotoProbe, probePhoto } from '../../render/photo-probe.ts';
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

export function reprojectView(head: ColouredHead, rig: RigView): View {
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
  const pixels: number[] = [];
  // 16k pixels at a time: bounds memory and keeps the working set in the cache.
  const flush = (): void => {
    colourPixels(head, fragments, pixels, view);
    pixels.length = 0;
  };
  for (let i = 0; i < pixelCount; i++) {
    if (fragments.triangleIds[i]! < 0) continue;
    pixels.push(i);
    if (pixels.length === 16384) flush();
  }
  flush();
  const centreCovered = Uint8Array.from(fragments.triangleIds, (id) => (id < 0 ? 0 : 1));
  fillUncovered(view.image, centreCovered);
  const coverage = measureCoverage(head.mesh, camera);
  for (let i = 0; i < pixelCount; i++) view.image.rgbaSrgb[i * 4 + 3] = coverage[i]!;
  return view;
}

function colourPixels(head: ColouredHead, fragments: Fragments, pixels: readonly number[], view: View): void {
  const { mesh, normals, mirror, probe, colours } = head;
  const at = (of: Float32Array, channels: number, useMirror: boolean): Float32Array => {
    const out = new Float32Array(pixels.length * channels);
    pixels.forEach((pixel, k) => {
      const id = fragments.triangleIds[pixel]!;
      const w1 = fragments.barycentrics[2 * pixel]!;
      const w2 = fragments.barycentrics[2 * pixel + 1]!;
      for (let corner = 0; corner < 3; corner++) {
        const vertex = mesh.triangles[id * 3 + corner]!;
        const from = (useMirror ? mirror[vertex]! : vertex) * channels;
        const weight = corner === 0 ? 1 - w1 - w2 : corner === 1 ? w1 : w2;
        for (let c = 0; c < channels; c++)
          out[k * channels + c] = out[k * channels + c]! + weight * of[from + c]!;
      }
    });
    return out;
  };
  const unitNormals = normaliseRows(at(normals, 3, false));
  const places = at(mesh.positionsHead, 3, false);
  const own = probePhoto(probe, places, unitNormals);
  const other = probePhoto(probe, at(mesh.positionsHead, 3, true), normaliseRows(at(normals, 3, true)));
  const filled = at(colours.filled, 3, false);
  const offset = at(colours.mirrorOffset, 3, false);
  const trust = at(colours.mirrorTrust, 1, false);
  const hairShare = at(colours.hairShare, 1, false);
  pixels.forEach((pixel, k) => {
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
      view.image.rgbaSrgb[pixel * 4 + c] = 255 * (ownWeight * own.colours[i]! + (1 - ownWeight) * unseen);
      view.normalsHead[pixel * 3 + c] = Math.round(127 * unitNormals[i]!);
    }
    view.photoWeight[pixel] = Math.round(255 * ownWeight);
  });
}

/** (H, W) uint8: share of a pixel that the mesh covers. */
function measureCoverage(mesh: TriangleMesh, camera: Camera): Uint8Array {
  const n = COVERAGE_SAMPLES;
  const fine = rasterise(mesh, resizeCamera(camera, camera.widthPx * n, camera.heightPx * n), {
    cullBack: true,
  });
  const hits = new Uint8Array(camera.widthPx * camera.heightPx);
  for (let i = 0; i < fine.triangleIds.length; i++) {
    if (fine.triangleIds[i]! < 0) continue;
    const x = Math.floor((i % fine.widthPx) / n);
    const y = Math.floor(i / fine.widthPx / n);
    hits[y * camera.widthPx + x] = hits[y * camera.widthPx + x]! + 1;
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
