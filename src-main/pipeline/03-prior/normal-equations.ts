/**
 * Dense normal equations of a weighted least-squares problem, and their Cholesky solution.
 * rows (M × P) with residuals r and weights w → H = Σ w·jjᵀ (P, P), g = Σ w·r·j (P), cost = Σ ρ.
 *
 * P is about 150 and M about 1,500, so dense is the fast choice: one linearisation is 17 M multiply-adds
 * (by `tensor/outer-products.ts` for the landmarks, of which there are most).
 */
export type NormalEquations = {
  size: number;
  /** (P, P) row-major; only the lower triangle is filled. */
  hessian: Float64Array;
  /** (P) half the gradient of the cost. */
  gradient: Float64Array;
  cost: number;
};

export function createNormalEquations(size: number): NormalEquations {
  return { size, hessian: new Float64Array(size * size), gradient: new Float64Array(size), cost: 0 };
}

export function addRow(normal: NormalEquations, row: Float64Array, residual: number, weight: number): void {
  const { size, hessian, gradient } = normal;
  for (let i = 0; i < size; i++) {
    const a = row[i]! * weight;
    if (a === 0) continue;
    gradient[i]! += a * residual;
    const base = i * size;
    for (let j = 0; j <= i; j++) hessian[base + j]! += a * row[j]!;
  }
}

/** Adds weight·residual² with residual = x_i − x_j − c (a coupling), or x_i − c when `j` < 0 (a plain prior). */
export function addPrior(
  normal: NormalEquations,
  i: number,
  j: number,
  residual: number,
  weight: number,
): void {
  const { size, hessian, gradient } = normal;
  hessian[i * size + i]! += weight;
  gradient[i]! += weight * residual;
  normal.cost += weight * residual * residual;
  if (j < 0) return;
  hessian[j * size + j]! += weight;
  gradient[j]! -= weight * residual;
  hessian[Math.max(i, j) * size + Math.min(i, j)]! -= weight;
}

/**
 * Solves (H + damping·diag(H)) δ = −g for the parameters that are not `frozen`; frozen ones get δ = 0.
 * Returns null when the matrix is not positive definite.
 */
export function solveStep(normal: NormalEquations, damping: number, frozen: Uint8Array): Float64Array | null {
  const { size, hessian, gradient } = normal;
  const factor = new Float64Array(size * size);
  const step = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    if (frozen[i] === 1) {
      factor[i * size + i] = 1;
      continue;
    }
    step[i] = -gradient[i]!;
    for (let j = 0; j <= i; j++) if (frozen[j] !== 1) factor[i * size + j] = hessian[i * size + j]!;
    factor[i * size + i]! += damping * hessian[i * size + i]!;
  }
  if (!factoriseCholesky(factor, size)) return null;
  solveCholesky(factor, size, step);
  return step;
}

/**
 * In place, lower triangle: A = L·Lᵀ. False when A is not positive definite.
 * Column by column, three rows below the diagonal at a time: their sums do not wait for each other.
 */
export function factoriseCholesky(a: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const rowJ = j * size;
    let square = a[rowJ + j]!;
    for (let k = 0; k < j; k++) square -= a[rowJ + k]! * a[rowJ + k]!;
    if (!(square > 0)) return false;
    const diagonal = Math.sqrt(square);
    a[rowJ + j] = diagonal;
    let i = j + 1;
    for (; i + 2 < size; i += 3) {
      const row0 = i * size;
      const row1 = row0 + size;
      const row2 = row1 + size;
      let sum0 = a[row0 + j]!;
      let sum1 = a[row1 + j]!;
      let sum2 = a[row2 + j]!;
      for (let k = 0; k < j; k++) {
        const factor = a[rowJ + k]!;
        sum0 -= a[row0 + k]! * factor;
        sum1 -= a[row1 + k]! * factor;
        sum2 -= a[row2 + k]! * factor;
      }
      a[row0 + j] = sum0 / diagonal;
      a[row1 + j] = sum1 / diagonal;
      a[row2 + j] = sum2 / diagonal;
    }
    for (; i < size; i++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[rowJ + k]!;
      a[i * size + j] = sum / diagonal;
    }
  }
  return true;
}

/** Solves L·Lᵀ x = b in place. */
export function solveCholesky(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * b[k]!;
    b[i] = sum / factor[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i]! * b[k]!;
    b[i] = sum / factor[i * size + i]!;
  }
}
