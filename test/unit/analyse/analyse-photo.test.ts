import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import { readPhoto } from '../../../src-main/pipeline/01-photo/read-photo.ts';
import { analysePhoto, MIN_FACE_PX } from '../../../src-main/pipeline/02-analyse/analyse-photo.ts';
import type { Analysis } from '../../../src-main/pipeline/02-analyse/analysis.ts';
import { type AnalysedPicture, analysePicture, openFaceInference } from '../../support/face-inference.ts';
import {
  composePictures,
  drawCartoonHead,
  drawQuarters,
  readFixture,
  readSample,
} from '../../support/pictures.ts';
import { recordContext } from '../../support/stage-context.ts';

/** The sample: 512 × 512; the detector's box is 106 px wide, the outer eye corners are 61 px apart. */
const ASTRONAUT = readSample('astronaut.jpg');
const FACE_SHARE = 106 / 512;

let inference: OnnxInference;
let astronaut: AnalysedPicture;

beforeAll(async () => {
  inference = await openFaceInference();
  astronaut = await analysePicture(ASTRONAUT, inference);
});
afterAll(() => inference.release());

function landmark(analysis: Analysis, index: number): [number, number] {
  return [analysis.landmarks[index * 3]!, analysis.landmarks[index * 3 + 1]!];
}

function distance128(a: Analysis, b: Analysis): number {
  return Math.hypot(...a.embedding128.map((value, i) => value - b.embedding128[i]!));
}

function cosine192(a: Analysis, b: Analysis): number {
  return a.embedding192.reduce((sum, value, i) => sum + value * b.embedding192[i]!, 0);
}

/** Mean mask in a rectangle given in shares of the picture. */
function maskMean({ mask }: Analysis, left: number, top: number, right: number, bottom: number): number {
  let [sum, count] = [0, 0];
  for (let y = Math.round(top * mask.heightPx); y < Math.round(bottom * mask.heightPx); y++) {
    for (let x = Math.round(left * mask.widthPx); x < Math.round(right * mask.widthPx); x++) {
      sum += mask.alpha[y * mask.widthPx + x]!;
      count++;
    }
  }
  return sum / count / 255;
}

describe('the astronaut', () => {
  test('landmarks lie where the features are', () => {
    const { analysis } = astronaut;
    // Read off an enlargement with a grid, ±0.3 px; [mesh index, x, y, tolerance in % of the eye distance].
    const features = {
      'right iris': [468, 203.3, 101.2, 2],
      'left iris': [473, 246.5, 103.4, 2],
      'right eye, outer corner': [33, 195, 100.8, 2],
      'right eye, inner corner': [133, 213.3, 103.2, 2],
      'left eye, inner corner': [362, 236.9, 104.8, 2],
      // The corners of a smiling mouth end in a shadow; they cannot be read off better than to 1 px.
      'right mouth corner': [61, 202.5, 139.3, 3],
      'left mouth corner': [291, 244.8, 140.3, 3],
    } as const;
    expect(analysis.landmarks).toHaveLength(478 * 3);
    expect(analysis.quality.eyeDistancePx).toBeGreaterThan(58);
    expect(analysis.quality.eyeDistancePx).toBeLessThan(64);
    for (const [name, [index, x, y, percent]] of Object.entries(features)) {
      const [px, py] = landmark(analysis, index);
      const error = (Math.hypot(px - x, py - y) / analysis.quality.eyeDistancePx) * 100;
      expect(error, `${name} at ${px.toFixed(1)}, ${py.toFixed(1)}`).toBeLessThan(percent);
    }
    expect(analysis.landmarkScore).toBeGreaterThan(0.95);
  });

  test('depth: the nose is nearest, the cheeks are behind', () => {
    const z = (index: number): number => astronaut.analysis.landmarks[index * 3 + 2]!;
    expect(z(1)).toBeLessThan(z(152));
    expect(z(1)).toBeLessThan(z(33) - 10);
    expect(z(33)).toBeLessThan(z(234));
    expect(z(263)).toBeLessThan(z(454));
  });

  test('the mask covers head and suit, not the flag, the shuttle and the sky', () => {
    const { analysis } = astronaut;
    expect([analysis.mask.widthPx, analysis.mask.heightPx]).toEqual([512, 512]);
    const { face } = analysis;
    const share = (px: number): number => px / 512;
    expect(
      maskMean(
        analysis,
        share(face.x),
        share(face.y + 10),
        share(face.x + face.width),
        share(face.y + face.height),
      ),
    ).toBeGreaterThan(0.9);
    expect(maskMean(analysis, 0.35, 0.06, 0.5, 0.12)).toBeGreaterThan(0.9); // hair
    expect(maskMean(analysis, 0.3, 0.6, 0.5, 0.8)).toBeGreaterThan(0.95); // suit
    expect(maskMean(analysis, 0, 0, 0.2, 0.2)).toBeLessThan(0.02);
    expect(maskMean(analysis, 0.75, 0, 1, 0.3)).toBeLessThan(0.02);
  });

  test('frontal, upright, one face, in progress order', () => {
    const { analysis, context } = astronaut;
    expect(Math.abs(analysis.quality.yawDeg)).toBeLessThan(8);
    expect(Math.abs(analysis.quality.pitchDeg)).toBeLessThan(15);
    expect(Math.abs(analysis.quality.rollDeg)).toBeLessThan(6);
    expect(analysis.faces).toEqual([analysis.face]);
    expect(context.warnings).toEqual(['face-small']);
    expect(context.fractions).toEqual([...context.fractions].sort((a, b) => a - b));
    expect(Math.hypot(...analysis.embedding192)).toBeCloseTo(1, 5);
  });

  test('the same photo gives the same bytes', async () => {
    const again = await analysePicture(ASTRONAUT, inference);
    expect(again.analysis).toEqual(astronaut.analysis);
  });
});

