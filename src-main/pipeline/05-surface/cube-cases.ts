/**
 * The 256 cases of marching cubes, derived from one rule instead of typed in as a table.
 * in: 8-bit mask, bit x + 2y + 4z set = corner inside → out: triangles as triples of cube edges, CCW from outside.
 *
 * Lorensen & Cline (1987) mirror a case and its complement onto one entry, which leaves holes where two cubes judge a
 * shared face differently. Here each face decides from its own four corners alone, so that both neighbours agree: every
 * run of inside corners around the face is cut off by its own segment (inside corners that touch only across a diagonal
 * stay apart). The segments close to loops, and loops are cut into triangles without a diagonal inside a cube face:
 * such a diagonal could be drawn by the neighbour too, and the edge would have four triangles.
 */

/** Edge e runs along axis e >> 2; bits of e & 3: offsets along the next two axes (cyclic). */
export const EDGE_COUNT = 12;

/** Lower corner of each edge, as a bit index x + 2y + 4z. */
export const EDGE_CORNERS: readonly number[] = Array.from({ length: EDGE_COUNT }, (_, edge) => {
  const axis = edge >> 2;
  const first = (axis + 1) % 3;
  const second = (axis + 2) % 3;
  return ((edge & 1) << first) | (((edge >> 1) & 1) << second);
});

/** Edge between two corners that differ in one bit. */
function edgeBetween(a: number, b: number): number {
  const axis = Math.log2(a ^ b);
  const low = a & b;
  return axis * 4 + ((low >> ((axis + 1) % 3)) & 1) + (((low >> ((axis + 2) % 3)) & 1) << 1);
}

/** The six faces: corners CCW seen from outside the cube. */
const FACES: readonly (readonly number[])[] = [0, 1, 2].flatMap((axis) => {
  const u = 1 << ((axis + 1) % 3);
  const v = 1 << ((axis + 2) % 3);
  const side = 1 << axis;
  return [
    [0, v, u | v, u],
    [side, side | u, side | u | v, side | v],
  ];
});

const FACE_EDGES: readonly (readonly number[])[] = FACES.map((corners) =>
  corners.map((corner, i) => edgeBetween(corner, corners[(i + 1) % 4]!)),
);

/** [mask] → flat triples of edges. */
export const CUBE_CASES: readonly Uint8Array[] = Array.from({ length: 256 }, (_, mask) =>
  Uint8Array.from(traceLoops(mask).flatMap((loop) => cutLoop(loop) ?? impossible(mask))),
);

function traceLoops(mask: number): number[][] {
  const next = new Map<number, number>();
  FACES.forEach((corners, face) => {
    const inside = corners.map((corner) => ((mask >> corner) & 1) === 1);
    for (let i = 0; i < 4; i++) {
      if (!inside[i] || inside[(i + 3) % 4]) continue;
      let last = i;
      while (inside[(last + 1) % 4]) last = (last + 1) % 4;
      next.set(FACE_EDGES[face]![(i + 3) % 4]!, FACE_EDGES[face]![last]!);
    }
  });
  const loops: number[][] = [];
  while (next.size > 0) {
    const loop: number[] = [];
    let edge = next.keys().next().value!;
    while (next.has(edge)) {
      loop.push(edge);
      const following = next.get(edge)!;
      next.delete(edge);
      edge = following;
    }
    loops.push(loop);
  }
  return loops;
}

function onOneFace(a: number, b: number): boolean {
  return FACE_EDGES.some((edges) => edges.includes(a) && edges.includes(b));
}

/** Ear cutting with diagonals that lie on no face; null where there is no such cut. */
function cutLoop(loop: readonly number[]): number[] | null {
  if (loop.length === 3) return [...loop];
  for (let ear = 0; ear < loop.length; ear++) {
    const before = loop[(ear + loop.length - 1) % loop.length]!;
    const after = loop[(ear + 1) % loop.length]!;
    if (onOneFace(before, after)) continue;
    const rest = cutLoop(loop.filter((_, i) => i !== ear));
    if (rest !== null) return [before, loop[ear]!, after, ...rest];
  }
  return null;
}

/** Every loop of every mask has a cut; reached only if the rules above are changed. */
function impossible(mask: number): never {
  throw new Error(`no cut without a diagonal inside a face for mask ${mask}`);
}
