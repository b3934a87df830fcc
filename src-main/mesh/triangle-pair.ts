/**
 * Do two triangles cut through each other?
 *
 * In: positions (N, 3) m, vertex indices of both. Out: true when they share a segment of some length; touching in a
 * point, or lying in one plane, is no cut. Möller, A fast triangle-triangle intersection test (1997): both meet the line in
 * which their planes meet, in intervals that have to overlap.
 */

/** Interval on the common line, of the triangle that was cut last. */
const interval = { low: 0, high: 0 };

/** Of the triangle that was asked for last, not of unit length. */
const normal = { x: 0.5, y: 0.5, z: 0.5 };

type Corners = readonly [number, number, number];

export function trianglesCut(p: Float32Array, a: Corners, b: Corners): boolean {
  let shared = 0;
  for (const vertex of a) if (b.includes(vertex)) shared++;
  if (shared > 1) return false;
  setNormal(p, b);
  const { x: nbx, y: nby, z: nbz } = normal;
  const a0 = planeDistance(p, a[0], b, nbx, nby, nbz);
  const a1 = planeDistance(p, a[1], b, nbx, nby, nbz);
  const a2 = planeDistance(p, a[2], b, nbx, nby, nbz);
  if (isOneSided(a0, a1, a2)) return false;
  setNormal(p, a);
  const { x: nax, y: nay, z: naz } = normal;
  const b0 = planeDistance(p, b[0], a, nax, nay, naz);
  const b1 = planeDistance(p, b[1], a, nax, nay, naz);
  const b2 = planeDistance(p, b[2], a, nax, nay, naz);
  if (isOneSided(b0, b1, b2)) return false;
  // The line is followed along its longest axis.
  const line = [nay * nbz - naz * nby, naz * nbx - nax * nbz, nax * nby - nay * nbx];
  const sizes = line.map(Math.abs);
  const axis = sizes.indexOf(Math.max(...sizes));
  cutInterval(p, a, axis, a0, a1, a2);
  const { low, high } = interval;
  cutInterval(p, b, axis, b0, b1, b2);
  return Math.min(high, interval.high) > Math.max(low, interval.low);
}

function setNormal(p: Float32Array, corners: Corners): void {
  const a = corners[0] * 3;
  const b = corners[1] * 3;
  const c = corners[2] * 3;
  const ux = p[b]! - p[a]!;
  const uy = p[b + 1]! - p[a + 1]!;
  const uz = p[b + 2]! - p[a + 2]!;
  const vx = p[c]! - p[a]!;
  const vy = p[c + 1]! - p[a + 1]!;
  const vz = p[c + 2]! - p[a + 2]!;
  normal.x = uy * vz - uz * vy;
  normal.y = uz * vx - ux * vz;
  normal.z = ux * vy - uy * vx;
}

/** Times the length of the normal; exactly 0 for a corner of the triangle itself. */
function planeDistance(
  p: Float32Array,
  vertex: number,
  [a, b, c]: Corners,
  nx: number,
  ny: number,
  nz: number,
): number {
  if (vertex === a || vertex === b || vertex === c) return 0;
  return (
    nx * (p[vertex * 3]! - p[a * 3]!) +
    ny * (p[vertex * 3 + 1]! - p[a * 3 + 1]!) +
    nz * (p[vertex * 3 + 2]! - p[a * 3 + 2]!)
  );
}

const isOneSided = (a: number, b: number, c: number): boolean =>
  (a >= 0 && b >= 0 && c >= 0) || (a <= 0 && b <= 0 && c <= 0);

/** Where the triangle's edges pass through the plane; its corners lie at da, db, dc off it, on both sides. */
function cutInterval(
  p: Float32Array,
  [a, b, c]: Corners,
  axis: number,
  da: number,
  db: number,
  dc: number,
): void {
  interval.low = Infinity;
  interval.high = -Infinity;
  crossEdge(p[a * 3 + axis]!, p[b * 3 + axis]!, da, db);
  crossEdge(p[b * 3 + axis]!, p[c * 3 + axis]!, db, dc);
  crossEdge(p[c * 3 + axis]!, p[a * 3 + axis]!, dc, da);
}

function crossEdge(from: number, to: number, dFrom: number, dTo: number): void {
  if ((dFrom > 0 && dTo > 0) || (dFrom < 0 && dTo < 0) || dFrom === dTo) return;
  // A corner in the plane is met exactly: rounding would make neighbours that touch in it overlap.
  const at = dTo === 0 ? to : from + ((to - from) * dFrom) / (dFrom - dTo);
  interval.low = Math.min(interval.low, at);
  interval.high = Math.max(interval.high, at);
}