describe('the same person and others', () => {
  test('mirrored: landmarks, turn and identity', async () => {
    const { analysis } = await analysePicture(await sharp(ASTRONAUT).flop().png().toBuffer(), inference);
    for (const [index, twin] of [
      [33, 263],
      [133, 362],
      [61, 291],
      [1, 1],
      [468, 473],
    ] as const) {
      const [x, y] = landmark(analysis, index);
      const [tx, ty] = landmark(astronaut.analysis, twin);
      expect(Math.hypot(512 - x - tx, y - ty), `landmark ${index}`).toBeLessThan(1.5);
    }
    expect(analysis.quality.yawDeg + astronaut.analysis.quality.yawDeg).toBeGreaterThan(-3);
    expect(analysis.quality.yawDeg + astronaut.analysis.quality.yawDeg).toBeLessThan(3);
    expect(analysis.quality.rollDeg).toBeCloseTo(-astronaut.analysis.quality.rollDeg, 0);
    expect(distance128(analysis, astronaut.analysis)).toBeLessThan(0.6);
    expect(cosine192(analysis, astronaut.analysis)).toBeGreaterThan(0.5);
  });

  test('brighter or half the size: below the re-identification threshold', async () => {
    const copies = [
      await sharp(ASTRONAUT).modulate({ brightness: 1.3 }).png().toBuffer(),
      await sharp(ASTRONAUT).resize(300).jpeg({ quality: 70 }).toBuffer(),
    ];
    for (const copy of copies) {
      const { analysis } = await analysePicture(copy, inference);
      expect(distance128(analysis, astronaut.analysis)).toBeLessThan(0.6);
      expect(cosine192(analysis, astronaut.analysis)).toBeGreaterThan(0.5);
    }
  });

  test('other people are farther away than the threshold', async () => {
    for (const file of ['cg-head.jpg', 'three-quarter.jpg']) {
      const { analysis } = await analysePicture(readSample(file), inference);
      expect(distance128(analysis, astronaut.analysis), file).toBeGreaterThan(0.6);
      expect(cosine192(analysis, astronaut.analysis), file).toBeLessThan(0.35);
    }
  });

  test('a cut-out keeps its own outline', async () => {
    const { data, info } = await sharp(ASTRONAUT).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    for (let i = 3; i < data.length; i += 4) if (((i - 3) / 4) % info.width < 160) data[i] = 0;
    const cutOut = await sharp(data, { raw: info }).png().toBuffer();
    const { analysis } = await analysePicture(cutOut, inference);
    expect(maskMean(analysis, 0, 0, 0.31, 1)).toBe(0);
    expect(maskMean(analysis, 0.35, 0.06, 0.5, 0.12)).toBeGreaterThan(0.9);
  });
});

describe('several faces', () => {
  test('the largest of three is used, and it is said; its mask leaves out the others', async () => {
    const row = await composePictures({ widthPx: 1100, heightPx: 480 }, [
      { bytes: ASTRONAUT, leftPx: 0, topPx: 190, heightPx: 290 },
      { bytes: ASTRONAUT, leftPx: 310, topPx: 0, heightPx: 480 },
      { bytes: ASTRONAUT, leftPx: 810, topPx: 190, heightPx: 290 },
    ]);
    const { analysis, context } = await analysePicture(row, inference);
    expect(analysis.faces).toHaveLength(3);
    expect(analysis.face).toBe(analysis.faces[0]);
    expect(analysis.face.width).toBeGreaterThan(analysis.faces[1]!.width * 1.3);
    const centre = analysis.face.x + analysis.face.width / 2;
    expect(Math.abs(centre - (310 + (226 / 512) * 480))).toBeLessThan(15);
    expect(context.warnings).toContain('several-faces');
    const inFace = (index: number): number => {
      const { x, y, width, height } = analysis.faces[index]!;
      return maskMean(analysis, x / 1100, (y + height * 0.2) / 480, (x + width) / 1100, (y + height) / 480);
    };
    expect(inFace(0)).toBeGreaterThan(0.9);
    expect(Math.max(inFace(1), inFace(2))).toBeLessThan(0.1);

    const wanted = analysis.faces[1]!;
    const face = { xPx: wanted.x + wanted.width * 0.6, yPx: wanted.y + wanted.height * 0.4 };
    const chosen = await analysePicture(row, inference, { face });
    expect(chosen.analysis.face).toEqual(wanted);
    expect(chosen.analysis.faces).toHaveLength(3);
    expect(chosen.context.warnings).not.toContain('several-faces');
  });
});

