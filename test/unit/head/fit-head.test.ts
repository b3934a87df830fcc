import { beforeAll, describe, expect, it } from 'vitest';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../../src-main/mesh/triangle-bvh.ts';
import { selectQuads } from '../../../src-main/mesh/append-shell.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import type { Prior } from '../../../src-main/pipeline/03-prior/prior.ts';
import { reconstructSurface } from '../../../src-main/pipeline/05-surface/reconstruct-surface.ts';
import type { Surface } from '../../../src-main/pipeline/05-surface/surface.ts';
import { fitHead } from '../../../src-main/pipeline/06-head/fit-head.ts';
import type { FittedHead } from '../../../src-main/pipeline/06-head/head.ts';
import { foldedTriangles } from '../../../src-main/mesh/folded-triangles.ts';
import { unfoldTriangles } from '../../../src-main/pipeline/06-head/unfold-triangles.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { encodeArrayFile } from '../../../src-main/tensor/array-file.ts';
import { renderViews } from '../../support/render-views.ts';
import { type RecordedContext, recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead } from '../../support/synthetic-head.ts';

/** The studio's head model is of other vertices than the heads here. */
const headContext = (): RecordedContext => ({
  ...recordContext('06-head'),
  readAsset: () =>
    Promise.resolve(encodeArrayFile({ id: 'other', expressionNames: [], expression: new Float32Array(0) })),
});

/** A patch of hair. */
const BUMP_M = 0.03;
const BUMP_RADIUS_M = 0.024;

