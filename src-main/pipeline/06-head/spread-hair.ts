/**
 * Where the shell of hair lies over the skin: one piece with a smooth border.
 * in: graph, evidence for hair (find-hair.ts), how far outside of the skin the surface's outermost place is (N) m and
 * whether it looks unlike skin (N), which vertices are the outer skin → out: (N) in [0, 1] twice.
 *
 * Beyond the hair that stands off the skin: hair that hangs free before the neck or the face, with air behind it; and the
 * scalp and forehead around it that have hair's colour, where hair lies flat or M's skull was guessed too large. What does not hang
 * together with the scalp is no hair (collars, shoulders, lumps of a forehead). Gaps in it are noise when they are small, and
 * M's ears, which stick out of the surface, when hair is seen around them everywhere.
 */
import type { Points } from '../../camera/frames.ts';
import { dilate } from '../../mesh/graph-filters.ts';
import { solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { type Hair, NECK_Y_M } from './find-hair.ts';

export type HairPlaces = {
  positionsHead: Points<'Head'>;
  graph: VertexGraph;
  /** (N) m² that each vertex stands for. */
  areas: Float32Array;
  hair: Hair;
  /** (N) in [0, 1]: M's ears. */
  ears: Float32Array;
  /** (N) m; NaN where a ray meets nothing. */
  heights: Float32Array;
  /** (N) cosine between that ray and the surface there. */
  cosines: Float32Array;
  /** (N) in [0, 1]. */
  unlikeSkinOutside: Float32Array;
  isOuter: Uint8Array;
  /** (N) in [0, 1]: nose and mouth, before which no hair hangs: in a dark photo they are as unlike a lit cheek as hair is. */
  muzzle: Float32Array;
  /** (N) in [0, 1]: eyes up to below the brows, over which hair hangs altogether or not at all. */
  eyes: Float32Array;
};

export type SpreadHair = {
  /** (N) in [0, 1]; the shell ends in the lower half of it. */
  coverage: Float32Array;
  /** (N) in [0, 1]: hair that stands off the skin or hangs before it, so that no view sees the skin's place. */
  hiding: Float32Array;
};

/** Coverage at the shell's edge, and where it stands as high as the hair. */
export const EDGE = 0.3;
export const FULL = 0.55;
/** Height, m, from which what is not the skin's colour hangs before it, and surely. */
const HANGING_M = [0.01, 0.016] as const;
/** … and at the neck, which M guesses wrong by centimetres. */
const HANGING_NECK_M = [0.02, 0.03] as const;
/** … and from which it is too far away to be this head's hair: shoulders, collars. */
const FAR_M = [0.085, 0.11] as const;
/** M's ear sticks out of hair that lies over it by more than this, m, and surely. */
const PIERCING_M = [0.002, 0.005] as const;
/** Below this cosine a ray grazes the surface, or the plane in which it is cut, and says nothing. */
const GRAZED = 0.3;
/** Half of all evidence. */
const HALF = 0.5;
/** Gaps of fewer vertices than this are noise: on the scalp 3 cm across. */
const GAP_VERTICES = 60;
/** Steps of colour and depth along the border are rounded over this length, m. */
const ROUNDED_M = 0.012;
/** … and over more than a ring where the template is coarse: against edge weights of about 0.25 there. */
const COARSE_TRUST = 0.3;
/**
 * An ear's relief and shade confuse the evidence: it lies under hair as a whole, or not at all. It does where most of it is unlike
 * skin, or where hair encloses it: of the rings around it this share is hair, on an ear that hair is tucked behind three quarters.
 */
const EAR_UNLIKE = 0.6;
const EAR_COVERED = 0.15;
const AROUND_EAR_RINGS = 2;
const EAR_ENCLOSED = 0.8;
/** Hair hides an eye where this share of what is around it is hair: over a corner of it skin in the shade is as unlike lit skin. */
const EYE_COVERED = 0.6;
/** Less than this share of the scalp of a head that is bald in the photo is shreds: lumps of the views. */
const BALD_COVERED = 0.5;
/** Values nearer to 0 and 1 are those: the rounding never quite ends. */
const TAIL = 0.05;

export function spreadHair(places: HairPlaces): SpreadHair {
  const { positionsHead, graph, areas, hair, ears, heights, cosines, isOuter } = places;
  const { covered, scalp, mayBeHair, unlikeSkin } = hair;
  const found = covered.map((value, v) => {
    const height = heights[v]! || 0;
    const isNeck = positionsHead[v * 3 + 1]! < NECK_Y_M;
    const [least, sure] = isNeck ? HANGING_NECK_M : HANGING_M;
    const near = 1 - smoothstep(FAR_M[0], FAR_M[1], height);
    const hanging = smoothstep(least, sure, height) * near * places.unlikeSkinOutside[v]!;
    return isOuter[v]! * Math.max(isNeck ? 0 : value, hanging);
  });
  const bare = bareFeatures(places, found);
  const unlikeSkinOutside = places.unlikeSkinOutside.map((value, v) => value * (1 - bare[v]!));
  const evidence = found.map((value, v) => value * (1 - bare[v]!));
  // A cropped head has hair's colour too, but no hair that stands off: nothing to begin at.
  const coloured = evidence.map((value, v) =>
    Math.max(
      value,
      isOuter[v]! *
        Math.max(
          mayBeHair[v]! * (1 - ears[v]!) * (1 - bare[v]!) * unlikeSkin[v]!,
          ears[v]! * smoothstep(PIERCING_M[0], PIERCING_M[1], -(heights[v]! || 0)) * unlikeSkinOutside[v]!,
        ),
    ),
  );
  const reached = new Uint8Array(evidence.length);
  for (const piece of pieces(graph, (v) => coloured[v]! > HALF)) {
    if (piece.some((v) => evidence[v]! > HALF && scalp[v]! > HALF)) for (const v of piece) reached[v] = 1;
  }
  const whole = coloured.map((value, v) => (reached[v] === 1 ? value : 0));
  const gaps = pieces(graph, (v) => isOuter[v] === 1 && reached[v] === 0);
  const largest = Math.max(...gaps.map((gap) => gap.length));
  for (const gap of gaps) {
    const unlike = gap.reduce((sum, v) => sum + unlikeSkinOutside[v]!, 0) / gap.length;
    const isHidden = gap.length < largest && unlike > HALF;
    if (gap.length < GAP_VERTICES || isHidden) for (const v of gap) whole[v] = 1;
  }
  for (const side of [1, -1]) {
    const ear = [...ears.keys()].filter((v) => ears[v]! > HALF && positionsHead[v * 3]! * side > 0);
    const isEar = new Float32Array(ears.length);
    for (const v of ear) isEar[v] = 1;
    const near = dilate(graph, isEar, AROUND_EAR_RINGS);
    const around = [...near.keys()].filter((v) => near[v]! > isEar[v]! && isOuter[v] === 1);
    const isUnlike = meanOver(ear, unlikeSkinOutside) > EAR_UNLIKE;
    const isEnclosed = meanOver(around, whole) > EAR_ENCLOSED;
    const isCovered = (isUnlike || isEnclosed) && meanOver(ear, whole) > EAR_COVERED;
    for (const v of ear) whole[v] = isCovered ? 1 : 0;
  }
  const coverage = solveVertexField(graph, {
    channels: 1,
    values: whole,
    confidence: areas.map((area, v) => {
      const isKnown = whole[v]! > HALF || cosines[v]! > GRAZED;
      const trust = Math.min(area / ROUNDED_M ** 2, COARSE_TRUST);
      return isKnown ? isOuter[v]! * trust : 0;
    }),
    fallback: [0],
  }).map((value, v) => isOuter[v]! * Math.min(1, Math.max(0, (value - TAIL) / (1 - 2 * TAIL))));
  const scalpArea = (isCounted: (v: number) => boolean): number =>
    areas.reduce((sum, area, v) => sum + (isCounted(v) ? area * scalp[v]! * isOuter[v]! : 0), 0);
  const isShreds =
    hair.isBald && scalpArea((v) => coverage[v]! > EDGE) < BALD_COVERED * scalpArea(() => true);
  if (isShreds) coverage.fill(0);
  return { coverage, hiding: evidence.map((value, v) => value * reached[v]!) };
}

/** (N) in [0, 1]: nose and mouth, and eyes that hair does not hide altogether. */
function bareFeatures({ positionsHead, muzzle, eyes }: HairPlaces, found: Float32Array): Float32Array {
  const bare = muzzle.slice();
  for (const side of [1, -1]) {
    const eye = [...eyes.keys()].filter((v) => eyes[v]! > 0 && positionsHead[v * 3]! * side > 0);
    const isHidden =
      meanOver(
        eye.filter((v) => eyes[v]! > HALF),
        found,
      ) > EYE_COVERED;
    if (!isHidden) for (const v of eye) bare[v] = Math.max(bare[v]!, eyes[v]!);
  }
  return bare;
}

/** The connected sets of vertices that `isMember` holds of. */
function pieces(graph: VertexGraph, isMember: (vertex: number) => boolean): number[][] {
  const seen = new Uint8Array(graph.offsets.length - 1);
  const out: number[][] = [];
  for (let v = 0; v < seen.length; v++) {
    if (seen[v] === 1 || !isMember(v)) continue;
    const piece = [v];
    seen[v] = 1;
    for (const member of piece) {
      for (let e = graph.offsets[member]!; e < graph.offsets[member + 1]!; e++) {
        const next = graph.neighbours[e]!;
        if (seen[next] === 1 || !isMember(next)) continue;
        seen[next] = 1;
        piece.push(next);
      }
    }
    out.push(piece);
  }
  return out;
}

function meanOver(vertices: readonly number[], values: Float32Array): number {
  return vertices.reduce((sum, v) => sum + values[v]!, 0) / vertices.length;
}
