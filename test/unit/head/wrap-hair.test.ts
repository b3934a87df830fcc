import { describe, expect, it } from 'vitest';
import { foldedTriangles } from '../../../src-main/mesh/folded-triangles.ts';
import type { TriangleMesh } from '../../../src-main/mesh/mesh.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { findSelfIntersections } from '../../../src-main/mesh/self-intersections.ts';
import { buildTriangleBvh } from '../../../src-main/mesh/triangle-bvh.ts';
import { vertexAreas } from '../../../src-main/mesh/vertex-areas.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { medialRays } from '../../../src-main/pipeline/06-head/outward-directions.ts';
import { shootInwards } from '../../../src-main/pipeline/06-head/shoot-inwards.ts';
import { slideBorder } from '../../../src-main/pipeline/06-head/slide-border.ts';
import { EDGE, spreadHair } from '../../../src-main/pipeline/06-head/spread-hair.ts';
import { wrapHair } from '../../../src-main/pipeline/06-head/wrap-hair.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';
import { recordContext } from '../../support/stage-context.ts';

const RADIUS_M = 0.08;
const SEED = 11;
const { positionsHead: bald, triangles } = makeIcosphere(RADIUS_M, 4);
const graph = buildVertexGraph({ positionsHead: bald, triangles });
const areas = vertexAreas({ positionsHead: bald, triangles });
const count = bald.length / 3;
const height = (v: number): number => bald[v * 3 + 1]!;
const fill = (value: (vertex: number) => number): Float32Array =>
  Float32Array.from({ length: count }, (_, v) => value(v));
const isOuter = new Uint8Array(count).fill(1);

/** A ball of hair around the head, every vertex of which lies at `radius(vertex)`. */
function ball(radius: (vertex: number) => number): ReturnType<typeof buildTriangleBvh> {
  const fine = makeIcosphere(1, 5);
  return buildTriangleBvh({
    positionsHead: fine.positionsHead.map((value, i) => value * radius(Math.floor(i / 3))),
    triangles: fine.triangles,
  });
}

describe('shootInwards', () => {
  it('finds the outermost of two shells, from either side of the inner one', () => {
    // Off the centre by a hair, as a ray along an edge may slip through.
    const [inner, outer] = [makeIcosphere(0.06, 4), makeIcosphere(0.1, 4)].map((mesh) => ({
      ...mesh,
      positionsHead: mesh.positionsHead.map((value, i) => value + 1e-4 * ((i % 3) + 1)),
    })) as [TriangleMesh, TriangleMesh];
    const both = buildTriangleBvh({
      positionsHead: Float32Array.of(...inner.positionsHead, ...outer.positionsHead),
      triangles: Uint32Array.of(
        ...inner.triangles,
        ...outer.triangles.map((v) => v + inner.positionsHead.length / 3),
      ),
    });
    const rays = medialRays(bald, null);
    const { radii, cosines } = shootInwards(rays, both, 0.12, (v) => v % 2 === 0);
    radii.forEach((radius, v) => {
      if (v % 2 === 1) return expect(radius).toBeNaN();
      const place = [0, 1, 2].map((k) => rays.origins[v * 3 + k]! + radius * rays.directions[v * 3 + k]!);
      expect(Math.hypot(...place)).toBeGreaterThan(0.098);
      expect(Math.hypot(...place)).toBeLessThan(0.101);
      expect(cosines[v]).toBeGreaterThan(0);
    });
  });

  it('rays lead through their vertices, and low ones along the cut of the neck', () => {
    const tilt = 0.4;
    const length = Math.hypot(1, tilt);
    const normalHead = [0, -1 / length, -tilt / length] as const;
    const neck = { rim: [], middle: [0, -0.06, 0.005], plane: { normalHead, offset: 0 } };
    const { origins, directions, radii } = medialRays(bald, neck);
    for (let v = 0; v < count; v++) {
      for (let k = 0; k < 3; k++)
        expect(origins[v * 3 + k]! + radii[v]! * directions[v * 3 + k]!).toBeCloseTo(bald[v * 3 + k]!, 6);
      const along = [0, 1, 2].reduce((sum, k) => sum + directions[v * 3 + k]! * normalHead[k]!, 0);
      if (height(v) < -0.078) expect(Math.abs(along)).toBeLessThan(1e-6);
    }
  });
});

