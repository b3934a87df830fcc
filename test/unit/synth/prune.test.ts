import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { createImage, type ImageRgba } from '../../../src-main/image/image.ts';
import type { OnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import { findJanusViews, type PrunedView } from '../../../src-main/synth/prune/janus-filter.ts';
import { identityConsistency, keepMostConsistent } from '../../../src-main/synth/prune/identity-filter.ts';
import { openFaceInference } from '../../support/face-inference.ts';

const SAMPLES = join(import.meta.dirname, '../../../assets/samples');
const SIZE = 128;
let inference: OnnxInference;
beforeAll(async () => {
  inference = await openFaceInference();
});

/** A sample picture's head as a small view, a little turned and lit differently: like another view of the same head. */
async function view(file: string, turnDeg: number, gain: number): Promise<ImageRgba> {
  const boxes: Record<string, [number, number, number]> = { 'astronaut.jpg': [130, 0, 190] };
  const picture = sharp(join(SAMPLES, file));
  const [left, top, side] = boxes[file] ?? [
    0,
    0,
    Math.min((await picture.metadata()).width, (await picture.metadata()).height),
  ];
  const cut = await picture.extract({ left, top, width: side, height: side }).toBuffer();
  const { data } = await sharp(cut)
    .rotate(turnDeg, { background: '#808080' })
    .resize(SIZE, SIZE)
    .linear(gain, 0)
    .removeAlpha()
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: SIZE, heightPx: SIZE, rgbaSrgb: new Uint8ClampedArray(data) };
}

/** The back of a head: an ellipse of hair over a neck, with streaks. */
function backOfHead(): ImageRgba {
  const image = createImage(SIZE, SIZE);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const [x, y] = [(i % SIZE) - 64, Math.floor(i / SIZE) - 58];
    const isHair = (x / 34) ** 2 + (y / 42) ** 2 < 1;
    const isNeck = Math.abs(x) < 18 && y > 20 && y < 60;
    if (!isHair && !isNeck) continue;
    const streak = 12 * Math.sin(x * 1.3 + 0.05 * y * y * 0.1);
    image.rgbaSrgb.set(isHair ? [90 + streak, 62 + streak, 40 + streak, 255] : [205, 160, 135, 255], i * 4);
  }
  return image;
}

describe('Janus filter', () => {
  it('finds the face that was planted on a back view, and leaves true backs and true faces alone', async () => {
    const face = await view('astronaut.jpg', 0, 1);
    const views: PrunedView[] = [
      { image: face, azimuthDeg: 0 },
      { image: face, azimuthDeg: 337.5 },
      { image: backOfHead(), azimuthDeg: 180 },
      { image: face, azimuthDeg: 202.5 },
      { image: backOfHead(), azimuthDeg: -157.5 },
    ];
    expect(await findJanusViews(views, inference)).toEqual([3]);
  });
});

describe('identity filter', () => {
  it('scores a head of mixed identities below heads of one, and drops it', async () => {
    const front = (image: ImageRgba, azimuthDeg: number): PrunedView => ({ image, azimuthDeg });
    const one = async (file: string): Promise<PrunedView[]> => [
      front(await view(file, 0, 1), 0),
      front(await view(file, 4, 0.9), 22.5),
      front(await view(file, -4, 1.08), -22.5),
    ];
    const astronaut = await one('astronaut.jpg');
    const other = await one('three-quarter.jpg');
    const mixed = [astronaut[0]!, other[1]!, astronaut[2]!];
    const scores = [
      await identityConsistency(astronaut, inference),
      await identityConsistency(mixed, inference),
      await identityConsistency(other, inference),
    ];
    expect(scores[1]!).toBeLessThan(Math.min(scores[0]!, scores[2]!) - 0.1);
    expect(keepMostConsistent(scores)).toEqual([0, 2]);
  });
});
