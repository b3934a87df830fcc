/**
 * Connected parts (4-neighbours) of a binary picture. (H, W) of 0 / non-0 → labels (H, W): 0 outside, 1… per part in
 * reading order of their first pixel, and `sizes[label]` in pixels (`sizes[0]` = 0).
 */
export function connectedComponents(
  inside: ArrayLike<number>,
  widthPx: number,
  heightPx: number,
): { labels: Int32Array; sizes: number[] } {
  const labels = new Int32Array(widthPx * heightPx);
  const sizes = [0];
  const stack: number[] = [];
  for (let seed = 0; seed < labels.length; seed++) {
    if (!inside[seed] || labels[seed] !== 0) continue;
    const label = sizes.length;
    let size = 0;
    labels[seed] = label;
    stack.push(seed);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      size++;
      const x = at % widthPx;
      const neighbours = [x > 0 ? at - 1 : -1, x + 1 < widthPx ? at + 1 : -1, at - widthPx, at + widthPx];
      for (const next of neighbours) {
        if (next < 0 || next >= labels.length || !inside[next] || labels[next] !== 0) continue;
        labels[next] = label;
        stack.push(next);
      }
    }
    sizes.push(size);
  }
  return { labels, sizes };
}
