/** Test pictures: the drawing of four coloured quarters, PNG headers that lie, heads put on a canvas. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

const ROOT = join(import.meta.dirname, '../..');

/** Red, green / blue, light grey: every rotation and mirroring looks different. */
export const QUARTERS_SRGB = [
  [220, 30, 30],
  [30, 200, 40],
  [30, 60, 220],
  [230, 230, 230],
] as const;

/** `widthPx` × `heightPx` RGB drawing of {@link QUARTERS_SRGB}. */
export function drawQuarters(widthPx = 64, heightPx = 48): Sharp {
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const quarter = (y * 2 < heightPx ? 0 : 2) + (x * 2 < widthPx ? 0 : 1);
      pixels.set(QUARTERS_SRGB[quarter]!, (y * widthPx + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } });
}

/** A PNG that announces a size and holds next to nothing: what a decompression bomb looks like from outside. */
export function pngHeaderOnly(widthPx: number, heightPx: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB, deflate, adaptive filters, not interlaced
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', Buffer.alloc(8))]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

export function readFixture(name: string): Uint8Array {
  return readFileSync(join(ROOT, 'test/fixtures', name));
}

export function readSample(name: string): Uint8Array {
  return readFileSync(join(ROOT, 'assets/samples', name));
}

/** Pictures put side by side on a grey canvas, each scaled to a height and placed by its left top corner. */
export async function composePictures(
  canvas: { widthPx: number; heightPx: number },
  parts: readonly { bytes: Uint8Array; leftPx: number; topPx: number; heightPx: number }[],
): Promise<Uint8Array> {
  const layers = await Promise.all(
    parts.map(async (part) => ({
      input: await sharp(part.bytes).resize({ height: part.heightPx }).png().toBuffer(),
      left: part.leftPx,
      top: part.topPx,
    })),
  );
  const background = { r: 120, g: 125, b: 130 };
  return sharp({ create: { width: canvas.widthPx, height: canvas.heightPx, channels: 3, background } })
    .composite(layers)
    .png()
    .toBuffer();
}
