/**
 * Similarity that maps one point set onto another: least squares in closed form.
 * from (M, 3), to (M, 3), weights (M) → rotation (3, 3) row-major, scale, translation: to ≈ scale·R·from + t.
 *
 * Horn, "Closed-form solution of absolute orientation using unit quaternions" (1987). The quaternion is the dominant
 * eigenvector of a 4 × 4 matrix, found by squaring it until only that direction is left (2^40 power steps).
 */
export type Similarity = { rotation: Float64Array; scale: number; translation: [number, number, number] };

const SQUARINGS = 40;

export function alignSimilarity(
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  weights: ArrayLike<number>,
  options: { fixedScale?: number } = {},
): Similarity {
  const meanFrom = weightedMean(from, weights);
  const meanTo = weightedMean(to, weights);
  const S = new Float64Array(9);
  let spread = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    for (let a = 0; a < 3; a++) {
      const x = from[i * 3 + a]! - meanFrom[a]!;
      spread += w * x * x;
      for (let b = 0; b < 3; b++) S[a * 3 + b]! += w * x * (to[i * 3 + b]! - meanTo[b]!);
    }
  }
  const rotation = rotationOf(dominantQuaternion(S));
  let along = 0;
  for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) along += rotation[b * 3 + a]! * S[a * 3 + b]!;
  const scale = options.fixedScale ?? along / spread;
  const translation = [0, 1, 2].map(
    (row) =>
      meanTo[row]! -
      scale *
        (rotation[row * 3]! * meanFrom[0] +
          rotation[row * 3 + 1]! * meanFrom[1] +
          rotation[row * 3 + 2]! * meanFrom[2]),
  ) as [number, number, number];
  return { rotation, scale, translation };
}

/** S[a, b] = Σ from_a·to_b → unit quaternion (w, x, y, z). */
function dominantQuaternion(S: Float64Array): [number, number, number, number] {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = S as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const symmetric = [
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ];
  // All eigenvalues lie in [−bound, bound]; the shift makes the largest also the largest in size.
  const bound = Math.max(...symmetric.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)));
  let m = symmetric.map((row, i) => row.map((value, j) => value + (i === j ? bound : 0)));
  for (let step = 0; step < SQUARINGS; step++) {
    const trace = m[0]![0]! + m[1]![1]! + m[2]![2]! + m[3]![3]!;
    const unit = m.map((row) => row.map((value) => value / trace));
    m = unit.map((row) =>
      [0, 1, 2, 3].map((j) => row.reduce((sum, value, k) => sum + value * unit[k]![j]!, 0)),
    );
  }
  const column = [0, 1, 2, 3].reduce((best, j) => (m[j]![j]! > m[best]![best]! ? j : best), 0);
  const q = m.map((row) => row[column]!);
  const length = Math.hypot(...q);
  return q.map((value) => value / length) as [number, number, number, number];
}

function rotationOf([w, x, y, z]: [number, number, number, number]): Float64Array {
  return Float64Array.of(
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  );
}

function weightedMean(points: ArrayLike<number>, weights: ArrayLike<number>): [number, number, number] {
  const mean: [number, number, number] = [0, 0, 0];
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!;
    for (let a = 0; a < 3; a++) mean[a]! += weights[i]! * points[i * 3 + a]!;
  }
  return mean.map((value) => value / total) as [number, number, number];
}