describe('profiles', () => {
  test('of 75°: worked on, and both the turn and the doubt about the features are said', async () => {
    const { analysis, context } = await analysePicture(readFixture('photo/profile-75.jpg'), inference);
    expect(Math.abs(analysis.quality.yawDeg - 75)).toBeLessThan(12);
    expect(context.warnings).toEqual(expect.arrayContaining(['face-turned', 'landmarks-unsure']));
    // Read off an enlargement: the iris that is seen, the tip of the nose.
    for (const [index, x, y] of [
      [468, 339, 216],
      [4, 376, 252],
    ] as const) {
      const [px, py] = landmark(analysis, index);
      expect(Math.hypot(px - x, py - y), `landmark ${index} at ${px}, ${py}`).toBeLessThan(8);
    }
  });

  test('of 90°: refused with a hint that says what a picture has to show', async () => {
    const error: unknown = await analysePicture(readFixture('photo/profile-90.jpg'), inference).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'no-face-found', hint: expect.stringContaining('half side') });
  });
});

describe('drawings', () => {
  test('a flat cartoon: landmarks where the features are drawn, head and hair in the mask', async () => {
    const { analysis } = await analysePicture(await drawCartoonHead().png().toBuffer(), inference);
    const eyeDistance = analysis.quality.eyeDistancePx;
    for (const [index, x, y] of [
      [468, 230, 332],
      [473, 370, 332],
      [61, 245, 470],
      [291, 355, 470],
    ] as const) {
      const [px, py] = landmark(analysis, index);
      expect(Math.hypot(px - x, py - y) / eyeDistance, `landmark ${index} at ${px}, ${py}`).toBeLessThan(0.1);
    }
    expect(maskMean(analysis, 0.3, 0.4, 0.7, 0.75)).toBeGreaterThan(0.95);
    expect(maskMean(analysis, 0, 0, 0.12, 0.5)).toBeLessThan(0.1);
  });

  test('a line drawing that the mask network does not see keeps an oval around its face, and it is said', async () => {
    const head = sharp(ASTRONAUT).extract({ left: 110, top: 0, width: 230, height: 230 }).resize(690);
    const edges = { width: 3, height: 3, kernel: [-1, -1, -1, -1, 8, -1, -1, -1, -1] };
    const drawing = await sharp(await head.png().toBuffer())
      .greyscale()
      .convolve(edges)
      .negate()
      .normalise()
      .png()
      .toBuffer();
    const { analysis, context } = await analysePicture(drawing, inference);
    expect(context.warnings).toContain('outline-unsure');
    const [x, y] = landmark(analysis, 1);
    expect(analysis.mask.alpha[Math.round(y) * 690 + Math.round(x)]).toBeGreaterThan(200);
    expect(maskMean(analysis, 0, 0, 0.1, 1)).toBeLessThan(0.1);
  });
});

