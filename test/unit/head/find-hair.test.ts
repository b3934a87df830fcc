import { expect, it } from 'vitest';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { findHair, type Hair } from '../../../src-main/pipeline/06-head/find-hair.ts';
import { interpolate } from '../../../src-main/render/interpolate.ts';
import { rasterise } from '../../../src-main/render/rasterise.ts';
import { findScalpZone } from '../../../src-main/render/scalp-zone.ts';
import { evidenceOfHair } from '../../support/evidence-of-hair.ts';
import { renderViews } from '../../support/render-views.ts';
import { makeSyntheticHead } from '../../support/synthetic-head.ts';

it('thin growth of skin’s colour is hair on the scalp where the photo says so, and nowhere else', () => {
  const { topology, positionsHead } = makeSyntheticHead(40, 56);
  const { triangles } = triangulateTopology(topology);
  const mesh = { positionsHead, triangles };
  const count = topology.vertexCount;
  const { hairlineDistanceM } = findScalpZone(positionsHead);
  // All of one colour; the scalp is 5 mm larger than M.
  const growth = hairlineDistanceM.map((distance) => (distance > 0 ? 0.005 : 0));
  const find = (hairShare: Float32Array | null): Hair =>
    findHair({
      ...evidenceOfHair(mesh, growth, renderViews(mesh, 8, 96).views),
      hairShare,
      isHairTold: hairShare !== null,
    });
  const meanOf = (values: Float32Array, isCounted: (distance: number) => boolean): number => {
    const counted = [...values].filter((_, v) => isCounted(hairlineDistanceM[v]!));
    return counted.reduce((sum, value) => sum + value, 0) / counted.length;
  };
  const isScalp = (distance: number): boolean => distance > 0.015;
  const everywhere = new Float32Array(count).fill(1);
  expect(meanOf(find(null).covered, isScalp)).toBeLessThan(0.4);
  expect(meanOf(find(new Float32Array(count)).covered, isScalp)).toBeLessThan(0.4);
  expect(meanOf(find(everywhere).covered, isScalp)).toBeGreaterThan(0.9);
  expect(meanOf(find(everywhere).covered, (distance) => distance < -0.01)).toBe(0);
});

it('a shine on a head that is bald in the photo is skin; a grey ring of hair, and the same light on hair, are not', () => {
  const { topology, positionsHead } = makeSyntheticHead(40, 56);
  const { triangles } = triangulateTopology(topology);
  const mesh = { positionsHead, triangles };
  const { hairlineDistanceM } = findScalpZone(positionsHead);
  const skin = [160, 94, 84];
  /** Mean over the crown, where views show this colour. */
  const unlikeOnTop = (top: readonly number[], share: number): number => {
    const { views } = renderViews(mesh, 8, 96);
    for (const { image, camera } of views) {
      const fragments = rasterise(mesh, camera, { cullBack: false });
      const places = interpolate(fragments, triangles, positionsHead, 3).values;
      fragments.triangleIds.forEach((id, i) => {
        if (id >= 0) image.rgbaSrgb.set(places[i * 3 + 1]! > 0.06 ? top : skin, i * 4);
      });
    }
    const growth = new Float32Array(topology.vertexCount);
    const { unlikeSkin } = findHair({
      ...evidenceOfHair(mesh, growth, views),
      hairShare: growth.map(() => share),
      isHairTold: true,
    });
    const onTop = [...growth.keys()].filter(
      (v) => positionsHead[v * 3 + 1]! > 0.08 && hairlineDistanceM[v]! > 0,
    );
    return onTop.reduce((sum, v) => sum + unlikeSkin[v]!, 0) / onTop.length;
  };
  const shine = [208, 174, 170];
  expect(unlikeOnTop(shine, 0)).toBeLessThan(0.1);
  expect(unlikeOnTop(shine, 1)).toBeGreaterThan(0.9);
  expect(unlikeOnTop([120, 116, 114], 0)).toBeGreaterThan(0.9);
});
