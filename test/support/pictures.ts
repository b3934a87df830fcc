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

/** A head as a child would draw it: flat colours, dots for eyes. 600 × 700. */
export function drawCartoonHead(): Sharp {
  const parts = [
    '<rect width="600" height="700" fill="#9cd"/>',
    '<path d="M120 480 Q90 80 300 70 Q510 80 480 480Z" fill="#531"/>',
    '<rect x="250" y="500" width="100" height="120" fill="#e5b48c"/>',
    '<path d="M100 700 Q120 600 300 590 Q480 600 500 700Z" fill="#3a6"/>',
    '<path d="M150 290 Q150 560 300 570 Q450 560 450 290 Q440 150 300 150 Q160 150 150 290Z" fill="#f3c9a5"/>',
    '<path d="M150 280 Q200 160 320 170 Q420 170 450 290 Q440 110 300 110 Q160 110 150 280Z" fill="#531"/>',
    ...[230, 370].flatMap((x) => [
      `<ellipse cx="${x}" cy="330" rx="30" ry="24" fill="#fff" stroke="#432" stroke-width="3"/>`,
      `<circle cx="${x}" cy="332" r="15" fill="#357"/><circle cx="${x}" cy="332" r="7" fill="#000"/>`,
      `<path d="M${x - 40} 285 Q${x} 265 ${x + 40} 285" stroke="#531" stroke-width="10" fill="none"/>`,
    ]),
    '<path d="M300 340 Q275 410 290 420 Q300 428 320 420" stroke="#c98" stroke-width="5" fill="none"/>',
    '<path d="M245 470 Q300 520 355 470 Q300 480 245 470Z" fill="#c45" stroke="#933" stroke-width="3"/>',
  ];
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="600" height="700">${parts.join('')}</svg>`),
  );
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