describe('refused', () => {
  test('no face', async () => {
    const noise = await sharp({
      create: {
        width: 300,
        height: 300,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    for (const bytes of [await drawQuarters(400, 300).png().toBuffer(), noise]) {
      await expect(analysePicture(bytes, inference)).rejects.toMatchObject({ code: 'no-face-found' });
    }
  });

  test(`a face of 40 px is too small, one of ${MIN_FACE_PX + 12} px is worked on with a warning`, async () => {
    const picture = (facePx: number): Promise<Uint8Array> =>
      composePictures({ widthPx: 800, heightPx: 600 }, [
        { bytes: ASTRONAUT, leftPx: 300, topPx: 200, heightPx: Math.round(facePx / FACE_SHARE) },
      ]);
    const error: unknown = await analysePicture(await picture(40), inference).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'face-too-small' });
    const { analysis, context } = await analysePicture(await picture(MIN_FACE_PX + 12), inference);
    expect(context.warnings).toContain('face-small');
    const [x, y] = landmark(analysis, 1);
    const scale = (MIN_FACE_PX + 12) / FACE_SHARE / 512;
    expect(Math.hypot(x - (300 + 223.6 * scale), y - (200 + 130.7 * scale))).toBeLessThan(3);
  });

  test('cancelled', async () => {
    const photo = await readPhoto({ bytes: ASTRONAUT }, recordContext('01-photo'));
    const context = { ...recordContext('02-analyse', AbortSignal.abort()), inference };
    await expect(analysePhoto({ photo }, context)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('doubts are said in plain words', () => {
  test('light from one side, glasses, something over the mouth or an eye; and none of it where there is none', async () => {
    // Of the cut-out below, read off an enlargement: eyes, mouth, from where the subject's left half begins.
    const head = await sharp(ASTRONAUT)
      .extract({ left: 110, top: 0, width: 230, height: 230 })
      .resize(460)
      .png()
      .toBuffer();
    const { analysis, context } = await analysePicture(head, inference);
    const doubts = ['side-light', 'glasses', 'mouth-hidden', 'rightEye-hidden', 'leftEye-hidden'];
    expect(context.warnings.filter((code) => doubts.includes(code))).toEqual([]);
    const at = (point: number): [number, number] => [
      Math.round(analysis.landmarks[point * 3]!),
      Math.round(analysis.landmarks[point * 3 + 1]!),
    ];
    const [[noseX, noseY], [mouthX, mouthY], [eyeX, eyeY]] = [at(168), at(13), at(159)];
    const unit = analysis.quality.eyeDistancePx;
    const draw = (shape: string): Promise<Uint8Array> =>
      sharp(head)
        .composite([
          {
            input: Buffer.from(
              `<svg xmlns="http://www.w3.org/2000/svg" width="460" height="460">${shape}</svg>`,
            ),
          },
        ])
        .png()
        .toBuffer();
    const cases = {
      'side-light': `<rect x="${noseX}" width="460" height="460" opacity="0.6"/>`,
      glasses: [-0.5, 0.5]
        .map(
          (side) =>
            `<circle cx="${noseX + side * 0.72 * unit}" cy="${noseY}" r="${0.27 * unit}" fill="none" stroke="#111" stroke-width="${0.05 * unit}"/>`,
        )
        .concat(
          `<rect x="${noseX - 0.1 * unit}" y="${noseY - 0.03 * unit}" width="${0.2 * unit}" height="${0.07 * unit}" fill="#111"/>`,
        )
        .join(''),
      'mouth-hidden': `<ellipse cx="${mouthX}" cy="${mouthY + 0.15 * unit}" rx="${0.7 * unit}" ry="${0.5 * unit}" fill="#d8a888"/>`,
      'rightEye-hidden': `<ellipse cx="${eyeX}" cy="${eyeY}" rx="${0.3 * unit}" ry="${0.4 * unit}" fill="#806040"/>`,
    };
    for (const [code, shape] of Object.entries(cases)) {
      const drawn = await analysePicture(await draw(shape), inference);
      expect(
        drawn.context.warnings.filter((said) => doubts.includes(said)),
        code,
      ).toEqual([code]);
    }
  });

  test('a face that the edge of the picture cuts, and not that something hides what is missing', async () => {
    const doubts = ['face-cut', 'mouth-hidden', 'rightEye-hidden', 'leftEye-hidden'];
    // What is left of the head at (110…340, 0…230): chin at y = 167, upper lip at 137, bridge of the nose at x = 224.
    for (const [part, left, top, width, height, said] of [
      ['whole', 110, 0, 230, 230, []],
      ['without chin', 110, 0, 230, 160, ['face-cut']],
      ['without mouth', 110, 0, 230, 130, ['face-cut']],
      ['left half', 224, 0, 116, 230, ['face-cut']],
    ] as const) {
      const cut = await sharp(ASTRONAUT)
        .extract({ left, top, width, height })
        .resize(width * 3)
        .png()
        .toBuffer();
      const { context } = await analysePicture(cut, inference);
      expect(
        context.warnings.filter((code) => doubts.includes(code)),
        part,
      ).toEqual(said);
    }
  });

  test('dark, burnt out and blurred', async () => {
    const head = await sharp(ASTRONAUT)
      .extract({ left: 110, top: 0, width: 230, height: 230 })
      .resize(460)
      .png()
      .toBuffer();
    const cases = {
      'face-dark': sharp(head).linear(0.2, 0),
      'face-overexposed': sharp(head).linear(1.9, 40),
      'face-blurred': sharp(head).blur(6),
    };
    expect((await analysePicture(head, inference)).context.warnings).toEqual([]);
    for (const [code, picture] of Object.entries(cases)) {
      const { context } = await analysePicture(await picture.png().toBuffer(), inference);
      expect(context.warnings, code).toContain(code);
    }
  });
});