describe('wrapHair', () => {
  const coverage = fill((v) => Math.min(1, Math.max(0, 0.5 + height(v) / 0.02)));
  const wrap = (surfaceTree: ReturnType<typeof buildTriangleBvh>): ReturnType<typeof wrapHair> =>
    wrapHair({ ...input, surfaceTree }, recordContext('06-head'));
  const noWhere = new Float32Array(count);
  const input = {
    bald,
    triangles,
    graph,
    coverage,
    ears: noWhere,
    doubt: 0,
    isOuter,
    isFold: noWhere,
    neck: null,
  };
  const radiusAt = (p: Float32Array, v: number): number => Math.hypot(...p.subarray(v * 3, v * 3 + 3));

  it('stands on smooth hair, sinks below the skin at its border, leaves the rest', async () => {
    const { shellHead, skinHead } = await wrap(ball(() => 0.1));
    for (let v = 0; v < count; v++) {
      if (height(v) > 0.03) expect(radiusAt(shellHead, v)).toBeCloseTo(0.1, 3);
      if (coverage[v]! < 0.1 && coverage[v]! > 0)
        expect(radiusAt(shellHead, v)).toBeLessThan(RADIUS_M - 0.001);
      if (coverage[v]! === 0)
        expect(skinHead.subarray(v * 3, v * 3 + 3)).toEqual(bald.subarray(v * 3, v * 3 + 3));
    }
    expect(foldedTriangles({ positionsHead: shellHead, triangles })).toEqual([]);
  });

  it('bridges a crater over an ear that hair covers, where views contradict each other, and no other', async () => {
    const middle = [0.6, 0.8, 0];
    const angleTo = (p: Float32Array, v: number): number =>
      Math.acos([0, 1, 2].reduce((sum, k) => sum + (middle[k]! * p[v * 3 + k]!) / radiusAt(p, v), 0));
    const fine = makeIcosphere(1, 5).positionsHead;
    const surfaceTree = ball((v) => 0.11 - 0.02 * Math.exp(-((angleTo(fine, v) / 0.14) ** 2)));
    const inCrater = [...Array(count).keys()].filter((v) => angleTo(bald, v) < 0.1);
    const depth = async (isEar: (v: number) => boolean, doubt: number): Promise<number> => {
      const ears = fill((v) => (isEar(v) ? 1 : 0));
      const { shellHead } = await wrapHair(
        { ...input, coverage: fill(() => 1), ears, doubt, surfaceTree },
        recordContext('06-head'),
      );
      return Math.max(...inCrater.map((v) => 0.11 - radiusAt(shellHead, v)));
    };
    expect(inCrater.length).toBeGreaterThan(5);
    const isEar = (v: number): boolean => angleTo(bald, v) < 0.4;
    expect(await depth(isEar, 1)).toBeLessThan(0.004);
    expect(await depth(isEar, 0)).toBeGreaterThan(0.01);
    expect(await depth((v) => height(v) < -0.05, 1)).toBeGreaterThan(0.01);
  });

  it(`is the hull of curls: neither folds nor cuts itself (seed ${SEED})`, async () => {
    const random = createSeededRandom(Uint32Array.of(SEED, 0, 0, 0));
    const depths = Float32Array.from({ length: 10242 }, () => (random() < 0.5 ? 0.02 * random() : 0));
    const { shellHead } = await wrap(ball((v) => 0.11 - depths[v]!));
    const shown = triangles.filter((_, k) =>
      [0, 1, 2].every((corner) => coverage[triangles[k - (k % 3) + corner]!]! > 0.3),
    );
    expect(foldedTriangles({ positionsHead: shellHead, triangles: shown })).toEqual([]);
    expect(
      findSelfIntersections(buildTriangleBvh({ positionsHead: shellHead, triangles: shown })),
    ).toHaveLength(0);
    const radii = [...Array(count).keys()].filter((v) => height(v) > 0.03).map((v) => radiusAt(shellHead, v));
    const mean = radii.reduce((sum, radius) => sum + radius, 0) / radii.length;
    // The mean surface lies at 0.105, single places at 0.09.
    expect(mean).toBeGreaterThan(0.105);
    expect(Math.max(...radii)).toBeLessThan(0.113);
    expect(Math.min(...radii)).toBeGreaterThan(0.1);
  });
});

