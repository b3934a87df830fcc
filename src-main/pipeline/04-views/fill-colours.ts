/**
 * A colour for every vertex of the proxy head: the photo's where it sees, its mirror image where that sees, smoothly
 * filled elsewhere. Done once on the surface, so that all views agree.
 *
 * In: proxy mesh, photo probe. Out: (N, 3) sRGB in [0, 1] and what a view needs to sample the photo's mirror image.
 * Seams vanish because the mirrored colours enter as differences between neighbours (gradient-domain cloning, see
 * mesh/vertex-graph.ts), anchored where the photo sees: another light on that side becomes a smooth offset.
 * Hair and skin are filled apart and put together by where hair grows: ears and cheeks at the outline do not bleed into
 * the back of the head. Dropped: continuing the photo's hair behind the outline as if mirrored there (streaks along the
 * line of sight at the outline, highlights of the face on grey heads); one fill with weak edges across the hairline (a 1 % leak along a rim of 60 edges still
 * turned the whole back of a frontal portrait skin-coloured).
 */
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { buildVertexGraph, scaleEdges, solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';
import { partColour, SKIN_SRGB } from '../../render/part-colours.ts';
import { type PhotoProbe, probePhoto, smoothstep } from '../../render/photo-probe.ts';
import { type HairPalette, hairShareOf, type SeenColours } from './hair-palette.ts';
import type { ScalpZone } from '../../render/scalp-zone.ts';

export type SurfaceColours = {
  /** (N, 3) sRGB in [0, 1]: the finished colour of every vertex. */
  filled: Float32Array;
  /** (N, 3) what has to be added to the photo's mirror image so that it joins the photo. */
  mirrorOffset: Float32Array;
  /** (N) [0, 1] how far the photo's mirror image is to be used. */
  mirrorTrust: Float32Array;
  /** (N) [0, 1] how far a vertex is hair. */
  hairShare: Float32Array;
  /** Relative contrast of the strands in the photo's hair; 0 without hair. */
  hairContrast: number;
};

export type FillInput = {
  mesh: TriangleMesh;
  /** (N, 3) unit, head frame. */
  normals: Float32Array;
  mirror: Uint32Array;
  /** (N) group name of each vertex. */
  vertexGroups: readonly string[];
  zone: ScalpZone;
  /** (N) m that hair stands off: where it is thick it covers the ears. */
  thicknessM: Float32Array;
  probe: PhotoProbe;
  palette: HairPalette | null;
  /** Vertices from this one on are hair, whatever their colour. */
  hairFrom?: number;
};

/** Confidence of a colour that the photo shows squarely, against edge weights of about 1. */
const PHOTO_TRUST = 60;
/** Pull of unseen scalp to the median colour of its kind: takes over some ten edges away from what is seen. */
const MEDIAN_TRUST = 0.01;
/** Share of a vertical edge's weight that remains: neck and clothes continue around the head, not up and down. */
const VERTICAL_SHARE = 0.04;
/** Share that remains between ear and head: an ear's colours are its own. */
const EAR_SHARE = 0.1;

export function fillColours(input: FillInput): SurfaceColours {
  const { mesh, normals, mirror, vertexGroups, zone, probe, palette } = input;
  const count = mirror.length;
  const own = probePhoto(probe, mesh.positionsHead, normals);
  const graph = shapeGraph(mesh, zone);
  const hairFrom = input.hairFrom ?? count;
  const hairness = Float32Array.from({ length: count }, (_, i) => {
    if (i >= hairFrom) return 1;
    if (palette === null || vertexGroups[i] !== 'skin') return 0;
    return facesAway(mesh, zone, i) * hairShareOf(palette, own.colours.subarray(i * 3, i * 3 + 3));
  });
  const mirrored = new Float32Array(count * 3);
  const mirrorTrust = new Float32Array(count);
  const guideValid = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const j = mirror[i]!;
    mirrored.set(own.colours.subarray(j * 3, j * 3 + 3), i * 3);
    mirrorTrust[i] = smoothstep(0.15, 0.6, own.weights[j]!);
    guideValid[i] = own.weights[j]! > 0.15 ? 1 : 0;
  }
  const hairShare = spreadHair(input, graph, own, hairness, mirrorTrust).fill(1, hairFrom);

  // Guidance stays within its kind: carried across, it would hand skin to the hair's side of the boundary.
  const solve = (
    median: readonly number[],
    share: Float32Array,
    isHome: (vertex: number) => number,
  ): Float32Array => {
    const values = own.colours.slice();
    const confidence = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      confidence[i] = PHOTO_TRUST * own.weights[i]! ** 2 * share[i]!;
      const plain = partColour(vertexGroups[i]!);
      if (confidence[i]! > 0.1) continue;
      if (plain === null) confidence[i] = MEDIAN_TRUST * isHome(i);
      else if (own.weights[mirror[i]!]! < 0.05) confidence[i] = 1;
      values.set(plain ?? median, i * 3);
    }
    const valid = guideValid.map((known, i) => (share[mirror[i]!]! > 0.5 ? known : 0));
    return solveVertexField(graph, {
      channels: 3,
      values,
      confidence,
      guidance: { values: mirrored, valid },
      fallback: median,
    });
  };
  const isScalp = (i: number): number => (zone.hairlineDistanceM[i]! > 0 ? 1 : 0);
  const skin = solve(
    palette?.skin ?? SKIN_SRGB,
    hairness.map((value) => 1 - value),
    isScalp,
  );
  const hair = palette === null || palette.hair === null ? skin : solve(palette.hair, hairness, () => 1);
  const filled = skin.map((value, i) => value + hairShare[Math.floor(i / 3)]! * (hair[i]! - value));
  const mirrorOffset = solveVertexField(graph, {
    channels: 3,
    values: filled.map((value, i) => value - mirrored[i]!),
    confidence: mirrorTrust.map((value) => PHOTO_TRUST * value),
    fallback: [0, 0, 0],
  });
  return {
    filled,
    mirrorOffset,
    mirrorTrust,
    hairShare,
    hairContrast: measureContrast(graph, own, hairness),
  };
}

