import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { askNormals } from '../../../src-main/pipeline/05-surface/ask-normals.ts';
import { integrateNormals } from '../../../src-main/pipeline/05-surface/integrate-normals.ts';
import { marchCubes } from '../../../src-main/pipeline/05-surface/march-cubes.ts';
import { nearSurface } from '../../../src-main/pipeline/05-surface/near-surface.ts';
import type { SignedDistanceGrid } from '../../../src-main/pipeline/05-surface/surface.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';
import { renderViews } from '../../support/render-views.ts';

const COUNT = 44;
const RADIUS = 0.1;
const SEED = 31;
/** Far below everything. */
const NO_NECK = { normalHead: [0, -1, 0], offset: 1 } as const;

/** Distance to a ball about the origin. */
function ball(): SignedDistanceGrid {
  const spacing = 0.3 / (COUNT - 1);
  const values = new Float32Array(COUNT ** 3);
  for (let i = 0; i < values.length; i++) {
    const p = [i % COUNT, Math.floor(i / COUNT) % COUNT, Math.floor(i / COUNT ** 2)];
    values[i] = Math.hypot(...p.map((k) => k * spacing - 0.15)) - RADIUS;
  }
  return { size: [COUNT, COUNT, COUNT], originHead: [-0.15, -0.15, -0.15], spacing, values };
}

/** Mean angle between the normals of the extracted surface and the ball's, degrees; mean distance from the ball, m. */
function errors(grid: SignedDistanceGrid): { angleDeg: number; distance: number } {
  const mesh = marchCubes(grid);
  const normals = vertexNormals(mesh);
  const p = mesh.positionsHead;
  let [angle, distance] = [0, 0];
  for (let i = 0; i < p.length; i += 3) {
    const radius = Math.hypot(p[i]!, p[i + 1]!, p[i + 2]!);
    const dot = normals[i]! * p[i]! + normals[i + 1]! * p[i + 1]! + normals[i + 2]! * p[i + 2]!;
    angle += Math.acos(Math.min(1, dot / radius));
    distance += Math.abs(radius - RADIUS);
  }
  const count = p.length / 3;
  return { angleDeg: ((angle / count) * 180) / Math.PI, distance: distance / count };
}

describe('normals of the views in the field', () => {
  const { views } = renderViews(makeIcosphere(RADIUS, 4), 12, 128);

  it('a ball with a rough surface becomes smooth and stays where it is', () => {
    const random = createSeededRandom(Uint32Array.of(SEED, 0, 0, 0));
    const grid = ball();
    for (let i = 0; i < grid.values.length; i++)
      grid.values[i] = grid.values[i]! + 0.15 * grid.spacing * (2 * random() - 1);
    const before = errors(grid);
    integrateNormals(grid, views, NO_NECK);
    const after = errors(grid);
    expect(before.angleDeg, `seed ${SEED}`).toBeGreaterThan(3);
    expect(after.angleDeg).toBeLessThan(0.6 * before.angleDeg);
    expect(after.distance).toBeLessThan(before.distance);
  });

  it('what no view sees stays as it was, to the bit', () => {
    const grid = ball();
    const before = grid.values.slice();
    // Views of a ball that ends six cells below these feet.
    integrateNormals(grid, renderViews(makeIcosphere(0.06, 3), 12, 128).views, NO_NECK);
    expect(grid.values).toEqual(before);
  });

  it('answers are the normals of the surface, from the views that see it', () => {
    const grid = ball();
    const samples = nearSurface(grid, 2);
    const one = askNormals(grid, samples, views.slice(0, 1));
    const all = askNormals(grid, samples, views);
    let [known, knownByOne, angle] = [0, 0, 0];
    samples.forEach((i, at) => {
      const p = [i % COUNT, Math.floor(i / COUNT) % COUNT, Math.floor(i / COUNT ** 2)].map(
        (k) => k * grid.spacing - 0.15,
      );
      if (one[at * 4 + 3]! > 0) knownByOne++;
      if (all[at * 4 + 3]! === 0) return;
      known++;
      const dot = p.reduce((sum, x, k) => sum + x * all[at * 4 + k]!, 0) / Math.hypot(...p);
      angle += Math.acos(Math.min(1, dot));
      expect(all[at * 4 + 3]!).toBeLessThan(1);
    });
    // A pixel is 3.4 mm, 2° of the ball, and its faces are 4° apart.
    expect(((angle / known) * 180) / Math.PI).toBeLessThan(2);
    expect(known).toBeGreaterThan(0.9 * samples.length);
    expect(knownByOne).toBeLessThan(0.5 * samples.length);
  });
});
