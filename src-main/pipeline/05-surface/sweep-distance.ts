/**
 * Makes a field that is right near zero a distance everywhere: fast sweeping for |∇φ| = 1.
 * in: φ on the grid, right in sign everywhere and in value where `known` → out: the other values rewritten in place, m.
 * H. Zhao, A fast sweeping method for Eikonal equations (2005), Godunov upwind; one round of the eight orders
 * (a second one changed no sample of a head by more than 0.1 mm).
 * Uninterruptible: all of it, 0.2 s at 96³.
 */
import type { SignedDistanceGrid } from './surface.ts';

export function sweepDistance(grid: SignedDistanceGrid, known: Uint8Array): void {
  const { size, spacing, values } = grid;
  const [nx, ny, nz] = size;
  const distance = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) distance[i] = known[i] ? Math.abs(values[i]!) : Infinity;
  const strideZ = nx * ny;
  for (let pass = 0; pass < 8; pass++) {
    const [fromX, stepX] = pass & 1 ? [nx - 1, -1] : [0, 1];
    const [fromY, stepY] = pass & 2 ? [ny - 1, -1] : [0, 1];
    const [fromZ, stepZ] = pass & 4 ? [nz - 1, -1] : [0, 1];
    for (let z = fromZ, k = 0; k < nz; k++, z += stepZ) {
      for (let y = fromY, j = 0; j < ny; j++, y += stepY) {
        for (let x = fromX, i = 0; i < nx; i++, x += stepX) {
          const at = x + nx * y + strideZ * z;
          if (known[at]) continue;
          const a = Math.min(x > 0 ? distance[at - 1]! : Infinity, x + 1 < nx ? distance[at + 1]! : Infinity);
          const b = Math.min(
            y > 0 ? distance[at - nx]! : Infinity,
            y + 1 < ny ? distance[at + nx]! : Infinity,
          );
          const c = Math.min(
            z > 0 ? distance[at - strideZ]! : Infinity,
            z + 1 < nz ? distance[at + strideZ]! : Infinity,
          );
          const next = solveEikonal(a, b, c, spacing);
          if (next < distance[at]!) distance[at] = next;
        }
      }
    }
  }
  for (let i = 0; i < values.length; i++)
    if (!known[i]) values[i] = values[i]! < 0 ? -distance[i]! : distance[i]!;
}

/** Smallest u with Σ max(u − aᵢ, 0)² = h². */
function solveEikonal(a: number, b: number, c: number, h: number): number {
  const low = Math.min(a, b, c);
  const high = Math.max(a, b, c);
  const middle = a + b + c - low - high;
  if (low === Infinity) return Infinity;
  let u = low + h;
  if (!(u > middle)) return u;
  u = (low + middle + Math.sqrt(2 * h * h - (low - middle) ** 2)) / 2;
  if (!(u > high)) return u;
  const sum = low + middle + high;
  const squares = low * low + middle * middle + high * high;
  return (sum + Math.sqrt(Math.max(0, sum * sum - 3 * (squares - h * h)))) / 3;
}
