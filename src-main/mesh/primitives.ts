/**
 * Analytic closed meshes: what tests and synthetic heads start from.
 * Out: triangle meshes centred at the origin of the head frame, metres, CCW from outside, watertight.
 */
import type { TriangleMesh } from './mesh.ts';

/** Axis-aligned box with the given full side lengths, m; 8 vertices, 12 triangles. */
export function makeBox(sidesM: readonly [number, number, number]): TriangleMesh {
  const positionsHead = new Float32Array(24);
  for (let i = 0; i < 8; i++) {
    for (let axis = 0; axis < 3; axis++) {
      positionsHead[i * 3 + axis] = (((i >> axis) & 1) - 0.5) * sidesM[axis]!;
    }
  }
  const faces = [
    [0, 4, 6, 2],
    [1, 3, 7, 5],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 2, 3, 1],
    [4, 5, 7, 6],
  ] as const;
  const triangles = new Uint32Array(faces.flatMap(([a, b, c, d]) => [a, b, c, a, c, d]));
  return { positionsHead, triangles };
}

/**
 * Sphere of latitude rings (poles on ±Y): `rings` bands, `segments` columns; 2 + (rings − 1)·segments vertices.
 * Vertex 0 is the north pole, ring r (1 …) starts at 1 + (r − 1)·segments, column 0 lies on +Z, columns turn to +X.
 */
export function makeUvSphere(radiusM: number, rings: number, segments: number): TriangleMesh {
  const positions: number[] = [0, radiusM, 0];
  for (let ring = 1; ring < rings; ring++) {
    const polar = (ring * Math.PI) / rings;
    for (let segment = 0; segment < segments; segment++) {
      const turn = (segment * 2 * Math.PI) / segments;
      positions.push(
        radiusM * Math.sin(polar) * Math.sin(turn),
        radiusM * Math.cos(polar),
        radiusM * Math.sin(polar) * Math.cos(turn),
      );
    }
  }
  positions.push(0, -radiusM, 0);
  const south = positions.length / 3 - 1;
  const at = (ring: number, segment: number): number => 1 + (ring - 1) * segments + (segment % segments);
  const triangles: number[] = [];
  for (let segment = 0; segment < segments; segment++) {
    triangles.push(0, at(1, segment), at(1, segment + 1));
    for (let ring = 1; ring < rings - 1; ring++) {
      const [a, b] = [at(ring, segment), at(ring, segment + 1)];
      const [c, d] = [at(ring + 1, segment), at(ring + 1, segment + 1)];
      triangles.push(a, c, d, a, d, b);
    }
    triangles.push(south, at(rings - 1, segment + 1), at(rings - 1, segment));
  }
  return { positionsHead: new Float32Array(positions), triangles: new Uint32Array(triangles) };
}

/** Icosahedron cut `subdivisions` times: 20·4^s nearly equal triangles. */
export function makeIcosphere(radiusM: number, subdivisions: number): TriangleMesh {
  const golden = (1 + Math.sqrt(5)) / 2;
  const points: number[][] = [];
  for (const [a, b] of [
    [-1, golden],
    [1, golden],
    [-1, -golden],
    [1, -golden],
  ] as const) {
    points.push([a, b, 0], [0, a, b], [b, 0, a]);
  }
  let faces = icosahedronFaces(points);
  for (let step = 0; step < subdivisions; step++) {
    const middles = new Map<string, number>();
    const middle = (a: number, b: number): number => {
      const key = a < b ? `${a},${b}` : `${b},${a}`;
      const known = middles.get(key);
      if (known !== undefined) return known;
      points.push([0, 1, 2].map((axis) => (points[a]![axis]! + points[b]![axis]!) / 2));
      middles.set(key, points.length - 1);
      return points.length - 1;
    };
    faces = faces.flatMap(([a, b, c]) => {
      const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
      return [
        [a, ab, ca],
        [ab, b, bc],
        [ca, bc, c],
        [ab, bc, ca],
      ] satisfies Face[];
    });
    for (const point of points) {
      const scale = 1 / Math.hypot(...point);
      point.forEach((value, axis) => (point[axis] = value * scale));
    }
  }
  const positionsHead = new Float32Array(
    points.flatMap((point) => point.map((value) => (value * radiusM) / Math.hypot(...point))),
  );
  return { positionsHead, triangles: new Uint32Array(faces.flat()) };
}

type Face = [number, number, number];

/** The 20 triples of mutually nearest corners, turned so that they are CCW from outside. */
function icosahedronFaces(points: readonly number[][]): Face[] {
  const distance = (a: number, b: number): number =>
    Math.hypot(...[0, 1, 2].map((axis) => points[a]![axis]! - points[b]![axis]!));
  const edge = (a: number, b: number): boolean => Math.abs(distance(a, b) - 2) < 1e-9;
  const faces: Face[] = [];
  for (let a = 0; a < 12; a++) {
    for (let b = a + 1; b < 12; b++) {
      for (let c = b + 1; c < 12; c++) {
        if (!edge(a, b) || !edge(b, c) || !edge(c, a)) continue;
        const [p, q, r] = [points[a]!, points[b]!, points[c]!] as const;
        const volume =
          p[0]! * (q[1]! * r[2]! - q[2]! * r[1]!) +
          p[1]! * (q[2]! * r[0]! - q[0]! * r[2]!) +
          p[2]! * (q[0]! * r[1]! - q[1]! * r[0]!);
        faces.push(volume > 0 ? [a, b, c] : [a, c, b]);
      }
    }
  }
  return faces;
}
