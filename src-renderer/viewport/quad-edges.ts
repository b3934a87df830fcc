/**
 * Edges to draw of a triangle list that came from quads: exporters write a quad as two triangles in a row that share
 * its diagonal, and the diagonal is nothing an artist modelled. Triangles without such a partner keep all edges.
 */
export function quadEdges(triangles: ArrayLike<number>): Uint32Array {
  const edges = new Map<string, [number, number]>();
  const diagonals = new Set<string>();
  for (let i = 0; i < triangles.length; i += 3) {
    for (let side = 0; side < 3; side++) {
      const from = triangles[i + side]!;
      const to = triangles[i + ((side + 1) % 3)]!;
      if (from !== to) edges.set(edgeKey(from, to), [from, to]);
    }
  }
  for (let i = 0; i + 5 < triangles.length;) {
    const shared = sharedEdge(triangles, i);
    if (shared !== null) diagonals.add(shared);
    // A lone triangle shifts the pairing by one.
    i += shared === null ? 3 : 6;
  }
  const out: number[] = [];
  for (const [key, edge] of edges) if (!diagonals.has(key)) out.push(...edge);
  return Uint32Array.from(out);
}

/** The edge that the triangle at `i` shares with the next one as the diagonal of a quad (a, b, c), (a, c, d). */
function sharedEdge(triangles: ArrayLike<number>, i: number): string | null {
  const [a, c] = [triangles[i]!, triangles[i + 2]!];
  return a === triangles[i + 3] && c === triangles[i + 4] ? edgeKey(a, c) : null;
}

function edgeKey(a: number, b: number): string {
  return a < b ? `${a},${b}` : `${b},${a}`;
}
