/**
 * Where in the photo skin may be covered by what is not skin, and by what.
 *
 * In: what is known of the skin's vertices, likeness of skin of each pixel (H, W), vertex of each pixel. Out: (H, W) 1 where
 * another colour than skin hangs together with the outline or with hair; (N) where views have to show skin.
 */
import type { Points } from '../../camera/frames.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { type ProbedColours, probePhoto, smoothstep } from '../../render/photo-probe.ts';
import { findScalpZone, type ScalpZone } from '../../render/scalp-zone.ts';
import { facingCosines } from '../../render/visibility.ts';
import { namePartsOf, type VertexColours } from './colour-vertices.ts';
import type { FeatureHeights } from './feature-heights.ts';
import type { SortInput } from './sort-pixels.ts';

/** Cosines to the photo's camera between which a surface begins to be seen at a slant. */
const SLANT_COSINES = [0.4, 0.6] as const;
/** The face teaches what skin looks like: squarely seen, between chin and forehead (Head, m), as in trust-skin.ts. */
const FACE_Y_M = [-0.07, 0.05] as const;
const FORWARD = 0.6;
/** Above the eyes' middle by this much hair on the face is a fringe, m. */
const FRINGE_ABOVE_M = 0.012;
/** Below the middle of the mouth by up to this much lies the chin, m; this share of it in another colour is a beard. */
const CHIN_BELOW_M = 0.05;
const BEARD_SHARE = 0.35;
/** More of the lower face than this is no hair that hangs over it, but light or a mask. */
const COVERED_SHARE_MAX = 0.3;
/** So far off M the skin is hair, m. */
const MOVED_M = 0.008;
/** Half likeness: where a pixel is mixed. */
const STRANGE = 0.5;

/** What hangs together with the outline is taken out from here on: its pixels are mixed with what lies behind. */
const MIXED = 0.85;

/** Kinds of pixels, see findPlaces. */
export const PLACE = { nothing: 0, beside: 1, open: 2, kept: 3 } as const;
const { nothing: NOTHING, beside: BESIDE, open: OPEN, kept: KEPT } = PLACE;

/** What is known of the skin's N vertices. */
export type SkinFacts = {
  p: Points<'Head'>;
  normals: Points<'Head'>;
  parts: VertexColours['parts'];
  photo: ProbedColours;
  zone: ScalpZone;
  /** (N) m off M. */
  movedM: Float32Array;
  /** (N) to the photo's camera. */
  cosines: Float32Array;
  heights: FeatureHeights;
};

function distances(a: Points<'Head'>, b: Points<'Head'>): Float32Array {
  return Float32Array.from({ length: a.length / 3 }, (_, v) =>
    Math.hypot(a[v * 3]! - b[v * 3]!, a[v * 3 + 1]! - b[v * 3 + 1]!, a[v * 3 + 2]! - b[v * 3 + 2]!),
  );
}

export function isFace({ p, normals, photo, parts }: SkinFacts, v: number): boolean {
  const y = p[v * 3 + 1]!;
  return (
    parts[v] === 'skin' &&
    photo.weights[v]! > 0.5 &&
    normals[v * 3 + 2]! > FORWARD &&
    y > FACE_Y_M[0] &&
    y < FACE_Y_M[1]
  );
}

export function learnFacts({ probe, topology, mesh, whole, priorHead, heights }: SortInput): SkinFacts {
  const normals = vertexNormals(mesh);
  return {
    p: mesh.positionsHead,
    normals,
    parts: namePartsOf(topology),
    photo: probePhoto(probe, mesh.positionsHead, normals),
    zone: findScalpZone(priorHead),
    // Hair that is a mesh of its own is not modelled into the skin.
    movedM:
      whole === mesh ? distances(mesh.positionsHead, priorHead) : new Float32Array(topology.vertexCount),
    cosines: facingCosines(mesh.positionsHead, normals, probe.camera),
    heights,
  };
}

