/**
 * For each vertex of a nearly symmetric head, the vertex that lies nearest to its mirror image (x → −x).
 * (N, 3) m → (N) indices; a vertex on the sagittal plane is its own.
 */

/** Cell of the search grid, m: a few vertices a cell at head model densities. */
const CELL_M = 0.006;
/** Rings of cells that are searched: asymmetry of a mean head stays within a centimetre or so. */
const RINGS = 2;

export function mirrorVertices(positions: ArrayLike<number>): Uint32Array {
  const cells = new Map<string, number[]>();
  const key = (x: number, y: number, z: number): string => `${x},${y},${z}`;
  const cell = (value: number): number => Math.floor(value / CELL_M);
  const count = positions.length / 3;
  for (let v = 0; v < count; v++) {
    const at = key(cell(positions[v * 3]!), cell(positions[v * 3 + 1]!), cell(positions[v * 3 + 2]!));
    const list = cells.get(at);
    if (list === undefined) cells.set(at, [v]);
    else list.push(v);
  }
  return Uint32Array.from({ length: count }, (_, v) => {
    const [x, y, z] = [-positions[v * 3]!, positions[v * 3 + 1]!, positions[v * 3 + 2]!];
    let best = v;
    let nearest = Infinity;
    for (let dx = -RINGS; dx <= RINGS; dx++) {
      for (let dy = -RINGS; dy <= RINGS; dy++) {
        for (let dz = -RINGS; dz <= RINGS; dz++) {
          for (const other of cells.get(key(cell(x) + dx, cell(y) + dy, cell(z) + dz)) ?? []) {
            const distance =
              (positions[other * 3]! - x) ** 2 +
              (positions[other * 3 + 1]! - y) ** 2 +
              (positions[other * 3 + 2]! - z) ** 2;
            if (distance < nearest) {
              nearest = distance;
              best = other;
            }
          }
        }
      }
    }
    return best;
  });
}
