import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import {
  type SignedDistanceGrid,
  type Surface,
  TRUNCATION_CELLS,
} from '../../../src-main/pipeline/05-surface/surface.ts';
import { askSurface } from '../../../src-main/pipeline/06-head/ask-surface.ts';
import { findModelOffsets, FOLD_M } from '../../../src-main/pipeline/06-head/model-offsets.ts';

const SIZE = 81;
const HALF_M = 0.12;
const SPACING = (2 * HALF_M) / (SIZE - 1);

function ballGrid(radiusM: number): SignedDistanceGrid {
  const values = Float32Array.from({ length: SIZE ** 3 }, (_, i) => {
    const p = [i % SIZE, Math.floor(i / SIZE) % SIZE, Math.floor(i / SIZE ** 2)];
    return Math.hypot(...p.map((index) => index * SPACING - HALF_M)) - radiusM;
  });
  return { size: [SIZE, SIZE, SIZE], originHead: [-HALF_M, -HALF_M, -HALF_M], spacing: SPACING, values };
}

describe('askSurface', () => {
  /** A ball 6 mm smaller than M's. */
  const { positionsHead, triangles } = makeIcosphere(0.09, 3);
  const count = positionsHead.length / 3;
  const ask = (normal: readonly [number, number, number]): { step: number; share: number } =>
    askSurface(
      {
        positionsHead,
        triangles,
        graph: buildVertexGraph({ positionsHead, triangles }),
        trust: new Float32Array(count).fill(1),
        covered: new Float32Array(count),
        ownOffset: new Float32Array(count),
        sdf: ballGrid(0.084),
        doubt: 0,
      },
      Float32Array.of(0, 0, 0.09),
      normal,
      0.006,
      0,
    );

  it('sends skin that faces out inwards, and believes it half at the half change', () => {
    const { step, share } = ask([0, 0, 1]);
    expect(step).toBeCloseTo(-0.006, 4);
    expect(share).toBeCloseTo(0.5, 2);
  });

  it('asks nothing for skin that is rolled in: along its normal it would go the wrong way', () => {
    expect(ask([0, 1, 0]).share).toBe(0);
    expect(ask([0, 0, -1]).share).toBe(0);
  });
});

/** M: a ball, and within it, 5 mm below its foremost point, something that it hides, as a lip hides the bag behind it. */
describe('findModelOffsets beside a fold', () => {
  const RADIUS_M = 0.1;
  const outer = makeIcosphere(RADIUS_M, 4);
  const inner = makeIcosphere(0.012, 2);
  const outerCount = outer.positionsHead.length / 3;
  const positionsHead = Float32Array.from([
    ...outer.positionsHead,
    ...inner.positionsHead.map((value, i) => value + (i % 3 === 2 ? RADIUS_M - 0.017 : 0)),
  ]);
  const triangles = Uint32Array.from([...outer.triangles, ...inner.triangles.map((v) => v + outerCount)]);
  const foremost = [...Array(outerCount).keys()].reduce((best, v) =>
    positionsHead[v * 3 + 2]! > positionsHead[best * 3 + 2]! ? v : best,
  );
  /** The views made M smaller by `changeM`; growth tells no more than the truncation. */
  const offsetAt = (changeM: number): number => {
    const sdf = ballGrid(RADIUS_M - changeM);
    const told = Math.min(changeM, TRUNCATION_CELLS * SPACING);
    const growth = new Float32Array(sdf.values.length).fill(-told);
    const surface = { sdf, growth, fusedSpacing: SPACING } as unknown as Surface;
    return findModelOffsets(positionsHead, triangles, surface).offset[foremost]!;
  };

  it('outer skin lies on M’s outside, also where the change is larger than growth can tell', () => {
    expect(Math.abs(offsetAt(0.004))).toBeLessThan(3e-4);
    const changeM = TRUNCATION_CELLS * SPACING + FOLD_M + 0.001;
    expect(Math.abs(offsetAt(changeM))).toBeLessThan(3e-4);
  });
});
