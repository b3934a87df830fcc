/**
 * How far the views of a method lie from the truth.
 * truth and made: V views of one rig; seen: (H, W) per view, 1 = the photo shows the surface → numbers of one head.
 *
 * Colours are compared on neutral grey, so that a silhouette that is too large or too small counts as colour too. Counted are
 * pixels of the truth or of the method (alpha > 1/2); `unseen`: those of them that the photo does not show.
 */
import type { Raster } from '../../image/image.ts';
import type { View } from '../../pipeline/04-views/views.ts';
import { structuralSimilarity } from '../head/structural-similarity.ts';

export type ViewNumbers = {
  /** dB, sRGB in [0, 1]. */
  psnr: number;
  psnrUnseen: number;
  psnrSeen: number;
  ssim: number;
  ssimUnseen: number;
  maskIou: number;
  normalDeg: number;
  normalDegUnseen: number;
};

export const GREY = 0.5;
const INSIDE = 127;
/** Photo weight (of 255) from which a pixel counts as seen; as in models/training/gen3d/score.py. */
const SEEN_WEIGHT = 13;

/** (H, W) per view: 1 = carried over from the photo, by the weights of method `reproject`. */
export function findSeen(reprojected: readonly View[]): Uint8Array[] {
  return reprojected.map(({ photoWeight }) => photoWeight.map((weight) => (weight >= SEEN_WEIGHT ? 1 : 0)));
}

export function compareViews(
  truth: readonly View[],
  made: readonly View[],
  seen: readonly Uint8Array[],
): ViewNumbers {
  const colour = { all: makeMean(), unseen: makeMean(), seen: makeMean() };
  const likeness = { all: makeMean(), unseen: makeMean() };
  const angle = { all: makeMean(), unseen: makeMean() };
  let [both, either] = [0, 0];
  truth.forEach((known, index) => {
    const view = made[index]!;
    const { known: isKnown, made: isMade, region } = findRegion(known, view);
    const unseen = region.map((value, i) => value & (1 - seen[index]![i]!));
    const [a, b] = [onGrey(known), onGrey(view)];
    for (let i = 0; i < region.length; i++) {
      if (region[i] === 0) continue;
      either++;
      let square = 0;
      for (let c = 0; c < 3; c++) square += (a.values[i * 3 + c]! - b.values[i * 3 + c]!) ** 2 / 3;
      colour.all.add(square);
      (unseen[i] === 1 ? colour.unseen : colour.seen).add(square);
      if (isKnown[i] === 0 || isMade[i] === 0) continue;
      both++;
      const degrees = angleDeg(known.normalsHead, view.normalsHead, i * 3);
      angle.all.add(degrees);
      if (unseen[i] === 1) angle.unseen.add(degrees);
    }
    const [lumaA, lumaB] = [luma(a), luma(b)];
    likeness.all.add(structuralSimilarity(lumaA, lumaB, region));
    likeness.unseen.add(structuralSimilarity(lumaA, lumaB, unseen));
  });
  return {
    psnr: decibel(colour.all.value()),
    psnrUnseen: decibel(colour.unseen.value()),
    psnrSeen: decibel(colour.seen.value()),
    ssim: likeness.all.value(),
    ssimUnseen: likeness.unseen.value(),
    maskIou: both / either,
    normalDeg: angle.all.value(),
    normalDegUnseen: angle.unseen.value(),
  };
}

/** (H, W) each: covered by the truth, by the method, by either. */
export function findRegion(
  truth: View,
  made: View,
): { known: Uint8Array; made: Uint8Array; region: Uint8Array } {
  const covered = ({ image }: View): Uint8Array =>
    Uint8Array.from({ length: image.rgbaSrgb.length / 4 }, (_, i) =>
      image.rgbaSrgb[i * 4 + 3]! > INSIDE ? 1 : 0,
    );
  const [a, b] = [covered(truth), covered(made)];
  return { known: a, made: b, region: a.map((value, i) => value | b[i]!) };
}

/** (H, W, 3) sRGB in [0, 1]. */
export function onGrey({ image }: Pick<View, 'image'>): Raster {
  const { widthPx, heightPx, rgbaSrgb } = image;
  const values = new Float32Array(widthPx * heightPx * 3);
  for (let i = 0; i < widthPx * heightPx; i++) {
    const share = rgbaSrgb[i * 4 + 3]! / 255;
    for (let c = 0; c < 3; c++) values[i * 3 + c] = (share * rgbaSrgb[i * 4 + c]!) / 255 + (1 - share) * GREY;
  }
  return { widthPx, heightPx, channels: 3, values };
}

/** Rec. 709 luma of encoded values. */
function luma({ widthPx, heightPx, values }: Raster): Raster {
  const out = new Float32Array(widthPx * heightPx);
  for (let i = 0; i < out.length; i++)
    out[i] = 0.2126 * values[i * 3]! + 0.7152 * values[i * 3 + 1]! + 0.0722 * values[i * 3 + 2]!;
  return { widthPx, heightPx, channels: 1, values: out };
}

function angleDeg(a: Int8Array, b: Int8Array, at: number): number {
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let c = at; c < at + 3; c++) {
    dot += a[c]! * b[c]!;
    squareA += a[c]! ** 2;
    squareB += b[c]! ** 2;
  }
  // A covered pixel always has a normal; where rounding has left none, any direction is as wrong as another.
  const cosine = squareA === 0 || squareB === 0 ? 0 : dot / Math.sqrt(squareA * squareB);
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}

function decibel(square: number): number {
  return -10 * Math.log10(Math.max(1e-8, square));
}

/** NaN are left out: a view without such pixels says nothing. */
function makeMean(): { add(value: number): void; value(): number } {
  let [sum, count] = [0, 0];
  return {
    add(value) {
      if (Number.isNaN(value)) return;
      sum += value;
      count++;
    },
    value: () => (count === 0 ? Number.NaN : sum / count),
  };
}
