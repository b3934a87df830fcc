import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { enlargePlanes } from '../../../src-main/image/enlarge-planes.ts';
import { createImage, type ImageRgba } from '../../../src-main/image/image.ts';
import { resizeImage } from '../../../src-main/image/resize-image.ts';
import type { OnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import { readPhoto } from '../../../src-main/pipeline/01-photo/read-photo.ts';
import type { View } from '../../../src-main/pipeline/04-views/views.ts';
import { enlargeView } from '../../../src-main/pipeline/07-texture/enlarge-views.ts';
import { openFaceInference } from '../../support/face-inference.ts';
import { recordContext } from '../../support/stage-context.ts';

const ASTRONAUT = join(import.meta.dirname, '../../../assets/samples/astronaut.jpg');

let inference: OnnxInference;
let photo: ImageRgba;
beforeAll(async () => {
  inference = await openFaceInference();
  ({ image: photo } = await readPhoto({ bytes: readFileSync(ASTRONAUT) }, recordContext('01-photo')));
});
afterAll(() => inference.release());

function viewOf(image: ImageRgba): View {
  const { widthPx } = image;
  const pixels = widthPx * widthPx;
  return {
    azimuthDeg: 0,
    elevationDeg: 0,
    camera: rigCamera(0, 0, widthPx),
    image,
    normalsHead: new Int8Array(pixels * 3),
    depth: new Float32Array(pixels),
    photoWeight: new Uint8Array(pixels),
  };
}

/** (3, S, S) 0…255. */
function planesOf({ rgbaSrgb, widthPx }: ImageRgba): Float32Array {
  const plane = widthPx * widthPx;
  return Float32Array.from(
    { length: 3 * plane },
    (_, i) => rgbaSrgb[(i % plane) * 4 + Math.floor(i / plane)]!,
  );
}

/** Every 2 × 2 px become their mean. */
function halve(image: ImageRgba): ImageRgba {
  const { widthPx, rgbaSrgb } = image;
  const side = widthPx / 2;
  const out = createImage(side, side);
  out.rgbaSrgb.forEach((_, i) => {
    const [pixel, c] = [i >> 2, i & 3];
    const at = (2 * Math.floor(pixel / side) * widthPx + 2 * (pixel % side)) * 4 + c;
    const row = widthPx * 4;
    out.rgbaSrgb[i] = (rgbaSrgb[at]! + rgbaSrgb[at + 4]! + rgbaSrgb[at + row]! + rgbaSrgb[at + row + 4]!) / 4;
  });
  return out;
}

/** dB over the columns from `from` to `to`. */
function psnr(a: Float32Array, b: Float32Array, side: number, from = 0, to = side): number {
  let sum = 0;
  a.forEach((value, i) => {
    if (i % side >= from && i % side < to) sum += ((value - b[i]!) / 255) ** 2;
  });
  return -10 * Math.log10(sum / (3 * side * (to - from)));
}

describe('enlargeView', () => {
  it('comes nearer to the picture that a view was reduced from than cubic enlargement, at the seams of tiles too', async () => {
    const truth = resizeImage(photo, 400, 400);
    const view = viewOf(halve(truth));
    const { image, camera } = (await enlargeView(view, 200, inference))!;
    expect([image.widthPx, camera.widthPx]).toEqual([400, 200]);
    const cubic = enlargePlanes(planesOf(view.image), 200, 400);
    const known = planesOf(truth);
    expect(psnr(planesOf(image), known, 400)).toBeGreaterThan(psnr(cubic, known, 400) + 0.7);
    // Two tiles meet at 256 px.
    expect(psnr(planesOf(image), known, 400, 250, 262)).toBeGreaterThan(
      psnr(cubic, known, 400, 250, 262) + 0.4,
    );
    const back = planesOf(halve(image));
    const worst = planesOf(view.image).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - back[i]!)),
      0,
    );
    expect(worst).toBeLessThan(24);
  });

  it('leaves a plain view plain, to its border', async () => {
    const plain = createImage(64, 64);
    plain.rgbaSrgb.forEach((_, i) => (plain.rgbaSrgb[i] = [90, 140, 200, 255][i & 3]!));
    const { image } = (await enlargeView(viewOf(plain), 64, inference))!;
    image.rgbaSrgb.forEach((value, i) =>
      expect(Math.abs(value - [90, 140, 200, 255][i & 3]!)).toBeLessThan(2),
    );
  });

  it('keeps the size of a view that was drawn smaller, and gives it what that size lacked', async () => {
    const truth = resizeImage(photo, 128, 128);
    const drawn = planesOf(halve(truth));
    const large = enlargePlanes(drawn, 64, 256);
    const smooth = createImage(256, 256);
    smooth.rgbaSrgb.forEach(
      (_, i) => (smooth.rgbaSrgb[i] = (i & 3) === 3 ? 255 : large[(i & 3) * 65536 + (i >> 2)]!),
    );
    const { image } = (await enlargeView(viewOf(smooth), 64, inference))!;
    expect(image.widthPx).toBe(256);
    const known = planesOf(truth);
    expect(psnr(planesOf(halve(image)), known, 128)).toBeGreaterThan(
      psnr(planesOf(halve(smooth)), known, 128) + 0.3,
    );
  });

  it('leaves what came from the photo or an artist, and answers null where nothing else is', async () => {
    const view = viewOf(resizeImage(photo, 128, 128));
    view.overPhoto = new Uint8Array(128 * 128);
    for (let i = 0; i < 128 * 128; i++) {
      if (i % 128 < 40) view.photoWeight[i] = 255;
      else if (i % 128 < 80) view.overPhoto[i] = 255;
    }
    const cubic = enlargePlanes(planesOf(view.image), 128, 256);
    const enlarged = planesOf((await enlargeView(view, 128, inference))!.image);
    const apart = [0, 0];
    enlarged.forEach((value, i) => {
      const side = i % 256 < 160 ? 0 : 1;
      // Stored in bytes.
      const bounded = Math.min(255, Math.max(0, cubic[i]!));
      apart[side] = Math.max(apart[side]!, Math.abs(value - bounded));
    });
    expect(apart[0]).toBeLessThanOrEqual(0.51);
    expect(apart[1]).toBeGreaterThan(10);
    view.photoWeight.fill(255);
    expect(await enlargeView(view, 128, inference)).toBeNull();
  });
});