describe('slideBorder', () => {
  it('moves the ring outside of the line on to it, nothing else', () => {
    // The line is the equator.
    const coverage = fill((v) => Math.min(1, Math.max(0, EDGE + height(v) / 0.02)));
    const slid = slideBorder(bald, graph, coverage, new Set());
    let seen = 0;
    for (let v = 0; v < count; v++) {
      const around = [...graph.neighbours.subarray(graph.offsets[v], graph.offsets[v + 1])];
      const isBorder = coverage[v]! < EDGE && around.some((j) => coverage[j]! > EDGE);
      const after = slid.subarray(v * 3, v * 3 + 3);
      if (!isBorder) {
        expect(after).toEqual(bald.subarray(v * 3, v * 3 + 3));
        continue;
      }
      seen++;
      expect(after[1]).toBeGreaterThan(height(v));
      expect(after[1]).toBeLessThan(1e-6);
    }
    expect(seen).toBeGreaterThan(20);
    const ring = [...Array(count).keys()].find((v) => slid[v * 3 + 1] !== bald[v * 3 + 1])!;
    expect(slideBorder(bald, graph, coverage, new Set([ring])).subarray(ring * 3, ring * 3 + 3)).toEqual(
      bald.subarray(ring * 3, ring * 3 + 3),
    );
  });
});

