/** A dark frame in front of the eyes: two rings, a bridge and temples, as tubes. Known head → drawn part, head frame. */
import type { DrawnPart } from './draw-known-head.ts';
import type { KnownHead } from './known-head.ts';

/** Metres: radius of a ring, of its tube, and how far it stands before the cornea. */
const RING_M = 0.024;
const TUBE_M = 0.0018;
const STANDOFF_M = 0.012;
const TEMPLE_M = 0.1;
const RING_SEGMENTS = 32;
const TUBE_SIDES = 6;
const FRAME_SRGB = [0.07, 0.06, 0.06, 1];

export function makeGlasses(head: KnownHead): DrawnPart {
  const positions: number[] = [];
  const triangles: number[] = [];
  const tube = (line: number[][], isClosed: boolean): void => {
    const first = positions.length / 3;
    line.forEach((at, i) => {
      const next = line[(i + 1) % line.length]!;
      const back = line[(i - 1 + line.length) % line.length]!;
      const from = isClosed || i > 0 ? back : at;
      const to = isClosed || i + 1 < line.length ? next : at;
      const along = [0, 1, 2].map((k) => to[k]! - from[k]!);
      // Any two directions across the tube will do; z is across for rings, y for temples.
      const side = cross(
        along,
        Math.abs(along[2]!) < Math.hypot(along[0]!, along[1]!) ? [0, 0, 1] : [0, 1, 0],
      );
      const up = cross(side, along);
      const [s, u] = [normalise(side), normalise(up)];
      for (let k = 0; k < TUBE_SIDES; k++) {
        const angle = (2 * Math.PI * k) / TUBE_SIDES;
        positions.push(
          ...[0, 1, 2].map((a) => at[a]! + TUBE_M * (Math.cos(angle) * s[a]! + Math.sin(angle) * u[a]!)),
        );
      }
    });
    const steps = isClosed ? line.length : line.length - 1;
    for (let i = 0; i < steps; i++) {
      for (let k = 0; k < TUBE_SIDES; k++) {
        const [a, b] = [first + i * TUBE_SIDES, first + ((i + 1) % line.length) * TUBE_SIDES];
        const n = (k + 1) % TUBE_SIDES;
        triangles.push(a + k, b + k, b + n, a + k, b + n, a + n);
      }
    }
  };
  const centres = head.eyesHead.map((eye) => [eye[0]!, eye[1]! - 0.002, eye[2]! + STANDOFF_M]);
  for (const [x, y, z] of centres as [number, number, number][]) {
    const ring = Array.from({ length: RING_SEGMENTS }, (_, i) => {
      const angle = (2 * Math.PI * i) / RING_SEGMENTS;
      return [x + RING_M * Math.cos(angle), y + 0.85 * RING_M * Math.sin(angle), z];
    });
    tube(ring, true);
    const out = Math.sign(x);
    tube(
      [
        [x + out * RING_M, y + 0.008, z],
        [x + out * (RING_M + 0.012), y + 0.008, z - 0.01],
        [x + out * (RING_M + 0.02), y + 0.008, z - TEMPLE_M],
      ],
      false,
    );
  }
  const [left, right] = centres as [number[], number[]];
  tube(
    [
      [right[0]! + RING_M, right[1]!, right[2]!],
      [left[0]! - RING_M, left[1]!, left[2]!],
    ],
    false,
  );
  const colours = Float32Array.from({ length: (positions.length / 3) * 4 }, (_, i) => FRAME_SRGB[i % 4]!);
  return { positions: Float32Array.from(positions), triangles: Uint32Array.from(triangles), colours };
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
}

function normalise(a: readonly number[]): number[] {
  const length = Math.hypot(...a) || 1;
  return a.map((value) => value / length);
}