/** [0, 1], 0 on the face: its highlights are grey, its brows and beard dark, and none of them is to colour the hair. */
function facesAway(mesh: TriangleMesh, zone: ScalpZone, vertex: number): number {
  const isBelow = 1 - smoothstep(-0.04, -0.02, zone.hairlineDistanceM[vertex]!);
  return 1 - isBelow * smoothstep(0.02, 0.045, mesh.positionsHead[vertex * 3 + 2]!);
}

function shapeGraph(mesh: TriangleMesh, zone: ScalpZone): VertexGraph {
  const p = mesh.positionsHead;
  return scaleEdges(buildVertexGraph(mesh), (i, j) => {
    const length = Math.hypot(
      p[i * 3]! - p[j * 3]!,
      p[i * 3 + 1]! - p[j * 3 + 1]!,
      p[i * 3 + 2]! - p[j * 3 + 2]!,
    );
    const isNeck = zone.hairlineDistanceM[i]! < 0 && zone.hairlineDistanceM[j]! < 0;
    const steep = isNeck && length > 0 ? Math.abs(p[i * 3 + 1]! - p[j * 3 + 1]!) / length : 0;
    const apart = Math.abs(zone.ear[i]! - zone.ear[j]!);
    return (1 - (1 - VERTICAL_SHARE) * steep ** 2) * (1 - (1 - EAR_SHARE) * apart);
  });
}

/**
 * (N) [0, 1] that a vertex is hair: by its colour where the photo or its mirror image shows it, by place on the scalp, and
 * below the hairline by what continues around the neck at the same height: long hair, or skin.
 */
function spreadHair(
  input: FillInput,
  graph: VertexGraph,
  own: SeenColours,
  hairness: Float32Array,
  mirrorTrust: Float32Array,
): Float32Array {
  const { mirror, zone, thicknessM, palette } = input;
  const values = new Float32Array(hairness.length);
  const confidence = new Float32Array(hairness.length);
  if (palette === null || palette.hair === null) return values;
  for (let i = 0; i < values.length; i++) {
    const isSeen = smoothstep(0.05, 0.5, own.weights[i]!);
    const isKnown = isSeen + (1 - isSeen) * mirrorTrust[i]!;
    const byColour =
      (isSeen * hairness[i]! + (1 - isSeen) * mirrorTrust[i]! * hairness[mirror[i]!]!) / (isKnown + 1e-6);
    // Hair a centimetre thick hides the ear.
    const bareEar = zone.ear[i]! * (1 - smoothstep(0.006, 0.014, thicknessM[i]!));
    const byPlace = smoothstep(-0.008, 0.012, zone.hairlineDistanceM[i]!) * (1 - bareEar);
    // Below the hairline nothing is said: what is seen beside the neck decides.
    const isPlaced = smoothstep(0, 0.008, zone.hairlineDistanceM[i]!) * (1 - isKnown);
    confidence[i] = PHOTO_TRUST * (isKnown ** 2 + isPlaced);
    if (isKnown + isPlaced > 0) values[i] = (isKnown * byColour + isPlaced * byPlace) / (isKnown + isPlaced);
  }
  return solveVertexField(graph, { channels: 1, values, confidence, fallback: [0] }).map((value) =>
    Math.min(1, Math.max(0, value)),
  );
}

/** Relative deviation of seen hair from its neighbours' mean. */
function measureContrast(graph: VertexGraph, own: SeenColours, hairness: Float32Array): number {
  let squares = 0;
  let total = 0;
  const luma = (i: number): number =>
    (own.colours[i * 3]! + own.colours[i * 3 + 1]! + own.colours[i * 3 + 2]!) / 3;
  for (let i = 0; i < hairness.length; i++) {
    const isHair = (k: number): boolean => hairness[k]! > 0.9 && own.weights[k]! > 0.5;
    if (!isHair(i)) continue;
    for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++) {
      const j = graph.neighbours[e]!;
      if (!isHair(j)) continue;
      squares += ((luma(i) - luma(j)) / (luma(i) + luma(j) + 0.04)) ** 2;
      total++;
    }
  }
  return total === 0 ? 0 : Math.sqrt(squares / total);
}