describe('spreadHair', () => {
  const none = fill(() => 0);
  const places = (
    covered: Float32Array,
    heights: Float32Array,
    unlike: Float32Array,
  ): Parameters<typeof spreadHair>[0] => ({
    positionsHead: bald,
    graph,
    areas,
    hair: {
      covered,
      bare: fill(() => 0),
      scalp: fill((v) => (height(v) > 0 ? 1 : 0)),
      isBald: false,
      mayBeHair: fill((v) => (height(v) > -0.02 ? 1 : 0)),
      unlikeSkin: unlike,
      unlikeSkinAt: () => unlike,
    },
    ears: fill(() => 0),
    heights,
    cosines: fill(() => 1),
    unlikeSkinOutside: unlike,
    isOuter,
    muzzle: none,
    eyes: none,
  });

  it('fills gaps, drops what does not hang together with the scalp', () => {
    const covered = fill((v) => (height(v) > 0.01 || height(v) < -0.06 ? 1 : 0));
    covered[[...Array(count).keys()].find((v) => height(v) > 0.06)!] = 0;
    const { coverage, hiding } = spreadHair(places(covered, none, none));
    for (let v = 0; v < count; v++) {
      if (height(v) > 0.04) expect(coverage[v]).toBeGreaterThan(0.97);
      if (height(v) < -0.03) expect(coverage[v]).toBe(0);
      if (height(v) < -0.06) expect(hiding[v]).toBe(0);
    }
  });

  it('takes hair that hangs free, and what lies flat beside hair and has its colour; nothing where no hair stands off', () => {
    const unlike = fill((v) => (height(v) > -0.05 ? 1 : 0));
    const covered = fill((v) => (height(v) > 0.04 ? 1 : 0));
    const hanging = fill((v) => (bald[v * 3 + 2]! < 0 ? 0.03 : 0));
    const { coverage, hiding } = spreadHair(places(covered, hanging, unlike));
    for (let v = 0; v < count; v++) {
      const isBehind = bald[v * 3 + 2]! < -0.015;
      const isBefore = bald[v * 3 + 2]! > 0.015;
      if (height(v) > 0) expect(coverage[v]).toBeGreaterThan(0.9);
      if (isBehind && height(v) > -0.04) expect(coverage[v]).toBeGreaterThan(0.6);
      if (isBefore && height(v) < -0.045) expect(coverage[v]).toBeLessThan(0.3);
      // The skin below what lies flat is seen: it may follow the views.
      if (isBefore && height(v) < 0.03) expect(hiding[v]).toBe(0);
    }
    expect(Math.max(...spreadHair(places(none, none, unlike)).coverage)).toBe(0);
  });

  it('leaves nose and mouth bare, whatever hangs before them or is found on them', () => {
    const unlike = fill(() => 1);
    const input = places(
      fill(() => 1),
      fill(() => 0.03),
      unlike,
    );
    const isMuzzle = (v: number): boolean => bald[v * 3 + 2]! > 0.06 && height(v) < 0;
    const { coverage, hiding } = spreadHair({ ...input, muzzle: fill((v) => (isMuzzle(v) ? 1 : 0)) });
    const whole = spreadHair(input).coverage;
    const inMiddle = [...Array(count).keys()].filter((v) => bald[v * 3 + 2]! > 0.075 && height(v) < -0.015);
    expect(inMiddle.length).toBeGreaterThan(3);
    for (const v of inMiddle) {
      expect(coverage[v]).toBeLessThan(EDGE);
      expect(hiding[v]).toBe(0);
      expect(whole[v]).toBeGreaterThan(0.9);
    }
  });

  it('hair lies over the whole of an eye or not over it at all', () => {
    const isEye = (v: number): boolean =>
      Math.hypot(bald[v * 3]! - 0.03, height(v) - 0.01) < 0.02 && bald[v * 3 + 2]! > 0;
    const middle = [...Array(count).keys()].filter(
      (v) => Math.hypot(bald[v * 3]! - 0.03, height(v) - 0.01) < 0.01 && bald[v * 3 + 2]! > 0,
    );
    const most = (isHair: (v: number) => boolean): number => {
      const covered = fill((v) => (isHair(v) ? 1 : 0));
      const { coverage } = spreadHair({
        ...places(covered, none, none),
        eyes: fill((v) => (isEye(v) ? 1 : 0)),
      });
      return Math.max(...middle.map((v) => coverage[v]!));
    };
    expect(middle.length).toBeGreaterThan(5);
    const isTop = (v: number): boolean => height(v) > 0.05;
    // Its outer third.
    expect(most((v) => isTop(v) || (bald[v * 3]! > 0.035 && height(v) > -0.02))).toBeLessThan(EDGE);
    expect(most((v) => isTop(v) || (bald[v * 3]! > 0 && height(v) > -0.03))).toBeGreaterThan(0.9);
  });

  it('shreds on a head that is bald in the photo are no hair; a whole cap of it is', () => {
    const most = (from: number, isBald: boolean): number => {
      const input = places(
        fill((v) => (height(v) > from ? 1 : 0)),
        none,
        none,
      );
      return Math.max(...spreadHair({ ...input, hair: { ...input.hair, isBald } }).coverage);
    };
    expect(most(0.06, true)).toBe(0);
    expect(most(0.06, false)).toBeGreaterThan(0.9);
    expect(most(0.02, true)).toBeGreaterThan(0.9);
  });

  it('an ear that hair encloses lies under it, whatever its colour; one that hair is tucked behind does not', () => {
    const angle = (v: number): number => Math.acos(bald[v * 3]! / RADIUS_M);
    const ears = fill((v) => (angle(v) < 0.45 ? 1 : 0));
    const middle = [...Array(count).keys()].filter((v) => angle(v) < 0.33);
    expect(middle.length).toBeGreaterThan(60);
    const isBefore = (v: number): boolean => bald[v * 3 + 2]! > Math.abs(height(v));
    const shareCovered = (isHair: (v: number) => boolean): number => {
      const covered = fill((v) => (angle(v) >= 0.33 && isHair(v) ? 1 : 0));
      const { coverage } = spreadHair({ ...places(covered, none, none), ears });
      return middle.filter((v) => coverage[v]! > 0.9).length / middle.length;
    };
    expect(shareCovered(() => true)).toBe(1);
    expect(shareCovered((v) => !isBefore(v))).toBe(0);
  });
});
