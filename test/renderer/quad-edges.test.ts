import { expect, test } from 'vitest';
import { quadEdges } from '../../src-renderer/viewport/quad-edges.ts';

/** Edges as sorted texts. */
function edges(triangles: number[]): string[] {
  const flat = quadEdges(triangles);
  const out: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    out.push([flat[i]!, flat[i + 1]!].sort((a, b) => a - b).join('-'));
  }
  return out.sort();
}

test('a quad is drawn without its diagonal', () => {
  expect(edges([0, 1, 2, 0, 2, 3])).toEqual(['0-1', '0-3', '1-2', '2-3']);
});

test('an edge between two quads is drawn once', () => {
  expect(edges([0, 1, 2, 0, 2, 3, 1, 4, 5, 1, 5, 2])).toEqual([
    '0-1',
    '0-3',
    '1-2',
    '1-4',
    '2-3',
    '2-5',
    '4-5',
  ]);
});

test('a lone triangle keeps its edges and does not spoil the quad after it', () => {
  expect(edges([7, 8, 9, 0, 1, 2, 0, 2, 3])).toEqual(['0-1', '0-3', '1-2', '2-3', '7-8', '7-9', '8-9']);
});

test('a grid of n × n quads has 2 n (n + 1) edges', () => {
  const n = 5;
  const triangles: number[] = [];
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const [a, b] = [y * (n + 1) + x, y * (n + 1) + x + 1];
      const [c, d] = [b + n + 1, a + n + 1];
      triangles.push(a, b, c, a, c, d);
    }
  }
  expect(quadEdges(triangles).length / 2).toBe(2 * n * (n + 1));
});
