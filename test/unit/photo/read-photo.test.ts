import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { StudioError } from '../../../src-main/contract/errors.ts';
import type { ImageRgba } from '../../../src-main/image/image.ts';
import { readPhoto, WORK_SIDE_PX } from '../../../src-main/pipeline/01-photo/read-photo.ts';
import {
  drawQuarters,
  pngHeaderOnly,
  QUARTERS_SRGB,
  readFixture,
  readSample,
} from '../../support/pictures.ts';
import { recordContext } from '../../support/stage-context.ts';

async function read(bytes: Uint8Array) {
  const context = recordContext('01-photo');
  const photo = await readPhoto({ bytes }, context);
  return { photo, warnings: context.warnings };
}

async function failure(bytes: Uint8Array): Promise<StudioError> {
  const error: unknown = await read(bytes).then(
    () => new Error('was read without an error'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof StudioError)) throw error;
  return error;
}

/** Colours in the middle of the four quarters. */
function quarters(image: ImageRgba): number[][] {
  return [0.25, 0.75].flatMap((v) =>
    [0.25, 0.75].map((u) => {
      const at = (Math.floor(v * image.heightPx) * image.widthPx + Math.floor(u * image.widthPx)) * 4;
      return [...image.rgbaSrgb.subarray(at, at + 4)];
    }),
  );
}

function expectQuarters(
  image: ImageRgba,
  tolerance: number,
  expected: readonly (readonly number[])[] = QUARTERS_SRGB,
) {
  quarters(image).forEach((colour, quarter) => {
    colour.slice(0, 3).forEach((value, channel) => {
      expect(
        Math.abs(value - expected[quarter]![channel]!),
        `quarter ${quarter}: ${colour}`,
      ).toBeLessThanOrEqual(tolerance);
    });
    expect(colour[3]).toBe(255);
  });
}

