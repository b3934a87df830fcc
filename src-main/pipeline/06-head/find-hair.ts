/**
 * Which growth of the surface is hair and which is a face that was guessed too small.
 * in: template (N, 3), outward directions (N, 3), Head, m, growth of the surface at each vertex (N) m, views →
 * out: per vertex, how far hair covers it and how far the surface is skin.
 * Evidence is how far the surface stands off, and its colour in the views against that of the face: what looks like skin
 * has to stand off much further to be hair, most of all outside of the scalp.
 */
import { projectPoints } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import { soften } from '../../mesh/graph-filters.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { facingCosines } from '../../render/visibility.ts';
import { findScalpZone } from '../../render/scalp-zone.ts';
import { learnTint, type Tint } from '../../render/skin-likeness.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { View } from '../04-views/views.ts';
import { seeForehead } from './see-forehead.ts';

export type HairEvidence = {
  positionsHead: Points<'Head'>;
  /** (N, 3) unit. */
  outward: Points<'Head'>;
  graph: VertexGraph;
  /** (N) m, up to the grid's truncation. */
  growth: Float32Array;
  /** (N) m, how far the surface really is, and (N, 3) m, its place nearest to each vertex. */
  distances: Float32Array;
  surfaceHead: Points<'Head'>;
  views: readonly View[];
  /** (N) in [0, 1] that hair grows there, by the photo; null where nobody says so. */
  hairShare: Float32Array | null;
  /** Whether the photo tells hair from skin by colour: a forehead that looks bare is bare. */
  isHairTold: boolean;
};

/** Growth, m, from which hair is seen, and fully, where the colour is not the skin's, and where it is just that. */
const UNLIKE_SKIN_M = [0.0018, 0.0045] as const;
const LIKE_SKIN_M = [0.014, 0.02] as const;
/** The same where hair grows: a bald skull is guessed wrong by less. */
const LIKE_SKIN_SCALP_M = [0.005, 0.01] as const;
/** … and at the neck, which M guesses wrong by centimetres. */
const LIKE_SKIN_NECK_M = [0.03, 0.04] as const;
/** Distance inside the hairline, m, over which a place becomes scalp. */
const SCALP_M = [-0.005, 0.01] as const;
/** … and up to which hair may lie flat on the skin: a fringe, side-burns. Brows begin at −34 mm. */
const FRINGE_M = [-0.03, -0.022] as const;
/** Nowhere more hair than this is a bald head. */
const BALD = 0.5;
/** Shares of white in a shine on a bald scalp: it is skin's tint below. */
const SHINES = [0.15, 0.3, 0.45, 0.6] as const;
/** Half coverage. */
const COVERED = 128;
/** Colours of a place are read from views that see it within this depth, m: grids and enlarged views are this coarse. */
const SAME_DEPTH_M = 0.008;
/** Skin is learnt where the surface did not grow by more than this and looks forward by more than this cosine. */
const SKIN_GROWTH_M = 0.002;
const FORWARD = 0.6;
/** Height of the face about the head frame's origin, which lies between the ears, m. */
const FACE_Y_M = [-0.07, 0.05] as const;
/**
 * Below this height, m, it is the neck. The surface may be further off there than the grid's growth reports, so that its
 * colour is looked up on the surface itself, and its whole distance counts.
 */
export const NECK_Y_M = -0.09;
/** Less than this share of known colours around a place is none. */
const LEAST_KNOWN = 1e-3;
/** Smoothing of colours before they are judged: strands and highlights are finer than the answer has to be. */
const SOFTENING_PASSES = 6;
const UNLIKE_SOFTENING_PASSES = 2;

export type Hair = {
  /** (N) in [0, 1]: 1 = hair covers the vertex. */
  covered: Float32Array;
  /** (N) in [0, 1]: how far the surface's place is the skin's own. */
  bare: Float32Array;
  /** (N) in [0, 1]: 1 = well inside the hairline of a head in general. */
  scalp: Float32Array;
  /** The photo shows a bald head. */
  isBald: boolean;
  /** (N) in [0, 1]: 1 = above the brows and before the ears: what lies flat there and is unlike skin is hair. */
  mayBeHair: Float32Array;
  /** (N) in [0, 1]: the surface's place is seen and has another colour than skin. */
  unlikeSkin: Float32Array;
  /** The same of other places (N, 3), one a vertex. */
  unlikeSkinAt(places: Points<'Head'>): Float32Array;
};

