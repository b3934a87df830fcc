import { describe, expect, it } from 'vitest';
import { makeUvSphere } from '../../../src-main/mesh/primitives.ts';
import { lookAtCamera, projectPoints } from '../../../src-main/camera/camera.ts';
import { AHEAD, findIrisAxis } from '../../../src-main/pipeline/07-texture/find-iris.ts';
import { paintEye } from '../../../src-main/pipeline/07-texture/paint-eyes.ts';

describe('paintEye', () => {
  /** Two eyeballs side by side: (2n, 3). */
  const ball = makeUvSphere(0.012, 40, 60).positionsHead;
  const count = ball.length / 3;
  const positionsHead = new Float32Array([
    ...ball,
    ...ball.map((value, i) => (i % 3 === 0 ? value + 0.06 : value)),
  ]);
  const vertices = Array.from({ length: count }, (_, i) => i);
  const twin = vertices.map((i) => i + count);
  const balls = { positionsHead, vertices, twin, axis: AHEAD, twinAxis: AHEAD };
  const angle = (i: number): number =>
    Math.atan2(Math.hypot(ball[i * 3]!, ball[i * 3 + 1]!), ball[i * 3 + 2]!);
  /** Black pupil, blue iris, light white. */
  const truth = (i: number): number[] =>
    angle(i) < 0.16 ? [0.05, 0.05, 0.05] : angle(i) < 0.5 ? [0.2, 0.3, 0.6] : [0.88, 0.86, 0.84];
  const colours = new Float32Array([...vertices, ...vertices].flatMap(truth));
  /** Lids leave a slit of ± 3.5 mm. */
  const isOpen = (i: number): boolean => Math.abs(ball[i * 3 + 1]!) < 0.0035 && ball[i * 3 + 2]! > 0.006;
  const weightsOf = (left: boolean, right: boolean): Float32Array =>
    Float32Array.from([...vertices, ...twin], (i) =>
      Number(i < count ? left && isOpen(i) : right && isOpen(i - count)),
    );

  it.each([
    ['its own', true, false],
    ['the other eye’s', false, true],
  ])('continues the iris under the lid from %s seen part and makes the rest white', (_, left, right) => {
    const painted = paintEye({ ...balls, colours, weights: weightsOf(left, right) });
    for (const i of vertices) {
      // Two rings around each edge are a mixture by design.
      if (Math.abs(angle(i) - 0.16) < 0.11 || Math.abs(angle(i) - 0.5) < 0.22) continue;
      truth(i).forEach((value, c) =>
        expect(Math.abs(painted[i * 3 + c]! - value), `angle ${angle(i)}`).toBeLessThan(0.06),
      );
    }
  });

  it('has a brown iris and a dark pupil when the photo shows neither eye', () => {
    const painted = paintEye({ ...balls, colours, weights: weightsOf(false, false) });
    for (const i of vertices) {
      const [red, green, blue] = painted.subarray(i * 3, i * 3 + 3);
      if (angle(i) < 0.08) expect(red).toBeLessThan(0.1);
      else if (angle(i) > 0.3 && angle(i) < 0.4)
        expect([red! > green!, green! > blue!, red! < 0.4]).toEqual([true, true, true]);
      else if (angle(i) > 0.75) expect(Math.min(red!, green!, blue!)).toBeGreaterThan(0.75);
    }
  });

  it('has a dark pupil also where a highlight lies on it', () => {
    const bright = colours.map((value, k) => (angle(Math.floor(k / 3) % count) < 0.16 ? 1 : value));
    const painted = paintEye({ ...balls, colours: bright, weights: weightsOf(true, true) });
    for (const i of vertices) if (angle(i) < 0.08) expect(painted[i * 3 + 2]).toBeLessThan(0.31);
  });

  it('paints the iris where the photo has it', () => {
    const axis = [Math.sin(0.3), 0, Math.cos(0.3)] as const;
    const fromAxis = (i: number): number =>
      Math.acos((ball[i * 3]! * axis[0] + ball[i * 3 + 2]! * axis[2]) / 0.012);
    const turned = Float32Array.from(
      [...vertices, ...vertices].flatMap((i) => (fromAxis(i) < 0.5 ? [0.2, 0.3, 0.6] : [0.88, 0.86, 0.84])),
    );
    const painted = paintEye({ ...balls, axis, colours: turned, weights: weightsOf(true, false) });
    for (const i of vertices) {
      const [red, , blue] = painted.subarray(i * 3, i * 3 + 3);
      if (fromAxis(i) > 0.2 && fromAxis(i) < 0.28) expect(blue! - red!).toBeGreaterThan(0.3);
      if (fromAxis(i) > 0.75) expect(Math.abs(blue! - red!)).toBeLessThan(0.1);
    }
  });
});

describe('findIrisAxis', () => {
  const ball = makeUvSphere(0.012, 40, 60).positionsHead;
  const vertices = [...Array(ball.length / 3).keys()];
  const camera = lookAtCamera({
    eyeHead: [0.2, 0.1, 0.9],
    targetHead: [0, 0, 0],
    focalPx: 1500,
    widthPx: 500,
    heightPx: 500,
  });
  const landmarksOf = (x: number, y: number): Float32Array => {
    const out = new Float32Array(478 * 3);
    out.set([x, y], 473 * 3);
    return out;
  };

  it.each([
    [0, 0],
    [0.35, 0.1],
    [-0.3, -0.2],
  ])('finds where an eye looks, turned by %d and %d rad', (side, up) => {
    const axis = [Math.sin(side) * Math.cos(up), Math.sin(up), Math.cos(side) * Math.cos(up)] as const;
    const [x, y] = projectPoints(
      camera,
      Float32Array.from(axis, (value) => value * 0.012),
    );
    const found = findIrisAxis(ball, vertices, camera, landmarksOf(x!, y!));
    const cosine = found.reduce((sum, value, k) => sum + value * axis[k]!, 0);
    // A vertex every 6°, and what is nearer to the edge of the disc is foreshortened.
    expect((Math.acos(Math.min(1, cosine)) * 180) / Math.PI).toBeLessThan(5);
  });

  it('looks ahead when no iris of the photo lies on the ball', () => {
    expect(findIrisAxis(ball, vertices, camera, landmarksOf(490, 490))).toEqual(AHEAD);
  });
});