/** Views of a head with 3 cm of hair → surface → wrap: the round trip of both stages. */
describe('fitHead', () => {
  const { topology, positionsHead } = makeSyntheticHead(40, 56);
  const { triangles } = triangulateTopology(topology);
  const prior = { topology, positionsHead } as Prior;
  const hairM = (i: number): number =>
    (0.03 * Math.min(Math.max(0.8 * positionsHead[i + 1]! - 0.6 * positionsHead[i + 2]!, 0), 0.04)) / 0.04;
  const truth = positionsHead.slice();
  for (let i = 0; i < truth.length; i += 3) {
    const grow = 1 + hairM(i) / Math.hypot(truth[i]!, truth[i + 1]!, truth[i + 2]!);
    for (let k = 0; k < 3; k++) truth[i + k] = truth[i + k]! * grow;
  }
  const views = renderViews({ positionsHead: truth, triangles }, 16, 160);
  const context = headContext();
  let surface: Surface;
  let head: FittedHead;
  const moved = (i: number): number =>
    Math.hypot(...[0, 1, 2].map((k) => head.positionsHead[i + k]! - positionsHead[i + k]!));
  const partOf = (name: string): number[] => {
    const group = topology.groups.indexOf(name);
    return [
      ...new Set([...topology.quads].filter((_, corner) => topology.quadGroups[corner >> 2] === group)),
    ];
  };

  beforeAll(async () => {
    const settings = { ...HEAD_SETTINGS_DEFAULTS, surfaceResolution: 56 };
    surface = await reconstructSurface({ prior, views, settings }, recordContext('05-surface'));
    head = await fitHead({ prior, views, surface, settings }, context);
  });

  it('goes out to the hair, on both sides as far as the truth', () => {
    const shell = selectQuads(topology, head.hair!.quads, 'hair');
    const bvh = buildTriangleBvh({
      positionsHead: head.hair!.positionsHead,
      triangles: triangulateTopology(shell).triangles,
    });
    const hit = makeSurfacePoint();
    const distances = [];
    for (let i = 0; i < truth.length; i += 3) {
      if (hairM(i) < 0.015) continue;
      closestPoint(bvh, truth[i]!, truth[i + 1]!, truth[i + 2]!, 1, hit);
      distances.push(hit.distance);
    }
    expect(distances.length).toBeGreaterThan(300);
    // A cell of this grid is 5 mm.
    expect(distances.reduce((a, b) => a + b) / distances.length).toBeLessThan(2e-3);
    expect(head.meanDistanceMm).toBeLessThan(1);
    expect(head.meanDistanceMm).toBeGreaterThan(0);
  });

  it('leaves the face where the prior has it', () => {
    let seen = 0;
    for (let i = 0; i < positionsHead.length; i += 3) {
      if (positionsHead[i + 2]! < 0.06 || positionsHead[i + 1]! > 0.03) continue;
      seen++;
      // Less than half a cell of this grid.
      expect(moved(i)).toBeLessThan(2.5e-3);
    }
    expect(seen).toBeGreaterThan(100);
  });

  it('eyes keep their shape, up to one size', () => {
    for (const name of ['eye-left', 'eye-right']) {
      const [first, ...rest] = partOf(name);
      const ratios = rest.map((vertex) => {
        const span = (p: Float32Array): number =>
          Math.hypot(...[0, 1, 2].map((k) => p[vertex * 3 + k]! - p[first! * 3 + k]!));
        return span(head.positionsHead) / span(positionsHead);
      });
      for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0]!, 4);
      expect(Math.abs(ratios[0]! - 1)).toBeLessThan(0.1);
    }
  });

  it('the head below the hair is bald: what the prior has there, wherever hair is thick', () => {
    let seen = 0;
    for (let i = 0; i < positionsHead.length; i += 3) {
      if (hairM(i) < 0.02) continue;
      seen++;
      // Hair of the views is as plain as their skin, so that its thin beginning counts as skin.
      expect(moved(i)).toBeLessThan(6e-3);
    }
    expect(seen).toBeGreaterThan(300);
  });

  it('without a hair mesh the skin itself goes out to the hair', async () => {
    const whole = await fitHead({ prior, views, surface, settings: { hairMesh: false } }, headContext());
    expect(whole.hair).toBeNull();
    const grown = [...positionsHead.keys()].filter((i) => i % 3 === 0 && hairM(i) > 0.02);
    for (const i of grown) {
      const out = Math.hypot(...[0, 1, 2].map((k) => whole.positionsHead[i + k]! - positionsHead[i + k]!));
      expect(out).toBeGreaterThan(0.01);
    }
  });

  it('a patch that is too small for a shell is no lump of the skin', async () => {
    // Above the back of the head: the vertices of the crown lie closer together.
    const height = (i: number, p: Float32Array): number => 0.6 * p[i + 1]! - 0.8 * p[i + 2]!;
    const top = Math.max(...positionsHead.map((_, i) => (i % 3 === 0 ? height(i, positionsHead) : -1)));
    const bump = positionsHead.slice();
    for (let i = 0; i < bump.length; i += 3) {
      const away = Math.hypot(bump[i]!, bump[i + 1]! - 0.6 * top, bump[i + 2]! + 0.8 * top);
      const rise = BUMP_M * Math.max(0, 1 - away / BUMP_RADIUS_M);
      bump[i + 1] = bump[i + 1]! + 0.6 * rise;
      bump[i + 2] = bump[i + 2]! - 0.8 * rise;
    }
    const seen = renderViews({ positionsHead: bump, triangles }, 16, 160);
    const settings = { ...HEAD_SETTINGS_DEFAULTS, surfaceResolution: 56 };
    const found = await reconstructSurface({ prior, views: seen, settings }, recordContext('05-surface'));
    for (const hairMesh of [true, false]) {
      const out = await fitHead(
        { prior, views: seen, surface: found, settings: { hairMesh } },
        headContext(),
      );
      expect(out.hair).toBeNull();
      const rise = Math.max(
        ...positionsHead.map((_, i) => (i % 3 === 0 ? height(i, out.positionsHead) : -1)),
      );
      expect(rise - top).toBeLessThan(BUMP_M / 10);
    }
  });

  it('views that a network made are followed as coarsely as views that contradict each other', async () => {
    const settings = HEAD_SETTINGS_DEFAULTS;
    const made = await fitHead(
      { prior, views: { ...views, method: 'diffusion' }, surface, settings },
      headContext(),
    );
    const denied = await fitHead(
      { prior, views, surface: { ...surface, denied: 1 }, settings },
      headContext(),
    );
    expect(made.positionsHead).toEqual(denied.positionsHead);
    expect(made.positionsHead).not.toEqual(head.positionsHead);
  });

  it('keeps topology, folds nothing, reports progress up to 1', () => {
    expect(head.topology).toBe(topology);
    expect(head.positionsHead).toHaveLength(positionsHead.length);
    expect(foldedTriangles({ positionsHead: head.positionsHead, triangles })).toEqual([]);
    expect(context.warnings).toEqual([]);
    expect(context.fractions).toEqual([...context.fractions].sort((a, b) => a - b));
    expect(context.fractions.at(-1)).toBe(1);
  });

  it('same input, same bytes', async () => {
    const again = await fitHead({ prior, views, surface, settings: HEAD_SETTINGS_DEFAULTS }, headContext());
    expect(
      Buffer.compare(Buffer.from(again.positionsHead.buffer), Buffer.from(head.positionsHead.buffer)),
    ).toBe(0);
  });
});

describe('unfoldTriangles', () => {
  it('finds a vertex that was pushed through its neighbours and pulls it back', () => {
    const { positionsHead, triangles } = makeIcosphere(0.1, 3);
    expect(foldedTriangles({ positionsHead, triangles })).toEqual([]);
    const graph = buildVertexGraph({ positionsHead, triangles });
    const across = graph.neighbours[graph.offsets[7]!]!;
    for (let k = 0; k < 3; k++) {
      positionsHead[7 * 3 + k] = 2.2 * positionsHead[across * 3 + k]! - 1.2 * positionsHead[7 * 3 + k]!;
    }
    expect(foldedTriangles({ positionsHead, triangles }).length).toBeGreaterThan(0);
    expect(unfoldTriangles(positionsHead, triangles, graph, () => true)).toBe(0);
    expect(foldedTriangles({ positionsHead, triangles })).toEqual([]);
  });
});
