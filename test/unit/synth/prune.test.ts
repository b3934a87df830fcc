import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { createImage, type ImageRgba } from '../../../src-main/image/image.ts';
import type { OnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import { findJanusViews, type PrunedView } from '../../../src-main/synth/prune/janus-filter.ts';
import { identityConsistency, keepMostConsistent } from '../../../src-main/synth/prune/identity-filter.ts';
import type { HeadArrays } from '../../../src-main/synth/head/make-head.ts';
import { pruneShards } from '../../../src-main/synth/prune/prune-shards.ts';
import { decodeShard, encodeShard } from '../../../src-main/synth/write-shard.ts';
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

describe('pruneShards', () => {
  const UP = 0;
  /** A head of a shard with these views; everything but targets and angles is left empty. */
  const headOf = (views: readonly (readonly [ImageRgba, number])[]): HeadArrays => {
    const targets = new Uint8Array(views.length * SIZE * SIZE * 7);
    views.forEach(([image], view) => {
      for (let i = 0; i < SIZE * SIZE; i++)
        targets.set(image.rgbaSrgb.subarray(i * 4, i * 4 + 4), (view * SIZE * SIZE + i) * 7);
    });
    return {
      photo: new Uint8Array(SIZE * SIZE * 4),
      targets,
      conditions: new Uint8Array((views.length + 1) * SIZE * SIZE * 22),
      poses: new Float32Array(views.length * 16),
      intrinsics: new Float32Array(views.length * 4),
      angles: Float32Array.from(views.flatMap(([, azimuthDeg]) => [(azimuthDeg * Math.PI) / 180, UP])),
      inputAngles: new Float32Array(2),
      vertices: new Float32Array(2048 * 3),
      hair: 'planted',
    };
  };

  it('takes the planted failures out of supervision and leaves all else in place, through the file too', async () => {
    const back = backOfHead();
    const astronaut = await view('astronaut.jpg', 0, 1);
    const turned = await view('astronaut.jpg', 4, 0.95);
    const other = await view('three-quarter.jpg', 0, 1);
    const otherTurned = await view('three-quarter.jpg', -4, 1.05);
    const shards = [
      {
        heads: [
          headOf([
            [astronaut, 0],
            [turned, 22.5],
            [back, 180],
          ]),
          headOf([
            [astronaut, 0],
            [other, 337.5],
            [back, 180],
          ]),
        ],
      },
      {
        heads: [
          headOf([
            [other, 0],
            [otherTurned, 22.5],
            [other, 180],
          ]),
        ],
      },
    ].map((shard) =>
      decodeShard(encodeShard(shard.heads, { sizePx: SIZE, prior: 'proxy', mesh: 'estimated' })),
    );
    expect(await pruneShards(shards, inference)).toEqual({ janusViews: 1, droppedHeads: 1, heads: 3 });
    const again = shards.map((shard) => decodeShard(encodeShard(shard.heads, shard)));
    expect(again.map(({ heads }) => heads.map(({ supervised }) => [...supervised!]))).toEqual([
      [
        [1, 1, 1],
        [0, 0, 0],
      ],
      [[1, 1, 0]],
    ]);
    expect(again[0]!.heads[0]!.targets).toEqual(shards[0]!.heads[0]!.targets);
    expect(again[0]).toMatchObject({ sizePx: SIZE, prior: 'proxy' });
  });
});
