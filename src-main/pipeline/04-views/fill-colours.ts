/**
 * A colour for every vertex of the proxy head: the photo's where it sees, its mirror image where that sees, smoothly
 * filled elsewhere. Done once on the surface, so that all views agree.
 *
 * In: proxy mesh, photo probe. Out: (N, 3) sRGB in [0, 1] and what a view needs to sample the photo's mirror image.
 * Seams vanish because the mirrored colours enter as differences between neighbours (gradient-domain cloning, see
 * mesh/vertex-graph.ts), anchored where the photo sees: another light on that side becomes a smooth offset.
 * Hair and skin are filled apart and put together by where hair grows: ears and cheeks at the outline do not bleed into
 * the back of the head. Dropped: one fill with weak edges across the hairline (a 1 % leak along a rim of 60 edges still
 * turned the whole back of a frontal portrait skin-coloured).
 */
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { buildVertexGraph, solveVertexField } from '../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { partColour, SKIN_SRGB } from '../../render/part-colours.ts';
import { type PhotoProbe, probePhoto, smoothstep } from '../../render/photo-probe.ts';
import type { ScalpZone } from './scalp-zone.ts';

export type SurfaceColours = {
  /** (N, 3) sRGB in [0, 1]: the finished colour of every vertex. */
  filled: Float32Array;
  /** (N, 3) what has to be added to the photo's mirror image so that it joins the photo. */
  mirrorOffset: Float32Array;
  /** (N) [0, 1] how far the photo's mirror image is to be used. */
  mirrorTrust: Float32Array;
  /** The scalp shows hair (not skin). */
  hasHair: boolean;
};

export type FillInput = {
  mesh: TriangleMesh;
  mirror: Uint32Array;
  /** (N) group name of each vertex. */
  vertexGroups: readonly string[];
  zone: ScalpZone;
  probe: PhotoProbe;
};

/** Confidence of a colour that the photo shows squarely, against edge weights of about 1. */
const PHOTO_TRUST = 60;
/** sRGB distance between scalp and face above which the scalp is covered with hair: a shadowed bald head stays below. */
const HAIR_CONTRAST = 0.16;

export function fillColours(input: FillInput): SurfaceColours {
  const { mesh, mirror, vertexGroups, zone, probe } = input;
  const count = mirror.length;
  const own = probePhoto(probe, mesh.positionsHead, vertexNormals(mesh));
  const graph = buildVertexGraph(mesh);
  const { hairness, hasHair } = classifyHair(input, own);

  const mirrored = new Float32Array(count * 3);
  const mirrorTrust = new Float32Array(count);
  const guideValid = new Uint8Array(count);
  const trust = new Float32Array(count);
  /** [0, 1] that a vertex is hair: by its colour, its mirrored vertex's colour, or by where it lies. */
  const hairShare = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const j = mirror[i]!;
    mirrored.set(own.colours.subarray(j * 3, j * 3 + 3), i * 3);
    mirrorTrust[i] = smoothstep(0.15, 0.6, own.weights[j]!);
    guideValid[i] = own.weights[j]! > 0.15 ? 1 : 0;
    trust[i] = PHOTO_TRUST * own.weights[i]! ** 2;
    const plain = partColour(vertexGroups[i]!);
    if (plain !== null && own.weights[i]! < 0.05 && own.weights[j]! < 0.05) {
      own.colours.set(plain, i * 3);
      trust[i] = 1;
    }
    const isSeen = smoothstep(0.05, 0.5, own.weights[i]!);
    const unseen = mirrorTrust[i]! * hairness[j]! + (1 - mirrorTrust[i]!) * growsHair(zone, i);
    hairShare[i] = hasHair ? isSeen * hairness[i]! + (1 - isSeen) * unseen : 0;
  }
  // Guidance too stays within its kind: carried across, it would hand skin to the hair's side of the boundary.
  const solve = (share: (vertex: number) => number): Float32Array =>
    solveVertexField(graph, {
      channels: 3,
      values: own.colours,
      confidence: trust.map((value, i) => value * share(i)),
      guidance: {
        values: mirrored,
        valid: guideValid.map((valid, i) => (share(mirror[i]!) > 0.5 ? valid : 0)),
      },
      fallback: meanSkin(vertexGroups, own),
    });
  const skin = solve((i) => 1 - hairness[i]!);
  const hair = hasHair ? solve((i) => hairness[i]!) : skin;
  const filled = skin.map((value, i) => value + hairShare[Math.floor(i / 3)]! * (hair[i]! - value));
  const mirrorOffset = solveVertexField(graph, {
    channels: 3,
    values: filled.map((value, i) => value - mirrored[i]!),
    confidence: mirrorTrust.map((value) => PHOTO_TRUST * value),
    fallback: [0, 0, 0],
  });
  return { filled, mirrorOffset, mirrorTrust, hasHair };
}

/** [0, 1] by place alone; soft over 2 cm, like a hairline. */
function growsHair(zone: ScalpZone, vertex: number): number {
  return smoothstep(-0.008, 0.012, zone.hairlineDistanceM[vertex]!) * (1 - zone.ear[vertex]!);
}

type Seen = { colours: Float32Array; weights: Float32Array };

/** Colour statistics: the face below the brows is skin; the upper scalp is hair when it differs from it. */
function classifyHair(input: FillInput, own: Seen): { hairness: Float32Array; hasHair: boolean } {
  const { mesh, vertexGroups, zone } = input;
  const p = mesh.positionsHead;
  const isSkin = (i: number): boolean => vertexGroups[i] === 'skin' && own.weights[i]! > 0.4;
  const face = medianColour(
    own,
    (i) => isSkin(i) && zone.hairlineDistanceM[i]! < -0.02 && p[i * 3 + 2]! > 0.04,
  );
  const scalp = medianColour(
    own,
    (i) => isSkin(i) && zone.hairlineDistanceM[i]! > 0.008 && zone.ear[i]! < 0.5,
  );
  const hairness = new Float32Array(own.weights.length);
  if (face === null || scalp === null) return { hairness, hasHair: false };
  const between = distance(face, scalp);
  if (between < HAIR_CONTRAST) return { hairness, hasHair: false };
  for (let i = 0; i < hairness.length; i++) {
    const colour = own.colours.subarray(i * 3, i * 3 + 3);
    const toFace = distance(colour, face);
    const toScalp = distance(colour, scalp);
    hairness[i] = smoothstep(0.5, 0.8, toFace / (toFace + toScalp));
  }
  return { hairness, hasHair: true };
}

function meanSkin(vertexGroups: readonly string[], own: Seen): readonly number[] {
  return medianColour(own, (i) => vertexGroups[i] === 'skin' && own.weights[i]! > 0.5) ?? SKIN_SRGB;
}

function medianColour(seen: Seen, include: (vertex: number) => boolean): number[] | null {
  const picked: number[] = [];
  for (let i = 0; i < seen.weights.length; i++) if (include(i)) picked.push(i);
  if (picked.length === 0) return null;
  return [0, 1, 2].map((c) => {
    const values = Float32Array.from(picked, (i) => seen.colours[i * 3 + c]!).sort();
    return values[values.length >> 1]!;
  });
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);
}
