import { expect, it } from 'vitest';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { findHair } from '../../../src-main/pipeline/06-head/find-hair.ts';
import { seeForehead } from '../../../src-main/pipeline/06-head/see-forehead.ts';
import { interpolate } from '../../../src-main/render/interpolate.ts';
import { rasterise } from '../../../src-main/render/rasterise.ts';
import { findScalpZone } from '../../../src-main/render/scalp-zone.ts';
import { evidenceOfHair } from '../../support/evidence-of-hair.ts';
import { renderViews } from '../../support/render-views.ts';
import { makeSyntheticHead } from '../../support/synthetic-head.ts';

const { topology, positionsHead } = makeSyntheticHead(80, 112);
const { triangles } = triangulateTopology(topology);
const { hairlineDistanceM } = findScalpZone(positionsHead);
const x = (v: number): number => positionsHead[v * 3]!;
const isFront = (v: number): boolean => positionsHead[v * 3 + 2]! > 0.062;
const between = (low: number, high: number): number[] =>
  [...hairlineDistanceM.keys()].filter(
    (v) => hairlineDistanceM[v]! > low && hairlineDistanceM[v]! < high && isFront(v),
  );
const shareWhere = (isHair: (v: number) => boolean): Float32Array =>
  hairlineDistanceM.map((distance, v) => (distance > 0 || isHair(v) ? 1 : 0));

it('below a forehead that the photo shows bare there is skin, below a fringe nothing is said, and nothing of the scalp', () => {
  const bare = seeForehead(
    positionsHead,
    hairlineDistanceM,
    shareWhere(() => false),
  );
  const brows = between(-0.055, -0.022);
  expect(brows.length).toBeGreaterThan(50);
  for (const v of brows) expect(bare[v]).toBe(1);
  for (const v of between(0, 1)) expect(bare[v]).toBe(0);
  for (const v of between(-1, -0.075)) expect(bare[v]).toBe(0);
  // A fringe over one half, which the share does not follow down to the brows.
  const fringe = seeForehead(
    positionsHead,
    hairlineDistanceM,
    shareWhere((v) => x(v) > 0 && hairlineDistanceM[v]! > -0.02),
  );
  for (const v of brows.filter((v) => x(v) > 0.006)) expect(fringe[v]).toBe(0);
  for (const v of brows.filter((v) => x(v) < -0.006)) expect(fringe[v]).toBe(1);
});

it('a forehead in the shade, which is unlike the lit face, is no hair where the photo shows it bare', () => {
  const mesh = { positionsHead, triangles };
  const { views } = renderViews(mesh, 8, 96);
  for (const { image, camera } of views) {
    const fragments = rasterise(mesh, camera, { cullBack: false });
    const places = interpolate(fragments, triangles, positionsHead, 3).values;
    fragments.triangleIds.forEach((id, i) => {
      if (id >= 0) image.rgbaSrgb.set(places[i * 3]! < -0.015 ? [60, 24, 14] : [200, 170, 150], i * 4);
    });
  }
  const growth = new Float32Array(topology.vertexCount).fill(0.0045);
  // What teaches skin has to lie where M has it.
  for (let v = 0; v < growth.length; v++) if (x(v) > 0) growth[v] = 0;
  const shaded = between(-0.05, -0.022).filter((v) => x(v) < -0.025);
  expect(shaded.length).toBeGreaterThan(20);
  const meanOf = (values: Float32Array): number =>
    shaded.reduce((sum, v) => sum + values[v]!, 0) / shaded.length;
  const find = (isFringe: boolean, isHairTold = true): ReturnType<typeof findHair> =>
    findHair({
      ...evidenceOfHair(mesh, growth, views),
      hairShare: shareWhere((v) => isFringe && hairlineDistanceM[v]! > -0.03),
      isHairTold,
    });
  expect(meanOf(find(false).covered)).toBeLessThan(0.05);
  expect(meanOf(find(false).unlikeSkin)).toBeLessThan(0.05);
  // Blond hair in the light looks bare, too: then the views have it.
  expect(meanOf(find(false, false).covered)).toBeGreaterThan(0.9);
  expect(meanOf(find(true).covered)).toBeGreaterThan(0.9);
  expect(meanOf(find(true).unlikeSkin)).toBeGreaterThan(0.5);
});
