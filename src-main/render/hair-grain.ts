/**
 * Strands on hair that no photo shows: a smooth fill alone reads as a cap.
 *
 * In: point on the proxy (head frame, m). Out: [−1, 1], a function of the place alone, so that all views and all texels
 * agree. Value noise in coordinates that run with hair as it falls from the whorl: narrow around the head, long downwards,
 * bent by a slow wave. Brightness is multiplied by 1 + contrast · grain; the contrast is measured in the photo's hair.
 */

/** The whorl: direction from the head's origin to the crown's back, unit. */
const WHORL = [0, 0.88, -0.475] as const;
/** Strands fade out within this distance of the whorl and of its opposite, where they would meet in a point, m. */
const WHORL_M = 0.01;
/** Width of a strand and length along it, m, and its share of the sum. */
export type StrandOctave = { widthM: number; lengthM: number; share: number };
/** What a view of 512 px resolves. */
const OCTAVES: readonly StrandOctave[] = [
  { widthM: 0.0075, lengthM: 0.07, share: 0.45 },
  { widthM: 0.0035, lengthM: 0.05, share: 0.35 },
  { widthM: 0.0018, lengthM: 0.03, share: 0.2 },
];
/** Sideways wander of the strands, m, and the length over which they wander. */
const WAVE_M = 0.004;
const WAVE_LENGTH_M = 0.045;

export function hairGrain(
  x: number,
  y: number,
  z: number,
  octaves: readonly StrandOctave[] = OCTAVES,
): number {
  const radius = Math.hypot(x, y, z) || 1;
  const up = (y * WHORL[1] + z * WHORL[2]) / radius;
  // Frame around the whorl: +X, and the direction across both.
  const across = (y * -WHORL[2] + z * WHORL[1]) / radius;
  const side = x / radius;
  const along = Math.acos(Math.min(1, Math.max(-1, up))) * radius;
  const ring = Math.hypot(side, across) || 1e-6;
  const wave = WAVE_M * (2 * valueNoise(x / WAVE_LENGTH_M, y / WAVE_LENGTH_M, z / WAVE_LENGTH_M) - 1);
  const distanceM = ring * radius;
  const bend = wave / Math.max(distanceM, WHORL_M);
  const cos = (side - bend * across) / ring;
  const sin = (across + bend * side) / ring;
  let sum = 0;
  for (const { widthM, lengthM, share } of octaves) {
    // Strands keep their width at the widest ring; towards the whorl they converge.
    const cells = 0.09 / widthM;
    sum += share * (2 * valueNoise(cos * cells, sin * cells, along / lengthM) - 1);
  }
  return sum * fade(Math.min(1, distanceM / WHORL_M));
}

/** Unit tangent along which hair falls at a point: away from the whorl; at the whorl itself, backwards. */
export function fallDirection(
  [x, y, z]: readonly [number, number, number],
  normal: readonly [number, number, number],
): [number, number, number] {
  const radius = Math.hypot(x, y, z) || 1;
  const up = (y * WHORL[1] + z * WHORL[2]) / radius;
  const away = [(x * up) / radius, (y * up) / radius - WHORL[1], (z * up) / radius - WHORL[2]];
  const outward = away[0]! * normal[0] + away[1]! * normal[1] + away[2]! * normal[2];
  const tangent = away.map((value, axis) => value - outward * normal[axis]!);
  const length = Math.hypot(...tangent);
  if (length < 1e-3) return [0, 0, -1];
  return tangent.map((value) => value / length) as [number, number, number];
}

/** [0, 1], cubic interpolation of hashed lattice values. */
function valueNoise(x: number, y: number, z: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const iz = Math.floor(z);
  const fx = fade(x - ix);
  const fy = fade(y - iy);
  const fz = fade(z - iz);
  let sum = 0;
  for (let k = 0; k < 8; k++) {
    const dx = k & 1;
    const dy = (k >> 1) & 1;
    const dz = k >> 2;
    const weight = (dx === 1 ? fx : 1 - fx) * (dy === 1 ? fy : 1 - fy) * (dz === 1 ? fz : 1 - fz);
    sum += weight * hash(ix + dx, iy + dy, iz + dz);
  }
  return sum;
}

const fade = (t: number): number => t * t * (3 - 2 * t);

/** Integer lattice point → [0, 1): the finaliser of MurmurHash3 over three primes' multiples. */
function hash(x: number, y: number, z: number): number {
  let h = Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
