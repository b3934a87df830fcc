/** Glasses: two rings, a bridge and temples as thin tubes around given eye centres and ears. Person frame, m. */
import type { Draw } from '../random.ts';
import { plainPart } from '../render/plain-part.ts';
import type { ScenePart } from '../render/scene.ts';

type Vector = readonly [number, number, number];

const RING_POINTS = 24;
const TUBE_SIDES = 6;

export function makeGlasses(draw: Draw, eyes: readonly [Vector, Vector]): ScenePart {
  const width = draw.uniform(0.021, 0.028);
  const height = width * draw.uniform(0.65, 1);
  const thickness = draw.uniform(0.0008, 0.0022);
  const power = draw.uniform(2, 4);
  const front = Math.max(eyes[0][2], eyes[1][2]) + draw.uniform(0.02, 0.026);
  const positions: number[] = [];
  const triangles: number[] = [];
  const tube = (points: readonly Vector[], isClosed: boolean): void =>
    addTube(positions, triangles, points, thickness, isClosed);
  const [right, left] = eyes[0][0] < eyes[1][0] ? eyes : [eyes[1], eyes[0]];
  for (const eye of [right, left]) {
    const ring = Array.from({ length: RING_POINTS }, (_, k): Vector => {
      const angle = (2 * Math.PI * k) / RING_POINTS;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const x = Math.sign(cos) * Math.abs(cos) ** (2 / power) * width;
      const y = Math.sign(sin) * Math.abs(sin) ** (2 / power) * height;
      return [eye[0] + x, eye[1] - 0.003 + y, front - 2.2 * (x * Math.sign(eye[0]) > 0 ? x * x : 0) * 10];
    });
    tube(ring, true);
    const side = Math.sign(eye[0]);
    const hinge: Vector = [eye[0] + side * width, eye[1] + 0.004, front - 0.012];
    tube([hinge, [side * 0.074, eye[1] + 0.004, 0.02], [side * 0.076, eye[1], -0.005]], false);
  }
  tube(
    [
      [right[0] + width, right[1] + 0.003, front],
      [0, right[1] + 0.006, front + 0.003],
      [left[0] - width, left[1] + 0.003, front],
    ],
    false,
  );
  const value = draw.chance(0.6) ? draw.uniform(0.01, 0.04) : draw.uniform(0.1, 0.5);
  return plainPart(new Float32Array(positions), new Uint32Array(triangles), {
    inTargets: 'all',
    tint: [value, value * draw.uniform(0.6, 1), value * draw.uniform(0.4, 1)],
    shade: null,
    gloss: 0.2,
  });
}

function addTube(
  positions: number[],
  triangles: number[],
  points: readonly Vector[],
  radius: number,
  isClosed: boolean,
): void {
  const first = positions.length / 3;
  points.forEach((place, k) => {
    const next = points[(k + 1) % points.length]!;
    const before = points[(k + points.length - 1) % points.length]!;
    const [from, to] = isClosed
      ? [before, next]
      : [k > 0 ? before : place, k + 1 < points.length ? next : place];
    const along = unit([to[0] - from[0], to[1] - from[1], to[2] - from[2]]);
    const helper: Vector = Math.abs(along[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0];
    const u = unit(cross(along, helper));
    const v = cross(along, u);
    for (let s = 0; s < TUBE_SIDES; s++) {
      const angle = (2 * Math.PI * s) / TUBE_SIDES;
      for (let c = 0; c < 3; c++)
        positions.push(place[c]! + radius * (Math.cos(angle) * u[c]! + Math.sin(angle) * v[c]!));
    }
  });
  const rings = isClosed ? points.length : points.length - 1;
  for (let k = 0; k < rings; k++) {
    for (let s = 0; s < TUBE_SIDES; s++) {
      const a = first + k * TUBE_SIDES + s;
      const b = first + k * TUBE_SIDES + ((s + 1) % TUBE_SIDES);
      const c = first + ((k + 1) % points.length) * TUBE_SIDES + s;
      const d = first + ((k + 1) % points.length) * TUBE_SIDES + ((s + 1) % TUBE_SIDES);
      triangles.push(a, b, d, a, d, c);
    }
  }
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(a: Vector): Vector {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}
