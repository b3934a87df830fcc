/** Steps of an alignment as proper rotations, so that many of them do not shear what they turn. */

/**
 * Rotation vector (axis × angle, rad) → (3, 3) rotation, row-major. Cayley map: exactly orthogonal, the axis exact, the
 * angle 2·atan(θ/2) instead of θ, so right to second order and never more than half a turn.
 */
export function smallRotation(aroundX: number, aroundY: number, aroundZ: number): Float64Array {
  const [x, y, z] = [aroundX / 2, aroundY / 2, aroundZ / 2];
  const n = 1 / (1 + x * x + y * y + z * z);
  return Float64Array.of(
    1 - 2 * n * (y * y + z * z),
    2 * n * (x * y - z),
    2 * n * (x * z + y),
    2 * n * (x * y + z),
    1 - 2 * n * (x * x + z * z),
    2 * n * (y * z - x),
    2 * n * (x * z - y),
    2 * n * (y * z + x),
    1 - 2 * n * (x * x + y * y),
  );
}
