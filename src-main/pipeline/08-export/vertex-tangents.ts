/**
 * Tangents for a normal map (Lengyel, Mathematics for 3D Game Programming, §7.8).
 * in: (M, 3) positions, unit normals, (M, 2) glTF uv, (F, 3) → out: (M, 4) unit direction in which u grows, and the sign with
 * which normal × tangent points up in the map, towards smaller v (glTF §3.7.2.1).
 */
export function vertexTangents(
  positions: Float32Array,
  normals: Float32Array,
  uvs: Float32Array,
  triangles: Uint32Array,
): Float32Array {
  const along = new Float64Array(positions.length);
  const up = new Float64Array(positions.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const corner = (k: number): number => triangles[t + k]!;
    const edge = (k: number, axis: number): number =>
      positions[corner(k) * 3 + axis]! - positions[corner(0) * 3 + axis]!;
    const uv = (k: number, axis: number): number => uvs[corner(k) * 2 + axis]! - uvs[corner(0) * 2 + axis]!;
    const area = uv(1, 0) * uv(2, 1) - uv(2, 0) * uv(1, 1);
    if (area === 0) continue;
    for (let axis = 0; axis < 3; axis++) {
      // Not divided by the area but by its sign: large triangles count more.
      const u = (edge(1, axis) * uv(2, 1) - edge(2, axis) * uv(1, 1)) * Math.sign(area);
      const v = (edge(2, axis) * uv(1, 0) - edge(1, axis) * uv(2, 0)) * Math.sign(area);
      for (let k = 0; k < 3; k++) {
        along[corner(k) * 3 + axis] = along[corner(k) * 3 + axis]! + u;
        up[corner(k) * 3 + axis] = up[corner(k) * 3 + axis]! - v;
      }
    }
  }
  const out = new Float32Array((positions.length / 3) * 4);
  for (let i = 0; i < positions.length / 3; i++) {
    const n = normals.subarray(i * 3, i * 3 + 3);
    const tangent = orthogonal(along.subarray(i * 3, i * 3 + 3), n);
    const cross = [0, 1, 2].map((k) => {
      const [a, b] = [(k + 1) % 3, (k + 2) % 3] as const;
      return n[a]! * tangent[b]! - n[b]! * tangent[a]!;
    });
    const side = cross.reduce((sum, value, k) => sum + value * up[i * 3 + k]!, 0);
    out.set([...tangent, side < 0 ? -1 : 1], i * 4);
  }
  return out;
}

/** The part of `vector` across the unit normal, of unit length; any such direction where there is none. */
function orthogonal(vector: Float64Array, n: Float32Array): [number, number, number] {
  const axis = Math.abs(n[0]!) < 0.8 ? [1, 0, 0] : [0, 1, 0];
  for (const candidate of [vector, axis]) {
    const dot = candidate[0]! * n[0]! + candidate[1]! * n[1]! + candidate[2]! * n[2]!;
    const part = [0, 1, 2].map((k) => candidate[k]! - dot * n[k]!);
    const length = Math.hypot(...part);
    if (length > 1e-12) return [part[0]! / length, part[1]! / length, part[2]! / length];
  }
  return [1, 0, 0];
}
