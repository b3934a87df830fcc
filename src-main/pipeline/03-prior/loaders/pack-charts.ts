/**
 * Rectangles packed beside a square in the unit square: a column at its right and a row below it, filled in shelves.
 * In: sizes (C, 2) and a gap, both in units of the map. Out: (C, 2) upper left corners, or null where they do not fit.
 */
export type Size = readonly [width: number, height: number];

export function packBeside(squareSide: number, sizes: readonly Size[], gap: number): Float64Array | null {
  const free = [
    { x: squareSide, y: 0, right: 1, bottom: 1 },
    { x: 0, y: squareSide, right: squareSide, bottom: 1 },
  ];
  const shelves: { x: number; y: number; height: number; right: number }[] = [];
  const out = new Float64Array(sizes.length * 2);
  const order = [...sizes.keys()].sort((a, b) => sizes[b]![1] - sizes[a]![1] || a - b);
  for (const chart of order) {
    const [width, height] = [sizes[chart]![0] + 2 * gap, sizes[chart]![1] + 2 * gap];
    let shelf = shelves.find((open) => open.height >= height && open.right - open.x >= width);
    if (shelf === undefined) {
      const area = free.find((one) => one.bottom - one.y >= height && one.right - one.x >= width);
      if (area === undefined) return null;
      shelf = { x: area.x, y: area.y, height, right: area.right };
      shelves.push(shelf);
      area.y += height;
    }
    out.set([shelf.x + gap, shelf.y + gap], chart * 2);
    shelf.x += width;
  }
  return out;
}