export function findHair(input: HairEvidence): Hair {
  const { positionsHead, outward, graph, growth, distances, surfaceHead } = input;
  const isNeck = (v: number): boolean => positionsHead[v * 3 + 1]! < NECK_Y_M;
  const places = positionsHead.map((value, i) =>
    isNeck(Math.floor(i / 3)) ? surfaceHead[i]! : value + outward[i]! * growth[Math.floor(i / 3)]!,
  );
  const { colours, seen } = readColours(places, outward, input.views);
  const teachers = [...growth.keys()].filter((v) => {
    const y = positionsHead[v * 3 + 1]!;
    const isFace = outward[v * 3 + 2]! > FORWARD && y > FACE_Y_M[0] && y < FACE_Y_M[1];
    return isFace && seen[v]! > 0 && Math.abs(growth[v]!) < SKIN_GROWTH_M;
  });
  // A neck that no view sees there (under the chin) is like what is around it: of unknown colour, not of hair's.
  const known = soften(
    graph,
    seen.map((weight, v) => (weight > 0 || !isNeck(v) ? 1 : 0)),
    SOFTENING_PASSES,
  );
  const { hairlineDistanceM } = findScalpZone(positionsHead);
  const scalp = hairlineDistanceM.map((distance) => smoothstep(SCALP_M[0], SCALP_M[1], distance));
  const isBald = input.hairShare?.every((share) => share < BALD) ?? false;
  const taught = skinTint(colours, teachers, isBald);
  const likeness = ({ colours: there, seen: weights }: SeenColours): Float32Array =>
    weights.map((weight, v) => (weight > 0 ? taught(there.subarray(v * 3, v * 3 + 3)) : 0));
  // Blond hair has skin's tint: on a scalp of which the photo says that hair grows there, looking like skin means nothing.
  const forehead =
    input.hairShare === null || isBald || !input.isHairTold
      ? new Float32Array(growth.length)
      : seeForehead(positionsHead, hairlineDistanceM, input.hairShare);
  const skin = soften(graph, likeness({ colours, seen }), SOFTENING_PASSES).map((sum, v) =>
    Math.max(
      forehead[v]!,
      (sum / Math.max(known[v]!, LEAST_KNOWN)) * (1 - scalp[v]! * (input.hairShare?.[v] ?? 0)),
    ),
  );
  const unlike = (there: SeenColours): Float32Array => {
    const like = likeness(there);
    return soften(
      graph,
      there.seen.map((weight, v) => (weight > 0 ? Math.min(1 - like[v]!, 1 - forehead[v]!) : 0)),
      UNLIKE_SOFTENING_PASSES,
    );
  };
  const covered = growth.map((value, v) => {
    const [low, high] = [0, 1].map((k) => {
      const off = isNeck(v) ? LIKE_SKIN_NECK_M[k]! : LIKE_SKIN_M[k]!;
      const like = off + scalp[v]! * (LIKE_SKIN_SCALP_M[k]! - off);
      return UNLIKE_SKIN_M[k]! + skin[v]! * (like - UNLIKE_SKIN_M[k]!);
    });
    return smoothstep(low!, high!, isNeck(v) ? distances[v]! : value);
  });
  // The thin beginning of hair is not the skin's shape; a skull that is guessed too large is, whatever covers it.
  const bare = growth.map((value, v) => (value > 0 ? 1 - scalp[v]! * (1 - skin[v]!) : 1));
  return {
    covered,
    bare,
    scalp,
    isBald,
    mayBeHair: hairlineDistanceM.map((distance) => smoothstep(FRINGE_M[0], FRINGE_M[1], distance)),
    unlikeSkin: unlike({ colours, seen }),
    unlikeSkinAt: (others) => unlike(readColours(others, outward, input.views)),
  };
}

/** How much a colour looks like skin, with or without a shine on it; 0 where nothing taught it. */
function skinTint(
  colours: Float32Array,
  teachers: readonly number[],
  mayShine: boolean,
): (colour: Float32Array) => number {
  const tint: Tint = learnTint(colours, teachers) ?? (() => 0);
  const shines = mayShine ? SHINES : [];
  return ([red, green, blue]) =>
    shines.reduce(
      (most, white) => {
        const [r, g, b] = [red!, green!, blue!].map((value) => Math.max(0, value - white) / (1 - white));
        return Math.max(most, tint(r!, g!, b!));
      },
      tint(red!, green!, blue!),
    );
}

/** (N, 3) sRGB in [0, 1] of a place in the views, and (N) their weight. */
type SeenColours = { colours: Float32Array; seen: Float32Array };

function readColours(points: Points<'Head'>, normals: Float32Array, views: readonly View[]): SeenColours {
  const colours = new Float32Array(points.length);
  const seen = new Float32Array(points.length / 3);
  for (const { camera, image, depth } of views) {
    const pixels = projectPoints(camera, points);
    const cosines = facingCosines(points, normals, camera);
    for (let v = 0; v < seen.length; v++) {
      const column = Math.floor(pixels[v * 3]!);
      const row = Math.floor(pixels[v * 3 + 1]!);
      if (cosines[v]! <= 0 || column < 0 || row < 0 || column >= camera.widthPx || row >= camera.heightPx)
        continue;
      const pixel = row * camera.widthPx + column;
      const there = depth[pixel]!;
      if (image.rgbaSrgb[pixel * 4 + 3]! < COVERED) continue;
      if (there !== 0 && Math.abs(there - pixels[v * 3 + 2]!) > SAME_DEPTH_M) continue;
      const weight = cosines[v]! ** 2;
      for (let c = 0; c < 3; c++)
        colours[v * 3 + c] = colours[v * 3 + c]! + (weight * image.rgbaSrgb[pixel * 4 + c]!) / 255;
      seen[v] = seen[v]! + weight;
    }
  }
  return { colours: colours.map((sum, i) => sum / (seen[Math.floor(i / 3)]! || 1)), seen };
}
