/**
 * Takes blotches out of the sides of the face where the photo sees them at a slant.
 *
 * In: graph of the N vertices, head frame, colours of photo and views. Out: (N, 3) factor on the photo's sRGB colours.
 * A photo from the front ends in a band of cheek and temple a centimetre wide in the picture and four on the head: shade, background
 * and sideburns of mixed pixels are drawn out to a stain before the ear. What is seen squarely on the one side and what views show
 * on the other bridge the band (harmonic, in ln sRGB); the band's own colours at a large scale are replaced by that,
 * pores and wrinkles stay. What is much darker is hair and stays too.
 */
import type { Points } from '../../camera/frames.ts';
import { solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';

export type Limb = {
  graph: VertexGraph;
  positionsHead: Points<'Head'>;
  /** (N) cosine of the angle to the photo's camera. */
  cosines: Float32Array;
  photo: { colours: Float32Array; weights: Float32Array };
  /** (N, 3) sRGB of the views, (N) 1 where they show anything, (N) the photo's share in it. */
  shown: Float32Array;
  seen: Uint8Array;
  carried: Float32Array;
  /** (N) in [0, 1]: below the hairline; not under hair; how far a colour looks like skin. */
  belowHair: Float32Array;
  bald: Float32Array;
  lend: Float32Array;
};

/** Cosines between which a colour is not trusted at a large scale, and is. */
const SLANT = [0.25, 0.5] as const;
/** Beside the middle of the face by this much, m: nose and lips are not its sides. */
const BESIDE_M = [0.035, 0.05] as const;
/** The band's own colours at a large scale: a mean over this many edges. */
const AROUND_EDGES = 0.7;
/** Share of the band from which on its own colours say nothing about the bridge. */
const BRIDGED = 0.25;
/** Confidence in a squarely seen colour, and in one that only views show. */
const SQUARE = 1;
const VIEWS = 0.2;
/** Change of ln sRGB below which nobody sees a stain, and the photo stays as it is. */
const SEEN_FROM = [0.05, 0.15] as const;
/** Change of ln brightness up to which it is light, and from which on it is another thing. */
const LIGHT = [0.45, 0.7] as const;
/** Keeps the logarithm of black finite. */
const BLACK = 0.02;

export function evenLimb(limb: Limb): Float32Array {
  const { graph, positionsHead, cosines, photo, shown, seen, carried, belowHair, bald, lend } = limb;
  const count = cosines.length;
  const out = new Float32Array(count * 3).fill(1);
  const band = cosines.map((cosine, v) => {
    const beside = smoothstep(...BESIDE_M, Math.abs(positionsHead[v * 3]!));
    return beside * belowHair[v]! * bald[v]! * (1 - smoothstep(...SLANT, cosine));
  });
  const own = new Float32Array(count * 3);
  const around = new Float32Array(count);
  const trusted = new Float32Array(count);
  for (let v = 0; v < count; v++) {
    const ofPhoto = photo.weights[v]!;
    const ofViews = (1 - ofPhoto) * seen[v]!;
    if (ofPhoto + ofViews === 0) continue;
    for (let k = v * 3; k < v * 3 + 3; k++) {
      const mean = (ofPhoto * photo.colours[k]! + ofViews * shown[k]!) / (ofPhoto + ofViews);
      own[k] = Math.log(mean + BLACK);
    }
    around[v] = (lend[v]! * (ofPhoto + ofViews)) / AROUND_EDGES ** 2;
    const inBand = smoothstep(0, BRIDGED, band[v]!);
    const network = smoothstep(0.5, 1, 1 - carried[v]!);
    trusted[v] = lend[v]! * (SQUARE * ofPhoto * (1 - inBand) + VIEWS * ofViews * network);
  }
  const fallback = [0, 0, 0];
  const present = solveVertexField(graph, { channels: 3, values: own, confidence: around, fallback });
  const bridged = solveVertexField(graph, { channels: 3, values: own, confidence: trusted, fallback });
  for (let v = 0; v < count; v++) {
    if (band[v] === 0) continue;
    const change = [0, 1, 2].map((c) => bridged[v * 3 + c]! - present[v * 3 + c]!);
    const size = Math.abs(change.reduce((sum, value) => sum + value / 3, 0));
    const most = Math.max(...change.map(Math.abs));
    const share = band[v]! * smoothstep(...SEEN_FROM, most) * (1 - smoothstep(...LIGHT, size));
    change.forEach((value, c) => (out[v * 3 + c] = Math.exp(share * value)));
  }
  return out;
}
