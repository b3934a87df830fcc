/**
 * Gives the bald mesh M the volume of the hair that the photo shows.
 *
 * In: M (N vertices, head frame), the photo's camera and person mask. Out: proxy positions (N, 3) m, head frame, same
 * topology, whose outline in the photo meets the mask where hair grows; thickness (N) m.
 * Method: from vertices whose outward direction lies across the line of sight, walk outwards until the mask ends. These
 * thicknesses spread over the scalp as the smoothest field on the mesh, each lending a little to its mirrored vertex, so
 * that the unseen back gets what rim and crown show. Below the hairline the field ramps to nothing.
 * Differs from the paper: its priors are bald and its views get hair from the diffusion model alone. Here the same proxy
 * serves the `reproject` baseline and gives `diffusion` a place for hair.
 * Dropped: a visual hull of the mask (one outline leaves the depth of the hair open: a box-shaped back).
 */
import type { Camera } from '../../camera/camera.ts';
import { cameraCentreHead, projectPoints } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import { buildVertexGraph, solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { findScalpZone, type ScalpZone } from './scalp-zone.ts';

export type HairProxy = {
  /** (N, 3) m, head frame. */
  positionsHead: Points<'Head'>;
  /** (N) m that a vertex was moved outwards; negative where M stuck out of the mask. */
  thicknessM: Float32Array;
  zone: ScalpZone;
};

export type InflateInput = {
  positionsHead: Points<'Head'>;
  triangles: Uint32Array;
  /** (N) mirrored vertex. */
  mirror: Uint32Array;
  photoCamera: Camera;
  /** (H, W) uint8 of the photo's size, 255 = person. */
  maskAlpha: Uint8Array;
};

/** M may stick out of the mask by a centimetre where the skull was guessed too large. */
const THINNEST_M = -0.012;
/** Hair stands off at most a hand's breadth; beyond it the mask shows something else. */
const THICKEST_M = 0.1;
/** Less than half a pixel of a 512 px portrait. */
const STEP_M = 0.001;
/** Gaps in the mask that the walk steps over: curls, holes of the segmentation. */
const GAP_M = 0.006;
/** |cosine| between outward direction and line of sight below which a vertex forms the outline. */
const RIM_COSINE = 0.35;
/** Trust in a mirrored thickness: enough to fill the side that the photo does not show, little against its own rim. */
const MIRROR_TRUST = 0.08;
/** The outline is noisy by about an edge's worth of smoothing: trust 2 against edge weights around 1. */
const RIM_TRUST = 2;
/** Width of the ramp from bare skin to full hair above the hairline, m. */
const RAMP_M = [-0.004, 0.026] as const;

export function inflateHair(input: InflateInput): HairProxy {
  const { positionsHead, triangles, mirror } = input;
  const zone = findScalpZone(positionsHead);
  const graph = buildVertexGraph({ positionsHead, triangles });
  const outward = outwardDirections(positionsHead);
  const rim = measureRim(input, outward, zone);
  const count = positionsHead.length / 3;
  const values = new Float32Array(count);
  const confidence = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const own = rim.trust[i]! * RIM_TRUST;
    const other = rim.trust[mirror[i]!]! * RIM_TRUST * MIRROR_TRUST;
    confidence[i] = own + other;
    if (own + other > 0)
      values[i] = (own * rim.thicknessM[i]! + other * rim.thicknessM[mirror[i]!]!) / (own + other);
  }
  const thicknessM = solveVertexField(graph, { channels: 1, values, confidence, fallback: [0] });
  for (let i = 0; i < count; i++) {
    thicknessM[i] = thicknessM[i]! * smoothstep(RAMP_M[0], RAMP_M[1], zone.hairlineDistanceM[i]!);
  }
  const inflated = positionsHead.map((value, i) => value + outward[i]! * thicknessM[Math.floor(i / 3)]!);
  return { positionsHead: buryEars(inflated, thicknessM, zone, graph), thicknessM, zone };
}

/**
 * (N, 3) unit vectors away from the medial line of head and neck: a smooth field, unlike vertex normals, which would tear
 * the ears and fold the nape.
 */
