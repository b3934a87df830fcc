/**
 * What keeps the photo from showing the face: light from one side, glasses, something in front of mouth or eyes.
 *
 * crop (256, 256, 3) sRGB in [0, 255] with its landmarks in crop px, scatter of the landmarks → {@link Cover}
 *
 * Glasses are a bar across the bridge of the nose, darker than the skin above and below it and as wide as the bridge. Shadows are
 * dark on one side only, highlights bright, folds of a squint narrow.
 * Something in front of a part shows in its landmarks: three looks at slightly different scales guess it differently.
 */
import type { Raster } from '../../image/image.ts';
import { LEFT_EYE_OUTER, RIGHT_EYE_OUTER } from './locate-landmarks.ts';

export type Cover = {
  /** Light on the subject's right half over that on the left one, in stops: 1 = twice as much. */
  rightStops: number;
  /** How dark a bar over the bridge of the nose is, as a share of the brightest grey there. */
  bridgeBar: number;
  /** Scatter of the landmarks of a part, as a share of the distance between the outer eye corners. */
  mouth: number;
  rightEye: number;
  leftEye: number;
};

/** Mesh points on bare skin, the subject's right and left: cheeks, beside the nose, forehead. */
const SKIN_PAIRS = [
  [50, 280],
  [101, 330],
  [117, 346],
  [205, 425],
  [187, 411],
  [69, 299],
  [104, 333],
  [108, 337],
] as const;
/** The bridge of the nose, from between the brows to below where glasses sit. */
const [BRIDGE_TOP, BRIDGE_END] = [8, 195];
/** Half thicknesses of what may cross it, lines across which it must, and half the breadth of a line; shares of the eye distance. */
const BAR_STEPS = [0.05, 0.08, 0.11] as const;
const BRIDGE_LINES = [-0.07, 0, 0.07] as const;
const LINE_BREADTH = 0.025;
/** Of dark skin and dark pictures, where a step of a few greys is no frame. */
const LEAST_GREY = 80;
/** A patch of skin, its half side as a share of the eye distance. */
const PATCH = 0.04;
const PARTS = {
  mouth: [61, 291, 0, 17, 13, 14, 78, 308, 37, 267, 84, 314],
  rightEye: [33, 133, 159, 145, 158, 153, 468],
  leftEye: [263, 362, 386, 374, 385, 380, 473],
} as const;

/** `pointsCrop` (478, 2); `scatterPhoto` (478) and `eyeDistancePhoto` in photo px. */
export function judgeCover(
  crop: Raster,
  pointsCrop: Float32Array,
  scatterPhoto: Float32Array,
  eyeDistancePhoto: number,
): Cover {
  const mean = (part: readonly number[]): number =>
    part.reduce((sum, point) => sum + scatterPhoto[point]!, 0) / part.length / eyeDistancePhoto;
  return {
    rightStops: lightOfRight(crop, pointsCrop),
    bridgeBar: Math.min(...BRIDGE_LINES.map((aside) => barAlongBridge(crop, pointsCrop, aside))),
    mouth: mean(PARTS.mouth),
    rightEye: mean(PARTS.rightEye),
    leftEye: mean(PARTS.leftEye),
  };
}

function lightOfRight(crop: Raster, points: Float32Array): number {
  const half = PATCH * eyeDistance(points);
  const light = (point: number): number => {
    const greys: number[] = [];
    for (let y = points[point * 2 + 1]! - half; y <= points[point * 2 + 1]! + half; y++) {
      for (let x = points[point * 2]! - half; x <= points[point * 2]! + half; x++)
        greys.push(greyAt(crop, x, y));
    }
    // Display grey to light by the exponent of sRGB as a whole; black skin in shadow still reflects something.
    return Math.max(1e-4, (median(greys) / 255) ** 2.2);
  };
  return median(SKIN_PAIRS.map(([right, left]) => Math.log2(light(right) / light(left))));
}

/** On the line that is `offCentre` eye distances to the subject's left of the middle. */
function barAlongBridge(crop: Raster, points: Float32Array, offCentre: number): number {
  const eyes = eyeDistance(points);
  const [topX, topY] = [points[BRIDGE_TOP * 2]!, points[BRIDGE_TOP * 2 + 1]!];
  const [alongX, alongY] = [points[BRIDGE_END * 2]! - topX, points[BRIDGE_END * 2 + 1]! - topY];
  const length = Math.hypot(alongX, alongY);
  // Twice a pixel.
  const count = Math.floor(length * 2);
  const profile = Array.from({ length: count }, (_, i) =>
    median(
      [-1, -0.5, 0, 0.5, 1].map((across) => {
        const aside = -((offCentre + across * LINE_BREADTH) * eyes) / length;
        const t = i / count;
        return greyAt(crop, topX + alongX * t - alongY * aside, topY + alongY * t + alongX * aside);
      }),
    ),
  );
  let highest = 0;
  for (const share of BAR_STEPS) {
    const step = Math.max(1, Math.floor(share * eyes * 2));
    for (let i = step; i < count - step; i++) {
      const above = profile[i - step]! - profile[i]!;
      const below = profile[i + step]! - profile[i]!;
      highest = Math.max(highest, Math.min(above, below));
    }
  }
  return highest / Math.max(LEAST_GREY, ...profile);
}

function eyeDistance(points: Float32Array): number {
  return Math.hypot(
    points[LEFT_EYE_OUTER * 2]! - points[RIGHT_EYE_OUTER * 2]!,
    points[LEFT_EYE_OUTER * 2 + 1]! - points[RIGHT_EYE_OUTER * 2 + 1]!,
  );
}

/** The nearest pixel, held inside. */
function greyAt({ widthPx, heightPx, values }: Raster, x: number, y: number): number {
  const column = Math.min(widthPx - 1, Math.max(0, Math.floor(x)));
  const row = Math.min(heightPx - 1, Math.max(0, Math.floor(y)));
  const at = (row * widthPx + column) * 3;
  return 0.299 * values[at]! + 0.587 * values[at + 1]! + 0.114 * values[at + 2]!;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
