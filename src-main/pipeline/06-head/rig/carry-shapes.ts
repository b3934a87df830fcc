/**
 * Shapes of one face on another one: displacements turn and stretch as the surface around them does.
 * in: source head and target head (N, 3), Head, m, on one template → out: per vertex a 3 × 3 matrix that carries a
 * displacement of the source to the target.
 * Noh & Neumann, Expression cloning (2001), with the whole local map instead of a turn and three scales. Deformation
 * transfer (Sumner & Popović 2004) solves for such gradients globally, 52 times; source and target share template and
 * pose here, so that the local map is near the identity, and where details decide, at lips and lids, contact decides
 * (part-sheets.ts).
 */
import type { Points } from '../../../camera/frames.ts';
import type { VertexGraph } from '../../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../../mesh/vertex-normals.ts';

/** Passes in which a map is averaged with its neighbours': folds of the template are too thin to tell their own. */
const SMOOTHING_PASSES = 12;
/** Weight of the normal, lengthened as the edges are, against the edges around a vertex: these lie near one plane. */
const NORMAL_WEIGHT = 0.3;
/** Share of "no change but of size", so that a vertex whose edges lie on one line has a map too. */
const PLAIN_WEIGHT = 0.001;

/** (N, 9) row by row. */
export function localMaps(
  source: Points<'Head'>,
  target: Points<'Head'>,
  triangles: Uint32Array,
  { offsets, neighbours }: VertexGraph,
): Float64Array {
  const sourceNormals = vertexNormals({ positionsHead: source, triangles });
  const targetNormals = vertexNormals({ positionsHead: target, triangles });
  const count = source.length / 3;
  let maps = new Float64Array(count * 9);
  for (let v = 0; v < count; v++) {
    const from = new Float64Array(9);
    const both = new Float64Array(9);
    let [own, changed] = [0, 0];
    for (let e = offsets[v]!; e < offsets[v + 1]!; e++) {
      const n = neighbours[e]!;
      for (let i = 0; i < 3; i++) {
        const s = source[n * 3 + i]! - source[v * 3 + i]!;
        const t = target[n * 3 + i]! - target[v * 3 + i]!;
        own += s * s;
        changed += t * t;
        for (let j = 0; j < 3; j++) {
          const arm = source[n * 3 + j]! - source[v * 3 + j]!;
          from[i * 3 + j]! += s * arm;
          both[i * 3 + j]! += t * arm;
        }
      }
    }
    if (own === 0) {
      for (let k = 0; k < 3; k++) maps[v * 9 + k * 4] = 1;
      continue;
    }
    const size = Math.sqrt(changed / own);
    for (let i = 0; i < 3; i++) {
      from[i * 4]! += PLAIN_WEIGHT * own;
      both[i * 4]! += PLAIN_WEIGHT * own * size;
      for (let j = 0; j < 3; j++) {
        const across = NORMAL_WEIGHT * own * sourceNormals[v * 3 + j]!;
        from[i * 3 + j]! += across * sourceNormals[v * 3 + i]!;
        both[i * 3 + j]! += across * size * targetNormals[v * 3 + i]!;
      }
    }
    multiply(both, invertSymmetric(from), maps, v * 9);
  }
  for (let pass = 0; pass < SMOOTHING_PASSES; pass++) {
    const next = new Float64Array(maps.length);
    for (let v = 0; v < count; v++) {
      const share = 1 / (1 + offsets[v + 1]! - offsets[v]!);
      for (let k = 0; k < 9; k++) {
        let sum = maps[v * 9 + k]!;
        for (let e = offsets[v]!; e < offsets[v + 1]!; e++) sum += maps[neighbours[e]! * 9 + k]!;
        next[v * 9 + k] = sum * share;
      }
    }
    maps = next;
  }
  return maps;
}

/** (N, 3) displacements of the source, carried over. */
export function carryShape(delta: Float32Array, maps: Float64Array): Float32Array {
  const out = new Float32Array(delta.length);
  for (let v = 0; v < delta.length / 3; v++) {
    const [x, y, z] = [delta[v * 3]!, delta[v * 3 + 1]!, delta[v * 3 + 2]!];
    if (x === 0 && y === 0 && z === 0) continue;
    for (let k = 0; k < 3; k++) {
      const at = v * 9 + k * 3;
      out[v * 3 + k] = maps[at]! * x + maps[at + 1]! * y + maps[at + 2]! * z;
    }
  }
  return out;
}

function invertSymmetric(m: Float64Array): Float64Array {
  const [a, b, c, , d, e, , , f] = m as unknown as number[];
  const [ca, cb, cc] = [d! * f! - e! * e!, c! * e! - b! * f!, b! * e! - c! * d!];
  const scale = 1 / (a! * ca + b! * cb + c! * cc);
  const [dd, de, ee] = [a! * f! - c! * c!, b! * c! - a! * e!, a! * d! - b! * b!];
  return Float64Array.of(ca, cb, cc, cb, dd, de, cc, de, ee).map((value) => value * scale);
}

function multiply(a: Float64Array, b: Float64Array, out: Float64Array, at: number): void {
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      out[at + i * 3 + j] = a[i * 3]! * b[j]! + a[i * 3 + 1]! * b[3 + j]! + a[i * 3 + 2]! * b[6 + j]!;
    }
  }
}
