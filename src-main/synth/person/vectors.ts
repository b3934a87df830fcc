/** Small vectors of the hair growth: (3) m. */
export type Vector = [number, number, number];

export function add(...vectors: readonly (readonly [number, number, number])[]): Vector {
  const sum: Vector = [0, 0, 0];
  for (const vector of vectors) for (let c = 0; c < 3; c++) sum[c] = sum[c]! + vector[c]!;
  return sum;
}
export const subtract = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by];
export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const unit = (a: Vector): Vector => {
  const length = Math.hypot(a[0], a[1], a[2]) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
};
