/**
 * Which growth of the surface is hair and which is a face that was guessed too small.
 * in: template (N, 3), outward directions (N, 3), Head, m, growth of the surface at each vertex (N) m, views →
 * out: per vertex, how far hair covers it and how far the surface is skin.
 * Evidence is how far the surface stands off, and its colour in the views against that of the face: what looks like skin
 * has to stand off much further to be hair, most of all outside of the scalp.
 */
import { projectPoints } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { facingCosines } from '../../render/visibility.ts';
import { findScalpZone } from '../../render/scalp-zone.ts';
import type { View } from '../04-views/views.ts';
import { smoothstep, soften } from './find-relief.ts';

export type HairEvidence = {
  positionsHead: Points<'Head'>;
  /** (N, 3) unit. */
  outward: Points<'Head'>;
  graph: VertexGraph;
  growth: Float32Array;
  views: readonly View[];
};

/** Growth, m, from which hair is seen, and fully, where the colour is not the skin's, and where it is just that. */
const UNLIKE_SKIN_M = [0.0018, 0.0045] as const;
const LIKE_SKIN_M = [0.014, 0.02] as const;
/** The same where hair grows: a bald skull is guessed wrong by less. */
const LIKE_SKIN_SCALP_M = [0.005, 0.01] as const;
/** Distance inside the hairline, m, over which a place becomes scalp. */
const SCALP_M = [-0.005, 0.01] as const;
/** Likeness, smoothed, at which a place begins to count as skin-coloured, and fully. */
const LIKENESS = [0.1, 0.45] as const;
/** Colours of a place are read from views that see it within this depth, m: grids and enlarged views are this coarse. */
const SAME_DEPTH_M = 0.008;
/** Skin is learnt where the surface did not grow by more than this and looks forward by more than this cosine. */
const SKIN_GROWTH_M = 0.002;
const FORWARD = 0.6;
/** Height of the face about the head frame's origin, which lies between the ears, m. */
const FACE_Y_M = [-0.07, 0.05] as const;
/** Least spread of skin in ln(R/G), ln(B/G) and ln(brightness): shade on a face is most of the last. */
const SPREADS = [0.07, 0.07, 0.45] as const;
/** … and the most: a face half in the dark teaches nothing about how dark skin is. */
const SPREADS_MAX = [0.14, 0.14, 0.6] as const;
/** Smoothing of colours before they are judged: strands and highlights are finer than the answer has to be. */
const SOFTENING_PASSES = 6;
/** Fewer vertices teach no colour of skin. */
const TEACHERS_MIN = 50;

export type Hair = {
  /** (N) in [0, 1]: 1 = hair covers the vertex. */
  covered: Float32Array;
  /** (N) in [0, 1]: how far the surface's place is the skin's own. */
  bare: Float32Array;
};

export function findHair(input: HairEvidence): Hair {
  const { positionsHead, outward, graph, growth } = input;
  const surface = positionsHead.map((value, i) => value + outward[i]! * growth[Math.floor(i / 3)]!);
  const { features, seen } = readFeatures(surface, outward, input.views);
  const teachers = [...growth.keys()].filter((v) => {
    const y = positionsHead[v * 3 + 1]!;
    const isFace = outward[v * 3 + 2]! > FORWARD && y > FACE_Y_M[0] && y < FACE_Y_M[1];
    return isFace && seen[v]! > 0 && Math.abs(growth[v]!) < SKIN_GROWTH_M;
  });
  const likeness =
    teachers.length < TEACHERS_MIN
      ? new Float32Array(growth.length)
      : compareWithSkin(features, seen, teachers);
  const skin = soften(graph, likeness, SOFTENING_PASSES).map((value) =>
    smoothstep(LIKENESS[0], LIKENESS[1], value),
  );
  const scalp = findScalpZone(positionsHead).hairlineDistanceM.map((distance) =>
    smoothstep(SCALP_M[0], SCALP_M[1], distance),
  );
  const covered = growth.map((value, v) => {
    const [low, high] = [0, 1].map((k) => {
      const like = LIKE_SKIN_M[k]! + scalp[v]! * (LIKE_SKIN_SCALP_M[k]! - LIKE_SKIN_M[k]!);
      return UNLIKE_SKIN_M[k]! + skin[v]! * (like - UNLIKE_SKIN_M[k]!);
    });
    return smoothstep(low!, high!, value);
  });
  // The thin beginning of hair is not the skin's shape; a skull that is guessed too large is, whatever covers it.
  const bare = growth.map((value, v) => (value > 0 ? 1 - scalp[v]! * (1 - skin[v]!) : 1));
  return { covered, bare };
}

/** (N, 3) ln(R/G), ln(B/G), ln(brightness) of the place in the views, and (N) their weight. */
function readFeatures(
  points: Points<'Head'>,
  normals: Float32Array,
  views: readonly View[],
): { features: Float32Array; seen: Float32Array } {
  const features = new Float32Array(points.length);
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
      if (image.rgbaSrgb[pixel * 4 + 3]! < 128) continue;
      if (there !== 0 && Math.abs(there - pixels[v * 3 + 2]!) > SAME_DEPTH_M) continue;
      const weight = cosines[v]! ** 2;
      const [red, green, blue] = [0, 1, 2].map((c) => image.rgbaSrgb[pixel * 4 + c]! + 4);
      features[v * 3] = features[v * 3]! + weight * Math.log(red! / green!);
      features[v * 3 + 1] = features[v * 3 + 1]! + weight * Math.log(blue! / green!);
      features[v * 3 + 2] = features[v * 3 + 2]! + weight * Math.log(red! + green! + blue!);
      seen[v] = seen[v]! + weight;
    }
  }
  return { features: features.map((sum, i) => sum / (seen[Math.floor(i / 3)]! || 1)), seen };
}

/** (N) in [0, 1], by the distance from the teachers' medians in units of their spread; 0 where nothing was seen. */
function compareWithSkin(features: Float32Array, seen: Float32Array, teachers: number[]): Float32Array {
  const model = SPREADS.map((least, k) => {
    const values = Float32Array.from(teachers, (v) => features[v * 3 + k]!).sort();
    const at = (share: number): number => values[Math.floor(share * (values.length - 1))]!;
    // Half of the distance between these quantiles is the standard deviation of a normal distribution.
    return { median: at(0.5), spread: Math.min(SPREADS_MAX[k]!, Math.max(least, (at(0.84) - at(0.16)) / 2)) };
  });
  return seen.map((weight, v) => {
    if (weight === 0) return 0;
    const square = model.reduce(
      (sum, { median, spread }, k) => sum + ((features[v * 3 + k]! - median) / spread) ** 2,
      0,
    );
    return Math.exp(-square / 4);
  });
}