describe('formats', () => {
  // Lossy codecs at high quality without chroma subsampling stay within a few levels on flat colours.
  const cases = [
    ['jpeg', drawQuarters().jpeg({ quality: 98, chromaSubsampling: '4:4:4' }), 4],
    ['png', drawQuarters().png(), 0],
    ['webp', drawQuarters().webp({ lossless: true }), 0],
    ['avif', drawQuarters().avif({ quality: 95, chromaSubsampling: '4:4:4', effort: 0 }), 4],
    ['tiff', drawQuarters().tiff({ compression: 'lzw' }), 0],
    ['gif', drawQuarters().gif(), 2],
  ] as const;
  for (const [format, picture, tolerance] of cases) {
    test(format, async () => {
      const bytes = await picture.toBuffer();
      const { photo, warnings } = await read(bytes);
      expect(photo.format).toBe(format);
      expect([photo.image.widthPx, photo.image.heightPx]).toEqual([64, 48]);
      expectQuarters(photo.image, tolerance);
      expect(photo.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(warnings).toEqual([]);
    });
  }

  test('heic', async () => {
    const { photo } = await read(readFixture('photo/corners.heic'));
    expect(photo.format).toBe('heic');
    expect([photo.image.widthPx, photo.image.heightPx]).toEqual([64, 48]);
    expectQuarters(photo.image, 3);
  });

  test('heic with a Display P3 profile comes out in sRGB', async () => {
    const { photo } = await read(readFixture('photo/corners-display-p3.heic'));
    expectQuarters(photo.image, 4);
  });

  test('heic: the container rotates, the EXIF tag does not', async () => {
    const rotated = await read(readFixture('photo/corners-irot.heic'));
    expect([rotated.photo.image.widthPx, rotated.photo.image.heightPx]).toEqual([48, 64]);
    const [red, green, blue, grey] = QUARTERS_SRGB;
    expectQuarters(rotated.photo.image, 4, [green, grey, red, blue]);
    const tagged = await read(readFixture('photo/corners-exif6.heic'));
    expectQuarters(tagged.photo.image, 4);
  });
});

describe('colour', () => {
  test('a wide-gamut profile is converted to sRGB', async () => {
    const bytes = await drawQuarters().withIccProfile('p3').png().toBuffer();
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(Math.abs(stored[0]! - QUARTERS_SRGB[0][0])).toBeGreaterThan(8);
    expectQuarters((await read(bytes)).photo.image, 2);
  });

  test('CMYK is converted and said', async () => {
    const { photo, warnings } = await read(
      await drawQuarters().toColourspace('cmyk').jpeg({ quality: 98 }).toBuffer(),
    );
    // Print gamut: saturated red and blue cannot come back exactly, but stay the same colours.
    const [red, green, blue, grey] = quarters(photo.image);
    expect(red![0]! - Math.max(red![1]!, red![2]!)).toBeGreaterThan(100);
    expect(green![1]! - Math.max(green![0]!, green![2]!)).toBeGreaterThan(60);
    expect(blue![2]! - Math.max(blue![0]!, blue![1]!)).toBeGreaterThan(60);
    expect(Math.min(...grey!.slice(0, 3))).toBeGreaterThan(215);
    expect(warnings).toEqual(['photo-print-colours']);
  });

  test('16 bits a channel', async () => {
    const bytes = await drawQuarters().toColourspace('rgb16').png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    expectQuarters((await read(bytes)).photo.image, 1);
  });

  test('grey, grey + alpha and 16-bit grey become RGBA', async () => {
    for (const alpha of [false, true]) {
      for (const space of ['b-w', 'grey16']) {
        const drawing = alpha ? drawQuarters().ensureAlpha() : drawQuarters();
        const bytes = await drawing.toColourspace(space).png().toBuffer();
        const { photo } = await read(bytes);
        for (const [r, g, b, a] of quarters(photo.image)) expect([g, b, a]).toEqual([r, r, 255]);
        expect(quarters(photo.image)[3]![0]).toBeGreaterThan(225);
        expect(quarters(photo.image)[0]![0]).toBeLessThan(150);
      }
    }
  });

  test('palette', async () => {
    const bytes = await drawQuarters().png({ palette: true, colours: 8 }).toBuffer();
    expect((await sharp(bytes).metadata()).isPalette).toBe(true);
    expectQuarters((await read(bytes)).photo.image, 2);
  });

  test('transparent parts are put on grey, alpha is kept and it is said', async () => {
    const pixels = new Uint8Array(64 * 64 * 4).fill(255);
    for (let i = 0; i < pixels.length / 2; i += 4)
      pixels.set([255, 0, 0, i < pixels.length / 4 ? 0 : 128], i);
    const bytes = await sharp(pixels, { raw: { width: 64, height: 64, channels: 4 } })
      .png()
      .toBuffer();
    const { photo, warnings } = await read(bytes);
    expect([...photo.image.rgbaSrgb.subarray(0, 4)]).toEqual([128, 128, 128, 0]);
    const half = pixels.length / 4 + 64;
    expect([...photo.image.rgbaSrgb.subarray(half, half + 4)]).toEqual([192, 64, 64, 128]);
    expect(warnings).toEqual(['photo-transparent']);
  });
});

describe('EXIF', () => {
  test('all eight orientations give the same upright pixels', async () => {
    const upright = await drawQuarters().png().toBuffer();
    // What a camera stores for each orientation tag: the inverse of the turn that the tag asks for.
    const stored: Record<number, (picture: Sharp) => Sharp> = {
      1: (picture) => picture,
      2: (picture) => picture.flop(),
      3: (picture) => picture.rotate(180),
      4: (picture) => picture.flip(),
      // sharp mirrors before it turns, whatever the order of the calls.
      5: (picture) => picture.flop().rotate(270),
      6: (picture) => picture.rotate(270),
      7: (picture) => picture.flop().rotate(90),
      8: (picture) => picture.rotate(90),
    };
    for (const [orientation, turn] of Object.entries(stored)) {
      const turned = await turn(sharp(upright)).png().toBuffer();
      const encoders = {
        png: (picture: Sharp) => picture.png(),
        tiff: (picture: Sharp) => picture.tiff({ compression: 'lzw' }),
        webp: (picture: Sharp) => picture.webp({ lossless: true }),
        jpeg: (picture: Sharp) => picture.jpeg({ quality: 98, chromaSubsampling: '4:4:4' }),
      };
      for (const [format, encode] of Object.entries(encoders)) {
        const bytes = await encode(
          sharp(turned).withMetadata({ orientation: Number(orientation) }),
        ).toBuffer();
        const { photo } = await read(bytes);
        expect([photo.image.widthPx, photo.image.heightPx], `${format} ${orientation}`).toEqual([64, 48]);
        expectQuarters(photo.image, format === 'jpeg' ? 4 : 0);
      }
    }
  });

  test('35-mm focal length of JPEG, PNG and WebP; null without one', async () => {
    const tagged = () => drawQuarters().withExif({ IFD2: { FocalLengthIn35mmFilm: '85' } });
    for (const bytes of [
      await tagged().jpeg().toBuffer(),
      await tagged().png().toBuffer(),
      await tagged().webp().toBuffer(),
    ]) {
      expect((await read(bytes)).photo.focalLength35Mm).toBe(85);
    }
    expect((await read(await drawQuarters().jpeg().toBuffer())).photo.focalLength35Mm).toBeNull();
  });

  test('a broken EXIF block does not cost the picture', async () => {
    const bytes = await drawQuarters()
      .withExif({ IFD2: { FocalLengthIn35mmFilm: '85' } })
      .jpeg()
      .toBuffer();
    const at = bytes.indexOf('Exif\0\0', 0, 'latin1');
    expect(at).toBeGreaterThan(0);
    bytes.fill(0xff, at + 12, at + 40);
    expect((await read(bytes)).photo.focalLength35Mm).toBeNull();
  });
});

describe('bad input', () => {
  test('not a picture', async () => {
    const inputs = [
      '',
      'hello',
      '%PDF-1.7 …',
      '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>',
    ];
    for (const text of inputs) {
      expect((await failure(new TextEncoder().encode(text))).code, JSON.stringify(text)).toBe(
        'unsupported-image',
      );
    }
    expect((await failure(new Uint8Array(3000).fill(7))).code).toBe('unsupported-image');
  });

  test('cut short at any place', async () => {
    const portrait = readSample('astronaut.jpg');
    const files: Uint8Array[] = [
      portrait,
      await sharp(portrait).png().toBuffer(),
      await sharp(portrait).webp().toBuffer(),
      await sharp(portrait).tiff({ compression: 'lzw' }).toBuffer(),
      await sharp(portrait).resize(128).avif({ effort: 0 }).toBuffer(),
      readFixture('photo/corners.heic'),
    ];
    for (const [index, file] of files.entries()) {
      for (const share of [0.02, 0.3, 0.9]) {
        const cut = file.subarray(0, Math.max(16, Math.floor(file.length * share)));
        expect((await failure(cut)).code, `file ${index} at ${share}`).toBe('damaged-image');
      }
    }
  });

  test('1 × 1', async () => {
    const error = await failure(await drawQuarters(1, 1).png().toBuffer());
    expect(error.code).toBe('face-too-small');
    expect(error.message).toContain('1 × 1');
  });

  test('too large is refused from the header alone', async () => {
    for (const [width, height] of [
      [20_000, 20_000],
      [12_001, 100],
      [11_000, 11_000],
    ] as const) {
      const error = await failure(pngHeaderOnly(width, height));
      expect(error.code, `${width}×${height}`).toBe('image-too-large');
      expect(error.message).toContain(`${width} × ${height}`);
    }
    // At a size that is allowed, the same missing pixels are what is wrong.
    expect((await failure(pngHeaderOnly(200, 200))).code).toBe('damaged-image');
  });

  test('animated: the first frame, and it is said', async () => {
    const frames = [await drawQuarters().png().toBuffer(), await drawQuarters().negate().png().toBuffer()];
    const animation = () => sharp(frames, { join: { animated: true } });
    for (const bytes of [
      await animation().gif().toBuffer(),
      await animation().webp({ lossless: true }).toBuffer(),
    ]) {
      expect((await sharp(bytes).metadata()).pages).toBe(2);
      const { photo, warnings } = await read(bytes);
      expect([photo.image.widthPx, photo.image.heightPx]).toEqual([64, 48]);
      expectQuarters(photo.image, 2);
      expect(warnings).toEqual(['photo-first-frame']);
    }
  });

  test('more pixels than can be used are scaled down, and it is said', async () => {
    const { photo, warnings } = await read(await drawQuarters(6000, 90).jpeg().toBuffer());
    expect([photo.image.widthPx, photo.image.heightPx]).toEqual([WORK_SIDE_PX, 61]);
    expect(warnings).toEqual(['photo-scaled-down']);
  });

  test('cancelled', async () => {
    const bytes = await drawQuarters().png().toBuffer();
    await expect(readPhoto({ bytes }, recordContext('01-photo', AbortSignal.abort()))).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('what the artist set', () => {
  test('a crop is what is left, at most up to the border; the lens is longer by the ratio of the diagonals', async () => {
    const whole = await drawQuarters().png().toBuffer();
    const { image } = (await read(whole)).photo;
    const [widthPx, heightPx] = [image.widthPx / 2, image.heightPx / 2];
    const context = recordContext('01-photo');
    const crop = { xPx: widthPx, yPx: heightPx, widthPx: 10_000, heightPx };
    const part = await readPhoto({ bytes: whole, crop, focalLength35Mm: 50 }, context);
    expect([part.image.widthPx, part.image.heightPx]).toEqual([widthPx, heightPx]);
    expect([...part.image.rgbaSrgb.subarray(0, 3)]).toEqual(QUARTERS_SRGB[3]!.slice(0, 3));
    expect(part.cropFactor).toBeCloseTo(2, 12);
    expect(part.focalLength35Mm).toBeCloseTo(100, 10);
  });

  test('the artist knows the lens better than the file', async () => {
    const bytes = await drawQuarters()
      .withExif({ IFD2: { FocalLengthIn35mmFilm: '85' } })
      .jpeg()
      .toBuffer();
    const context = recordContext('01-photo');
    expect((await readPhoto({ bytes, focalLength35Mm: 35 }, context)).focalLength35Mm).toBe(35);
    expect((await readPhoto({ bytes, focalLength35Mm: null }, context)).focalLength35Mm).toBe(85);
  });
});
