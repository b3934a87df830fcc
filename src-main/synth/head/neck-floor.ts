/**
 * Where the estimated head's neck ends: below it the truth is not drawn, so that views show a head and its hair, no body.
 *
 * In: triangles and positions of M (head frame), placement of the truth. Out: {@link NeckFloor}, person frame: below the open edge of the
 * neck, parallel to the least-squares plane through it.
 */
import type { NeckFloor } from '../render/rasterise-parts.ts';
import { personFromHead, type Placement } from './align-truth.ts';

/** The neck's edge lies in the lowest part of the mesh; mouth and eye sockets have open edges too. */
const LOWEST_SHARE = 0.15;
/** A body that follows M's neck ends at M's edge; the plane is what cuts the rest, m below it. */
const BELOW_M = 0.001;

export function findNeckFloor(
  triangles: Uint32Array,
  positionsHead: Float32Array,
  placement: Placement,
): NeckFloor {
  const places = neckEdge(triangles, positionsHead).map((vertex) =>
    personFromHead(placement, positionsHead.subarray(vertex * 3, vertex * 3 + 3)),
  );
  const mean = [0, 1, 2].map((c) => places.reduce((sum, place) => sum + place[c]!, 0) / places.length);
  let [zz, zy] = [0, 0];
  for (const [, y, z] of places) {
    zz += (z - mean[2]!) ** 2;
    zy += (z - mean[2]!) * (y - mean[1]!);
  }
  const perZ = zz > 0 ? zy / zz : 0;
  return { height: Math.min(...places.map(([, y, z]) => y - perZ * z)) - BELOW_M, perZ };
}

/** Both ends of every edge that belongs to one triangle only; the same for all heads of a model. */
const openEdges = new WeakMap<Uint32Array, [number, number][]>();

function findOpenEdges(triangles: Uint32Array, count: number): [number, number][] {
  const known = openEdges.get(triangles);
  if (known !== undefined) return known;
  const uses = new Map<number, number>();
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]!;
      const b = triangles[t + ((k + 1) % 3)]!;
      const key = Math.min(a, b) * count + Math.max(a, b);
      uses.set(key, (uses.get(key) ?? 0) + 1);
    }
  }
  const edges = [...uses]
    .filter(([, used]) => used === 1)
    .map(([key]): [number, number] => [Math.floor(key / count), key % count]);
  openEdges.set(triangles, edges);
  return edges;
}

/** Vertices of boundary edges at the bottom of the mesh. */
function neckEdge(triangles: Uint32Array, positions: Float32Array): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 1; i < positions.length; i += 3) {
    low = Math.min(low, positions[i]!);
    high = Math.max(high, positions[i]!);
  }
  const vertices = new Set<number>();
  for (const edge of findOpenEdges(triangles, positions.length / 3)) {
    for (const vertex of edge) {
      if (positions[vertex * 3 + 1]! < low + LOWEST_SHARE * (high - low)) vertices.add(vertex);
    }
  }
  if (vertices.size < 3) throw new Error(`the estimated head has a neck edge of ${vertices.size} vertices`);
  return [...vertices];
}
