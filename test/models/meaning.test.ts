/**
 * The manifest says what the numbers mean; the drawn portrait has its eyes, nose and mouth at known places. Read as
 * described, the outputs must find them. (A drawing is not a face: 3 % of the picture is close enough.)
 */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxInference } from '../../src-main/inference/onnx-inference.ts';
import { ORIGINALS } from './originals/run-original.ts';
import { FACE, RIGHT_EYE, toPlanes } from './portrait.ts';
import type { Framing } from './portrait.ts';

const TOLERANCE = 0.03;
/** In the square of the drawing. The subject's right eye is on the left of the picture. */
const DRAWN = { rightEye: [0.42, 0.41], leftEye: [0.58, 0.41], mouth: [0.5, 0.59] } as const;

const inference = await createOnnxInference({
  modelsDir: join(import.meta.dirname, '../../models'),
  provider: 'cpu',
  threads: 1,
});
afterAll(() => inference.release());

async function run(id: string) {
  const { dims } = inference.manifest.models.find((model) => model.id === id)!.inputs[0]!;
  const image = { data: toPlanes(ORIGINALS[id]!.picture(), 3), dims: dims.map(Number) };
  return inference.run(id, { image });
}

function expectAt([x = 0, y = 0]: readonly number[], [drawnX, drawnY]: readonly [number, number]): void {
  expect(Math.hypot(x - drawnX, y - drawnY), `(${x.toFixed(3)}, ${y.toFixed(3)})`).toBeLessThan(TOLERANCE);
}

/** From the square that a model saw to the square of the drawing; both have side 1. */
function place(framing: Framing, x: number, y: number): [number, number] {
  return [framing.x + (x - 0.5) * framing.side, framing.y + (y - 0.5) * framing.side];
}

/** Anchor centres in a square of side 1, as the notes of the manifest list them. */
function listAnchors(grids: readonly { side: number; perCell: number }[]): [number, number][] {
  return grids.flatMap(({ side, perCell }) =>
    Array.from({ length: side * side * perCell }, (_, k): [number, number] => {
      const cell = Math.floor(k / perCell);
      return [((cell % side) + 0.5) / side, (Math.floor(cell / side) + 0.5) / side];
    }),
  );
}

describe('outputs mean what the manifest says', () => {
  it.each([
    [
      'face-detection-short',
      128,
      [
        { side: 16, perCell: 2 },
        { side: 8, perCell: 6 },
      ],
    ],
    ['face-detection-full', 192, [{ side: 48, perCell: 1 }]],
  ] as const)('%s', async (id, sidePx, grids) => {
    const { boxes, scores } = await run(id);
    const best = scores!.data.indexOf(Math.max(...scores!.data));
    expect(scores!.data[best]).toBeGreaterThan(0);
    const anchors = listAnchors(grids);
    expect(anchors.length).toBe(scores!.data.length);
    const point = (k: number) => {
      const offset = best * 16 + k;
      return [
        boxes!.data[offset]! / sidePx + anchors[best]![0],
        boxes!.data[offset + 1]! / sidePx + anchors[best]![1],
      ];
    };
    expectAt(point(4), DRAWN.rightEye);
    expectAt(point(6), DRAWN.leftEye);
    expectAt(point(10), DRAWN.mouth);
    const [centreX, centreY] = point(0);
    expect(Math.hypot(centreX! - 0.5, centreY! - 0.48)).toBeLessThan(0.06);
  });

  it.each(['face-landmarks-468', 'face-landmarks-478'])('%s', async (id) => {
    const { landmarks, face } = await run(id);
    const point = (k: number) =>
      place(FACE, landmarks!.data[3 * k]! / 192, landmarks!.data[3 * k + 1]! / 192);
    const middle = (a: number, b: number) => point(a).map((value, axis) => (value + point(b)[axis]!) / 2);
    expect(face!.data[0]).toBeGreaterThan(0);
    expectAt(middle(33, 133), DRAWN.rightEye);
    expectAt(middle(263, 362), DRAWN.leftEye);
    expectAt(middle(13, 14), DRAWN.mouth);
    const z = (k: number) => landmarks!.data[3 * k + 2]!;
    expect(z(1), 'the nose is nearer than the temples').toBeLessThan(Math.min(z(127), z(356)) - 10);
    if (id === 'face-landmarks-478') {
      expectAt(point(468), DRAWN.rightEye);
      expectAt(point(473), DRAWN.leftEye);
    }
  });

  it('iris', async () => {
    const { points } = await run('iris');
    expectAt(place(RIGHT_EYE, points!.data[71 * 3]! / 64, points!.data[71 * 3 + 1]! / 64), DRAWN.rightEye);
  });

  it('portrait-mask', async () => {
    const { mask } = await run('portrait-mask');
    const at = (x: number, y: number) => mask!.data[Math.floor(y * 256) * 256 + Math.floor(x * 256)]!;
    for (const [x, y] of [
      [0.5, 0.45],
      [0.5, 0.14],
      [0.5, 0.95],
    ] as const)
      expect(at(x, y)).toBeGreaterThan(0.9);
    for (const [x, y] of [
      [0.05, 0.2],
      [0.95, 0.4],
    ] as const)
      expect(at(x, y)).toBeLessThan(0.1);
  });
});
