import { expect, test } from 'vitest';
import { POSE_NAMES, poseWeights } from '../../src-renderer/steps/expression-presets.ts';
import { HANDLE_POINTS } from '../../src-renderer/steps/photo/handle-points.ts';
import {
  aroundFace,
  cropBetween,
  frameView,
  simplifyStroke,
  toCanvas,
  toPhoto,
  zoomView,
} from '../../src-renderer/steps/photo/photo-view.ts';

const canvas = { width: 800, height: 600 };
const photo = { widthPx: 1000, heightPx: 700 };

test('what is framed lies in the middle of the canvas; canvas and photo px are inverse; zoom keeps its place', () => {
  const part = { xPx: 200, yPx: 100, widthPx: 300, heightPx: 300 };
  const view = frameView(part, canvas);
  expect(toCanvas(view, 350, 250)).toEqual({ x: 400, y: 300 });
  for (const [xPx, yPx] of [
    [200, 100],
    [500, 400],
  ] as const) {
    const { x, y } = toCanvas(view, xPx, yPx);
    expect(x).toBeGreaterThan(0);
    expect(y).toBeGreaterThan(0);
    expect(x).toBeLessThan(800);
    expect(y).toBeLessThan(600);
    const back = toPhoto(view, { x, y });
    expect(back.xPx).toBeCloseTo(xPx, 9);
    expect(back.yPx).toBeCloseTo(yPx, 9);
  }
  const at = { x: 123, y: 456 };
  const zoomed = zoomView(view, at, 3);
  expect(zoomed.scale).toBeCloseTo(view.scale * 3, 12);
  expect(toPhoto(zoomed, at).xPx).toBeCloseTo(toPhoto(view, at).xPx, 9);
});

test('crops are whole px inside the photo, whichever way they were drawn', () => {
  const drawn = cropBetween({ xPx: 900.4, yPx: 900 }, { xPx: -50, yPx: 30.6 }, photo);
  expect(drawn).toEqual({ xPx: 0, yPx: 31, widthPx: 900, heightPx: 669 });
  const around = aroundFace({ xPx: 900, yPx: 10, widthPx: 90, heightPx: 90 }, photo);
  expect(around.xPx + around.widthPx).toBeLessThanOrEqual(1000);
  expect(around.yPx).toBe(0);
});

test('a stroke keeps its ends and loses points that say nothing', () => {
  const line = Array.from({ length: 101 }, (_, i): [number, number] => [i / 10, 0]);
  const kept = simplifyStroke(line, 2);
  expect(kept[0]).toEqual([0, 0]);
  expect(kept.at(-1)).toEqual([10, 0]);
  expect(kept.length).toBeLessThan(8);
});

test('each handle is one of the 478 landmarks, once', () => {
  expect(new Set(HANDLE_POINTS).size).toBe(HANDLE_POINTS.length);
  expect(HANDLE_POINTS.every((index) => Number.isInteger(index) && index >= 0 && index < 478)).toBe(true);
});

test('poses set every shape of the head, sides alike, and nothing of the photo stays', () => {
  const names = ['jawOpen', 'mouthSmileLeft', 'mouthSmileRight', 'eyeBlinkLeft', 'eyeBlinkRight'];
  for (const pose of [...POSE_NAMES, 'neutral'] as const) {
    const weights = poseWeights(pose, names);
    expect(Object.keys(weights).sort()).toEqual([...names].sort());
    for (const weight of Object.values(weights)) {
      expect(weight).toBeGreaterThanOrEqual(0);
      expect(weight).toBeLessThanOrEqual(1);
    }
  }
  expect(poseWeights('smile', names)['mouthSmileLeft']).toBe(poseWeights('smile', names)['mouthSmileRight']);
  expect(poseWeights('blink', names)['eyeBlinkRight']).toBe(1);
  expect(Object.values(poseWeights('neutral', names))).toEqual([0, 0, 0, 0, 0]);
});