/** (N) face, ears and neck: below the hairline, not where hair is modelled into the skin. */
export function findBelowHair({ parts, zone, movedM }: SkinFacts): Float32Array {
  return movedM.map((moved, v) => {
    if (parts[v] !== 'skin' || moved > MOVED_M) return 0;
    return Math.max(zone.ear[v]!, 1 - smoothstep(-0.01, 0, zone.hairlineDistanceM[v]!));
  });
}

/** (N) the sides of that. */
export function findBareSkin(facts: SkinFacts): Float32Array {
  return findBelowHair(facts).map(
    (below, v) => below * (1 - smoothstep(SLANT_COSINES[0], SLANT_COSINES[1], facts.normals[v * 3 + 2]!)),
  );
}

/** (H, W) NOTHING or hair = where strange colours come from; BESIDE = they spread there; KEPT = they do not. */
export function findPlaces(
  { p, normals, parts, photo, zone, movedM, cosines, heights: { eyesY, mouthY } }: SkinFacts,
  like: Float32Array,
  vertexOf: (pixel: number) => number,
): { places: Uint8Array; isBearded: boolean } {
  const isChin = (v: number): boolean => {
    const y = p[v * 3 + 1]!;
    return photo.weights[v]! > 0.5 && normals[v * 3 + 2]! > 0.4 && y < mouthY && y > mouthY - CHIN_BELOW_M;
  };
  let chin = 0;
  let bearded = 0;
  const places = Uint8Array.from(like, (value, i) => {
    const v = vertexOf(i);
    if (v < 0 || v >= parts.length) return NOTHING;
    if (isChin(v)) {
      chin++;
      if (value < STRANGE) bearded++;
    }
    const isScalp = zone.hairlineDistanceM[v]! > -0.005 && zone.ear[v]! < 0.5;
    if (parts[v] !== 'skin' || isScalp || movedM[v]! > MOVED_M) return KEPT;
    if (cosines[v]! < SLANT_COSINES[0]) return BESIDE;
    return p[v * 3 + 1]! < eyesY + FRINGE_ABOVE_M ? OPEN : KEPT;
  });
  const count = (of: (i: number) => boolean): number =>
    places.reduce((sum, place, i) => {
      const isFace = place === OPEN && p[vertexOf(i) * 3 + 1]! > mouthY - CHIN_BELOW_M;
      return sum + (isFace && of(i) ? 1 : 0);
    }, 0);
  const isBearded = bearded > BEARD_SHARE * chin;
  const isCovered = count((i) => like[i]! < STRANGE) > COVERED_SHARE_MAX * count(() => true);
  return {
    isBearded,
    places: places.map((place, i) => {
      if (place === OPEN) return isBearded || isCovered ? KEPT : BESIDE;
      return place === BESIDE && isBearded && p[vertexOf(i) * 3 + 1]! < mouthY ? KEPT : place;
    }),
  };
}

/** (H, W) in [0, 1]: strange colours BESIDE the face that hang together with the outline or hair. */
export function spreadFromOutline(places: Uint8Array, like: Float32Array, widthPx: number): Float32Array {
  const out = new Float32Array(places.length);
  const neighbours = (i: number): number[] => [
    ...(i % widthPx > 0 ? [i - 1] : []),
    ...(i % widthPx < widthPx - 1 ? [i + 1] : []),
    ...(i >= widthPx ? [i - widthPx] : []),
    ...(i + widthPx < places.length ? [i + widthPx] : []),
  ];
  const isStrange = (i: number): boolean => places[i] === BESIDE && like[i]! < MIXED;
  const queue: number[] = [];
  const add = (i: number): void => {
    out[i] = 1;
    queue.push(i);
  };
  places.forEach((place, i) => {
    if (place !== BESIDE || !isStrange(i)) return;
    if (neighbours(i).some((k) => places[k] === NOTHING)) add(i);
  });
  while (queue.length > 0) for (const k of neighbours(queue.pop()!)) if (out[k] === 0 && isStrange(k)) add(k);
  return out;
}
