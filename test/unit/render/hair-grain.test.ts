import { describe, expect, it } from 'vitest';
import { hairGrain } from '../../../src-main/render/hair-grain.ts';

/** Points of a ring of the head (height y) and of a meridian behind it, 0.5 mm apart. */
const RADIUS_M = 0.1;
const ring = (y: number): number[] =>
  Array.from({ length: 600 }, (_, k) => {
    const turn = (k * 0.0005) / RADIUS_M;
    const around = Math.sqrt(RADIUS_M ** 2 - y ** 2);
    return hairGrain(around * Math.sin(turn), y, -around * Math.cos(turn));
  });
const meridian = (): number[] =>
  Array.from({ length: 300 }, (_, k) => {
    const tilt = (k * 0.0005) / RADIUS_M - 0.3;
    return hairGrain(0, RADIUS_M * Math.sin(tilt), -RADIUS_M * Math.cos(tilt));
  });
const roughness = (values: readonly number[]): number =>
  values.slice(1).reduce((sum, value, k) => sum + Math.abs(value - values[k]!), 0) / (values.length - 1);

describe('hairGrain', () => {
  it('stays within one and has no bias', () => {
    const values = [-0.06, -0.02, 0.02, 0.06].flatMap(ring);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(0.1);
  });

  it('runs downwards: it changes much faster around the head than down it', () => {
    expect(roughness(ring(0.02))).toBeGreaterThan(2.5 * roughness(meridian()));
  });

  it('is continuous, also at the whorl and the origin', () => {
    const near = hairGrain(1e-6, 0.088, -0.0475);
    expect(Math.abs(near - hairGrain(1.1e-6, 0.088, -0.0475))).toBeLessThan(0.01);
    expect(hairGrain(0, 0, 0)).not.toBeNaN();
  });
});