function outwardDirections(positionsHead: Points<'Head'>): Float32Array {
  // The line runs from the middle of the brain straight down; m, head frame.
  const topY = 0.025;
  const z = 0.005;
  const out = new Float32Array(positionsHead.length);
  for (let i = 0; i < positionsHead.length; i += 3) {
    const dx = positionsHead[i]!;
    const dy = Math.max(0, positionsHead[i + 1]! - topY);
    const dz = positionsHead[i + 2]! - z;
    const length = Math.hypot(dx, dy, dz) || 1;
    out[i] = dx / length;
    out[i + 1] = dy / length;
    out[i + 2] = dz / length;
  }
  return out;
}

type Rim = { thicknessM: Float32Array; trust: Float32Array };

function measureRim(input: InflateInput, outward: Float32Array, zone: ScalpZone): Rim {
  const { positionsHead: p, photoCamera, maskAlpha } = input;
  const { widthPx, heightPx } = photoCamera;
  const [ex, ey, ez] = cameraCentreHead(photoCamera);
  const count = p.length / 3;
  const rim: Rim = { thicknessM: new Float32Array(count), trust: new Float32Array(count) };
  const steps = Math.round((THICKEST_M - THINNEST_M) / STEP_M);
  const walk = new Float32Array((steps + 1) * 3);
  for (let i = 0; i < count; i++) {
    if (zone.hairlineDistanceM[i]! < 0) continue;
    const [dx, dy, dz] = [outward[i * 3]!, outward[i * 3 + 1]!, outward[i * 3 + 2]!];
    const [vx, vy, vz] = [ex - p[i * 3]!, ey - p[i * 3 + 1]!, ez - p[i * 3 + 2]!];
    const cosine = Math.abs(dx * vx + dy * vy + dz * vz) / Math.hypot(vx, vy, vz);
    if (cosine >= RIM_COSINE) continue;
    for (let s = 0; s <= steps; s++) {
      const t = THINNEST_M + s * STEP_M;
      walk[s * 3] = p[i * 3]! + t * dx;
      walk[s * 3 + 1] = p[i * 3 + 1]! + t * dy;
      walk[s * 3 + 2] = p[i * 3 + 2]! + t * dz;
    }
    const pixels = projectPoints(photoCamera, walk);
    let last = THINNEST_M;
    let leftPhoto = false;
    for (let s = 0; s <= steps; s++) {
      const t = THINNEST_M + s * STEP_M;
      const u = Math.floor(pixels[s * 3]!);
      const v = Math.floor(pixels[s * 3 + 1]!);
      leftPhoto = u < 0 || v < 0 || u >= widthPx || v >= heightPx;
      if (leftPhoto || t - last > GAP_M) break;
      if (maskAlpha[v * widthPx + u]! >= 128) last = t;
    }
    rim.thicknessM[i] = last;
    rim.trust[i] = 1 - cosine / RIM_COSINE;
    // Cut off by the photo's edge: a lower bound only.
    if (leftPhoto && last > 0) rim.trust[i] = rim.trust[i]! * 0.2;
  }
  return rim;
}

/** Hair over the ears hides them: where it is thick, the ear's relief is smoothed away (Taubin, no shrinking). */
function buryEars(
  positionsHead: Float32Array,
  thicknessM: Float32Array,
  zone: ScalpZone,
  graph: VertexGraph,
): Float32Array {
  // An ear stands off the head by about 2 cm; hair as thick as half of that begins to hide it.
  const amount = zone.ear.map((ear, i) => ear * smoothstep(0.008, 0.018, thicknessM[i]!));
  if (!amount.some((value) => value > 0)) return positionsHead;
  let p = positionsHead;
  for (let pass = 0; pass < 40; pass++) {
    const pull = pass % 2 === 0 ? 0.6 : -0.62;
    const next = p.slice();
    amount.forEach((weight, i) => {
      const from = graph.offsets[i]!;
      const to = graph.offsets[i + 1]!;
      if (weight === 0 || from === to) return;
      for (let axis = 0; axis < 3; axis++) {
        let sum = 0;
        for (let e = from; e < to; e++) sum += p[graph.neighbours[e]! * 3 + axis]!;
        next[i * 3 + axis] = p[i * 3 + axis]! + weight * pull * (sum / (to - from) - p[i * 3 + axis]!);
      }
    });
    p = next;
  }
  return p;
}
