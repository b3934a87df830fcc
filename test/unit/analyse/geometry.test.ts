import { expect, test } from 'vitest';
import { type FaceCandidate, removeOverlaps } from '../../../src-main/pipeline/02-analyse/detect-faces.ts';
import { imageTensor } from '../../../src-main/pipeline/02-analyse/image-tensor.ts';
import { headTurn } from '../../../src-main/pipeline/02-analyse/judge-quality.ts';

/** The four points that the turn is read from, of an upright frontal face (photo axes: x right, y down, z away). */
const UPRIGHT = { 33: [-40, 0, 0], 263: [40, 0, 0], 10: [0, -60, 0], 152: [0, 90, 0] } as const;

/** Turned by roll, then pitch, then yaw of the head, as seen by the camera. */
function turnedFace(yawDeg: number, pitchDeg: number, rollDeg: number): Float32Array {
  const [yaw, pitch, roll] = [yawDeg, pitchDeg, rollDeg].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  const points = new Float32Array(478 * 3);
  for (const [index, [x, y, z]] of Object.entries(UPRIGHT)) {
    // Looking up brings the chin nearer (z < 0), looking to the subject's left the subject's right ear.
    const [y1, z1] = [y * Math.cos(pitch) + z * Math.sin(pitch), -y * Math.sin(pitch) + z * Math.cos(pitch)];
    const [x2, z2] = [x * Math.cos(yaw) - z1 * Math.sin(yaw), x * Math.sin(yaw) + z1 * Math.cos(yaw)];
    const [x3, y3] = [x2 * Math.cos(roll) - y1 * Math.sin(roll), x2 * Math.sin(roll) + y1 * Math.cos(roll)];
    points.set([x3 + 200, y3 + 300, z2], Number(index) * 3);
  }
  return points;
}

test('one turn at a time comes back with its sign', () => {
  for (const degrees of [-45, -10, 25, 60]) {
    expect(headTurn(turnedFace(degrees, 0, 0)).yawDeg).toBeCloseTo(degrees, 3);
    expect(headTurn(turnedFace(0, degrees, 0)).pitchDeg).toBeCloseTo(degrees, 3);
    expect(headTurn(turnedFace(0, 0, degrees)).rollDeg).toBeCloseTo(degrees, 3);
  }
});

test('looking to the subject’s left brings the left eye farther away and turns the face to the right of the picture', () => {
  const points = turnedFace(30, 0, 0);
  expect(points[263 * 3 + 2]!).toBeGreaterThan(points[33 * 3 + 2]!);
  const turn = headTurn(points);
  expect(turn.yawDeg).toBeCloseTo(30, 3);
  expect(Math.abs(turn.pitchDeg) + Math.abs(turn.rollDeg)).toBeLessThan(1e-3);
});

test('overlapping detections are one face, the best; distinct ones stay', () => {
  const at = (x: number, width: number, score: number): FaceCandidate => ({
    box: { x, y: 0, width, height: 100, score },
    points: [],
  });
  const kept = removeOverlaps([
    at(0, 100, 0.7),
    at(10, 100, 0.9),
    at(300, 100, 0.6),
    at(20, 40, 0.8),
    at(385, 100, 0.55),
  ]);
  expect(kept.map(({ box }) => box.score)).toEqual([0.9, 0.6, 0.55]);
});

test('tensors are planar and scaled', () => {
  const raster = { widthPx: 2, heightPx: 1, channels: 3, values: Float32Array.of(1, 2, 3, 4, 5, 6) };
  const tensor = imageTensor(raster, 2, -1);
  expect(tensor.dims).toEqual([1, 3, 1, 2]);
  expect([...tensor.data]).toEqual([1, 7, 3, 9, 5, 11]);
});
