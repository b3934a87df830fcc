/**
 * Gives the bald mesh M the volume of the hair that the photo shows.
 *
 * In: M (N vertices, head frame), the photo's camera and person mask. Out: proxy positions (N, 3) m, head frame, same
 * topology, whose outline in the photo meets the mask where hair grows; thickness (N) m.
 * Method: on the outline the hair's thickness is measured (measure-rim.ts). It spreads over the scalp as the smoothest
 * field on the mesh, each vertex lending a little to its mirrored one, so that the unseen back gets what rim and crown
 * show. Below the hairline it ramps to nothing, or to the long hair that the photo shows beside the neck.
 * Differs from the paper: its priors are bald and its views get hair from the diffusion model alone. Here the same proxy
 * serves the `reproject` baseline and gives `diffusion` a place for hair.
 * Dropped: a visual hull of the mask (one outline leaves the depth of the hair open: a box-shaped back).
 */
import type { Points } from '../../camera/frames.ts';
import { buildVertexGraph, scaleEdges, solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';
import { type PhotoProbe, smoothstep } from '../../render/photo-probe.ts';
import { doubtHair, type HairPalette } from './hair-palette.ts';
import { collectRimColours, measureLongRim, measureScalpRim, type Rim } from './measure-rim.ts';
import type { ScalpZone } from '../../render/scalp-zone.ts';

export type HairProxy = {
  /** (N, 3) m, head frame. */
  positionsHead: Points<'Head'>;
  /** (N) m that a vertex was moved outwards; negative where M stuck out of the mask. */
  thicknessM: Float32Array;
  palette: HairPalette | null;
  /** (N, 3) m: without hair that hangs below the hairline. */
  inflateScalp(): Points<'Head'>;
  /** (M, 3) sRGB [0, 1] of hair that stands clear of the skull. */
  rimColours: Float32Array;
};

export type InflateInput = {
  positionsHead: Points<'Head'>;
  triangles: Uint32Array;
  /** (N) mirrored vertex. */
  mirror: Uint32Array;
  zone: ScalpZone;
  /** Photo around the bald head, with HAIR_MARGIN_M around it. */
  probe: PhotoProbe;
  /** Makes the palette of the photo's hair once pixels clear of the bald head are known. */
  findPalette: (rimColours: Float32Array, graph: VertexGraph) => HairPalette | null;
};

/** Hair is looked for this far from the bald head, m: what its probe has to show. */
export const HAIR_MARGIN_M = 0.1;
/** Trust in a mirrored thickness: enough to fill the side that the photo does not show, little against its own rim. */
const MIRROR_TRUST = 0.08;
/** The outline is noisy by about an edge's worth of smoothing: trust 2 against edge weights around 1. */
const RIM_TRUST = 2;
/** Width of the ramp from bare skin to full hair above the hairline, m. */
const RAMP_M = [-0.004, 0.026] as const;
/** Long hair hangs behind this plane of the head, m: full behind the first, none in front of the second. */
const LONG_HAIR_Z_M = [0.012, 0.04] as const;
/** Pull of long hair to nothing, per vertex: it needs the outline's evidence. */
const NO_LONG_HAIR_TRUST = 0.01;

export function inflateHair(input: InflateInput): HairProxy {
  const { positionsHead, triangles, mirror, zone, probe } = input;
  const graph = buildVertexGraph({ positionsHead, triangles });
  const earPixels = findEarPixels(triangles, zone, probe);
  const rimInput = { positionsHead, outward: outwardDirections(positionsHead), zone, probe, earPixels };
  const scalpRim = measureScalpRim(rimInput);
  const count = positionsHead.length / 3;
  const spread = (rim: Rim, rest: number, over: VertexGraph): Float32Array => {
    const values = new Float32Array(count);
    const confidence = new Float32Array(count).fill(rest);
    for (let i = 0; i < count; i++) {
      const own = rim.trust[i]! * RIM_TRUST;
      const other = rim.trust[mirror[i]!]! * RIM_TRUST * MIRROR_TRUST;
      if (own + other === 0) continue;
      confidence[i] = own + other;
      values[i] = (own * rim.thicknessM[i]! + other * rim.thicknessM[mirror[i]!]!) / (own + other);
    }
    return solveVertexField(over, { channels: 1, values, confidence, fallback: [0] });
  };
  const scalp = spread(scalpRim, 0, graph);
  const rimColours = collectRimColours(rimInput, scalpRim);
  const firstPalette = input.findPalette(rimColours, graph);
  const palette = firstPalette === null ? null : doubtHair(firstPalette, zone, scalp);
  const hasHair = palette !== null && palette.hair !== null;
  const long = hasHair
    ? spread(measureLongRim(rimInput, palette), NO_LONG_HAIR_TRUST, levelGraph(graph, positionsHead))
    : new Float32Array(count);
  const ramps = scalp.map((_, i) => smoothstep(RAMP_M[0], RAMP_M[1], zone.hairlineDistanceM[i]!));
  const shortM = scalp.map((thickness, i) => thickness * ramps[i]!);
  const thicknessM = shortM.map((thickness, i) => {
    const behind = 1 - smoothstep(LONG_HAIR_Z_M[0], LONG_HAIR_Z_M[1], positionsHead[i * 3 + 2]!);
    return thickness + Math.max(0, long[i]!) * behind * (1 - ramps[i]!);
  });
  const inflate = (byM: Float32Array): Float32Array =>
    buryEars(
      positionsHead.map((value, i) => value + rimInput.outward[i]! * byM[Math.floor(i / 3)]!),
      byM,
      zone,
      graph,
    );
  return {
    positionsHead: inflate(thicknessM),
    inflateScalp: () => inflate(shortM),
    thicknessM,
    palette,
    rimColours,
  };
}

/** (H, W) of the probe: 1 where the bald head shows an ear. */
export function findEarPixels(
  triangles: Uint32Array,
  zone: ScalpZone,
  { triangleIds }: PhotoProbe,
): Uint8Array {
  const out = new Uint8Array(triangleIds.length);
  for (let i = 0; i < out.length; i++) {
    const id = triangleIds[i]!;
    out[i] = id >= 0 && zone.ear[triangles[id * 3]!]! > 0 ? 1 : 0;
  }
  return out;
}

/** Long hair found beside the neck continues around it at the same height, not up the cheek or down the shoulder. */
function levelGraph(graph: VertexGraph, p: Points<'Head'>): VertexGraph {
  return scaleEdges(graph, (i, j) => {
    const rise = Math.abs(p[i * 3 + 1]! - p[j * 3 + 1]!);
    const run = Math.hypot(p[i * 3]! - p[j * 3]!, p[i * 3 + 2]! - p[j * 3 + 2]!);
    return 0.1 + (0.9 * run) / (rise + run + 1e-9);
  });
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

/** Hair over the ears hides them: where it is thick, a membrane across the ear's rim takes the ear's place. */
function buryEars(
  positionsHead: Float32Array,
  thicknessM: Float32Array,
  zone: ScalpZone,
  graph: VertexGraph,
): Float32Array {
  // An ear stands off the head by about 2 cm; hair as thick as half of that begins to hide it.
  const amount = zone.ear.map((ear, i) => ear * smoothstep(0.006, 0.014, thicknessM[i]!));
  if (!amount.some((value) => value > 0)) return positionsHead;
  const membrane = solveVertexField(graph, {
    channels: 3,
    values: positionsHead,
    confidence: zone.ear.map((ear) => (ear > 0 ? 0 : 1000)),
    fallback: [0, 0, 0],
  });
  return positionsHead.map((value, i) => value + amount[Math.floor(i / 3)]! * (membrane[i]! - value));
}
