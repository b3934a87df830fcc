/** A template of two ellipsoids (skin with an uv seam, one eye) in quads, with triangles at the poles. */
import type { HeadTopology } from '../../src-main/mesh/mesh.ts';

export type Ellipsoid = { name: string; centre: readonly number[]; radii: readonly number[] };

/** Rows from the south to the north pole, columns around +Y starting behind the head (−Z), where the seam lies. */
export function ellipsoidTemplate(
  parts: readonly Ellipsoid[],
  rows: number,
  columns: number,
): { topology: HeadTopology; positionsHead: Float32Array } {
  const positions: number[] = [];
  const uvs: number[] = [];
  const quads: number[] = [];
  const quadUvs: number[] = [];
  const quadGroups: number[] = [];
  const mirror: number[] = [];
  parts.forEach((part, group) => {
    const base = positions.length / 3;
    const uvBase = uvs.length / 2;
    const add = (polar: number, around: number): void => {
      const unit = [
        -Math.sin(polar) * Math.sin(around),
        -Math.cos(polar),
        -Math.sin(polar) * Math.cos(around),
      ];
      unit.forEach((value, axis) => positions.push(part.centre[axis]! + part.radii[axis]! * value));
    };
    add(0, 0);
    for (let row = 1; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        add((Math.PI * row) / rows, (2 * Math.PI * column) / columns);
      }
    }
    add(Math.PI, 0);
    for (let row = 0; row <= rows; row++) {
      for (let column = 0; column <= columns; column++) {
        uvs.push((group + 0.05 + (0.9 * column) / columns) / parts.length, 0.95 - (0.9 * row) / rows);
      }
    }
    const vertex = (row: number, column: number): number => {
      if (row === 0) return base;
      if (row === rows) return base + 1 + (rows - 1) * columns;
      return base + 1 + (row - 1) * columns + (column % columns);
    };
    const uv = (row: number, column: number): number => uvBase + row * (columns + 1) + column;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const corners: [number, number][] = [
          [row, column],
          [row, column + 1],
          [row + 1, column + 1],
          [row + 1, column],
        ];
        if (row === 0) corners.splice(1, 1);
        if (row === rows - 1) corners.splice(2, 1);
        if (corners.length === 3) corners.push(corners[2]!);
        quads.push(...corners.map(([r, c]) => vertex(r, c)));
        quadUvs.push(...corners.map(([r, c]) => uv(r, c)));
        quadGroups.push(group);
      }
    }
    for (let row = 0; row <= rows; row++) {
      const count = row === 0 || row === rows ? 1 : columns;
      for (let column = 0; column < count; column++) mirror.push(vertex(row, (columns - column) % columns));
    }
  });
  const topology: HeadTopology = {
    vertexCount: positions.length / 3,
    quads: Uint32Array.from(quads),
    uvs: Float32Array.from(uvs),
    quadUvs: Uint32Array.from(quadUvs),
    quadGroups: Uint8Array.from(quadGroups),
    groups: parts.map((part) => part.name),
    mirror: Uint32Array.from(mirror),
  };
  return { topology, positionsHead: Float32Array.from(positions) };
}
