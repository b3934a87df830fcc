/** What the turntable draws, as numbers. */
import { type Page, expect } from '@playwright/test';
import sharp from 'sharp';

/** (H, W, 3) sRGB bytes of the middle of the canvas, where the head is and no button. */
export type Pixels = { widthPx: number; heightPx: number; rgbSrgb: Uint8Array };

export async function readCanvas(page: Page): Promise<Pixels> {
  const box = await page.locator('canvas').boundingBox();
  if (box === null) throw new Error('there is no canvas on screen');
  const side = Math.min(box.width, box.height) * 0.7;
  const clip = {
    x: box.x + (box.width - side) / 2,
    y: box.y + (box.height - side) / 2,
    width: side,
    height: side,
  };
  const { data, info } = await sharp(await page.screenshot({ clip }))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, rgbSrgb: data };
}

/** Mean absolute difference of the channels, [0, 255]. */
export function meanDifference(a: Pixels, b: Pixels): number {
  let sum = 0;
  for (let i = 0; i < a.rgbSrgb.length; i++) sum += Math.abs(a.rgbSrgb[i]! - b.rgbSrgb[i]!);
  return sum / a.rgbSrgb.length;
}

/** Mean colour of the middle tenth of the picture: the face, seen from the front. */
export function middleColour({ widthPx, heightPx, rgbSrgb }: Pixels): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let y = Math.floor(heightPx * 0.45); y < heightPx * 0.55; y++) {
    for (let x = Math.floor(widthPx * 0.45); x < widthPx * 0.55; x++, count++) {
      for (let c = 0; c < 3; c++) sum[c]! += rgbSrgb[(y * widthPx + x) * 3 + c]!;
    }
  }
  return sum.map((value) => value / count) as [number, number, number];
}

/** Share of pixels that differ from the picture's own corner by more than 24 of 255 in a channel. */
export function shareOffBackground({ rgbSrgb }: Pixels): number {
  let off = 0;
  for (let i = 0; i < rgbSrgb.length; i += 3) {
    if ([0, 1, 2].some((c) => Math.abs(rgbSrgb[i + c]! - rgbSrgb[c]!) > 24)) off++;
  }
  return off / (rgbSrgb.length / 3);
}

/** A change of shading or angle moves far more than this, [0, 255]; two frames of the same picture differ by 0. */
const CHANGED = 2;
/** Software rendering on busy cores draws a few frames a second. */
const SLOW = { timeout: 120_000 };

/** Watches the canvas: every change has to show, however slowly. */
export function followCanvas(page: Page) {
  let last: Pixels | null = null;
  const settle = async (): Promise<Pixels> => {
    let previous = await readCanvas(page);
    for (;;) {
      await page.waitForTimeout(250);
      const next = await readCanvas(page);
      if (meanDifference(previous, next) === 0) return (last = next);
      previous = next;
    }
  };
  return {
    /** The picture once nothing moves any more. */
    settle,
    /** Waits until the picture is another one than it was. */
    async changes(): Promise<void> {
      const before = last ?? (await settle());
      await expect
        .poll(async () => meanDifference(before, (last = await readCanvas(page))), SLOW)
        .toBeGreaterThan(CHANGED);
    },
    /** Waits until the picture is `wanted` again. */
    async becomes(wanted: Pixels): Promise<void> {
      await expect
        .poll(async () => meanDifference(wanted, (last = await readCanvas(page))), SLOW)
        .toBeLessThan(CHANGED);
    },
  };
}
