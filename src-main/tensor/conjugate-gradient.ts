/**
 * Solves A x = b for a symmetric positive definite A that is only known by what it does to a vector.
 * in: apply (x → A x), diagonal of A (n), b (n), first guess x (n) → out: x in place, steps taken.
 * Conjugate gradients with Jacobi preconditioning (Saad, Iterative Methods for Sparse Linear Systems, alg. 9.1), float64.
 */
export type LinearSystem = {
  /** out ← A x. */
  apply: (x: Float64Array, out: Float64Array) => void;
  diagonal: Float64Array;
  b: Float64Array;
};

export type SolveOptions = {
  /** Stops when |b − A x| falls below this share of |b|. */
  tolerance: number;
  maxSteps: number;
};

export function solveConjugateGradient(system: LinearSystem, x: Float64Array, options: SolveOptions): number {
  const { apply, diagonal, b } = system;
  const n = b.length;
  const residual = new Float64Array(n);
  const scaled = new Float64Array(n);
  const direction = new Float64Array(n);
  const image = new Float64Array(n);
  apply(x, image);
  for (let i = 0; i < n; i++) {
    residual[i] = b[i]! - image[i]!;
    scaled[i] = residual[i]! / diagonal[i]!;
    direction[i] = scaled[i]!;
  }
  const enough = options.tolerance ** 2 * dot(b, b);
  let rho = dot(residual, scaled);
  for (let step = 0; step < options.maxSteps; step++) {
    if (dot(residual, residual) <= enough) return step;
    apply(direction, image);
    const alpha = rho / dot(direction, image);
    for (let i = 0; i < n; i++) {
      x[i] = x[i]! + alpha * direction[i]!;
      residual[i] = residual[i]! - alpha * image[i]!;
      scaled[i] = residual[i]! / diagonal[i]!;
    }
    const next = dot(residual, scaled);
    const beta = next / rho;
    rho = next;
    for (let i = 0; i < n; i++) direction[i] = scaled[i]! + beta * direction[i]!;
  }
  return options.maxSteps;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
