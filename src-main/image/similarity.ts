/** Similarity transforms of the plane: rotation, uniform scale, shift. `dstFromSrc` like every other transform. */

/** (x, y) → (a·x − b·y + tx, b·x + a·y + ty). */
export type Similarity = { a: number; b: number; tx: number; ty: number };

export function applySimilarity(t: Similarity, x: number, y: number): [number, number] {
  return [t.a * x - t.b * y + t.tx, t.b * x + t.a * y + t.ty];
}

export function invertSimilarity({ a, b, tx, ty }: Similarity): Similarity {
  const d = a * a + b * b;
  return { a: a / d, b: -b / d, tx: -(a * tx + b * ty) / d, ty: (b * tx - a * ty) / d };
}

/** Least squares (Umeyama 1991 in 2-D, without reflection): the transform that takes `source` points to `target`. */
export function fitSimilarity(
  source: readonly (readonly [number, number])[],
  target: readonly (readonly [number, number])[],
): Similarity {
  const n = source.length;
  if (n < 2 || target.length !== n)
    throw new RangeError(`needs pairs of points, got ${n} and ${target.length}`);
  const mean = (points: readonly (readonly [number, number])[], axis: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[axis], 0) / n;
  const [sx, sy, dx, dy] = [mean(source, 0), mean(source, 1), mean(target, 0), mean(target, 1)];
  let dot = 0;
  let cross = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    const [x, y] = [source[i]![0] - sx, source[i]![1] - sy];
    const [u, v] = [target[i]![0] - dx, target[i]![1] - dy];
    dot += x * u + y * v;
    cross += x * v - y * u;
    square += x * x + y * y;
  }
  const a = dot / square;
  const b = cross / square;
  return { a, b, tx: dx - (a * sx - b * sy), ty: dy - (b * sx + a * sy) };
}

/** `photoFromCrop` of a turned square: `sizePx` photo px wide around a centre, cut to `cropPx` × `cropPx`. */
export function squareCrop(square: CropSquare, cropPx: number): Similarity {
  const scale = square.sizePx / cropPx;
  const a = Math.cos(square.angle) * scale;
  const b = Math.sin(square.angle) * scale;
  const half = cropPx / 2;
  return { a, b, tx: square.x - (a * half - b * half), ty: square.y - (b * half + a * half) };
}

/** Centre and side in photo px; `angle` (radians) turns the square clockwise as seen. */
export type CropSquare = { x: number; y: number; sizePx: number; angle: number };
