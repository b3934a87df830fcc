/**
 * The quarter turn that brings a head that lies on its side or stands on its top nearest to upright, where the mask network, trained on
 * upright people, sees it.
 *
 * image (H, W, 4) sRGB, face box, landmarks (478, 3) photo px → the same, turned
 */
import type { ImageRgba } from '../../image/image.ts';
import { turnPoint, turnQuarters, turnSize } from '../../image/turn-quarters.ts';
import type { FaceBox, PortraitMask } from './analysis.ts';
import { headTurn } from './judge-quality.ts';

/** Clockwise quarter turns to upright: −2 to 2; 0 up to a roll of 45°. */
export function quartersToUpright(landmarks: Float32Array): number {
  return -Math.round(headTurn(landmarks).rollDeg / 90);
}

export function turnImage(image: ImageRgba, quarters: number): ImageRgba {
  return { ...turnSize(image, quarters), rgbaSrgb: turnQuarters(image.rgbaSrgb, image, quarters) };
}

export function turnMask(mask: PortraitMask, quarters: number): PortraitMask {
  return { ...turnSize(mask, quarters), alpha: turnQuarters(mask.alpha, mask, quarters) };
}

export function turnBox(box: FaceBox, image: ImageRgba, quarters: number): FaceBox {
  const [ax, ay] = turnPoint([box.x, box.y], image, quarters);
  const [bx, by] = turnPoint([box.x + box.width, box.y + box.height], image, quarters);
  return {
    x: Math.min(ax, bx),
    y: Math.min(ay, by),
    width: Math.abs(bx - ax),
    height: Math.abs(by - ay),
    score: box.score,
  };
}

export function turnLandmarks(landmarks: Float32Array, image: ImageRgba, quarters: number): Float32Array {
  const out = landmarks.slice();
  for (let i = 0; i < out.length; i += 3) {
    out.set(turnPoint([landmarks[i]!, landmarks[i + 1]!], image, quarters), i);
  }
  return out;
}
