/**
 * Pixels whose centre lies inside a closed polygon (even-odd rule). Points (N, 2) px → (H, W) uint8, 1 = inside.
 */
export function fillPolygon(
  points: readonly (readonly [number, number])[],
  widthPx: number,
  heightPx: number,
): Uint8Array {
  const inside = new Uint8Array(widthPx * heightPx);
  for (let row = 0; row < heightPx; row++) {
    const y = row + 0.5;
    const crossings: number[] = [];
    points.forEach(([x0, y0], i) => {
      const [x1, y1] = points[(i + 1) % points.length]!;
      if (y0 <= y !== y1 <= y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
    });
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil(crossings[i]! - 0.5));
      const to = Math.min(widthPx, Math.ceil(crossings[i + 1]! - 0.5));
      if (from < to) inside.fill(1, row * widthPx + from, row * widthPx + to);
    }
  }
  return inside;
}
