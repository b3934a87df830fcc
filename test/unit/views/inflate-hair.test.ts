import { describe, expect, it } from 'vitest';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { HAIR_MARGIN_M, inflateHair } from '../../../src-main/pipeline/04-views/inflate-hair.ts';
import { findScalpZone } from '../../../src-main/render/scalp-zone.ts';
import { createPhotoProbe } from '../../../src-main/render/photo-probe.ts';
import { rasterise } from '../../../src-main/render/rasterise.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const head = makeSyntheticHead(48, 64);
const { triangles } = triangulateTopology(head.topology);

/** The head with hair that stands 3 cm off the crown and fades out towards the ears. */
const haired = head.positionsHead.map((value, i) => {
  const y = head.positionsHead[i - (i % 3) + 1]!;
  const [x, z] = [head.positionsHead[i - (i % 3)]!, head.positionsHead[i - (i % 3) + 2]!];
  const amount = 0.03 * Math.min(1, Math.max(0, (y - 0.02) / 0.05));
  return value + (amount * value) / Math.hypot(x, y, z);
});

const outline = (positionsHead: Float32Array, camera: Parameters<typeof rasterise>[1]): Uint8Array =>
  Uint8Array.from(rasterise({ positionsHead, triangles }, camera).triangleIds, (id) => (id < 0 ? 0 : 1));

function overlap(a: Uint8Array, b: Uint8Array): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    both += a[i]! & b[i]!;
    either += a[i]! | b[i]!;
  }
  return both / either;
}

describe('inflateHair', () => {
  it.each([0, 35])(
    'meets the outline of hair in a photo from %i° and leaves the face alone',
    (azimuthDeg) => {
      const camera = portraitCamera(azimuthDeg, 320);
      const { photo, analysis } = takePortrait(head, camera, haired);
      const zone = findScalpZone(head.positionsHead);
      const { positionsHead, thicknessM } = inflateHair({
        zone,
        positionsHead: head.positionsHead,
        triangles,
        mirror: head.topology.mirror,
        probe: createPhotoProbe({
          image: photo.image,
          maskAlpha: analysis.mask.alpha,
          camera,
          mesh: { positionsHead: head.positionsHead, triangles },
          pxPerM: 1000,
          marginM: HAIR_MARGIN_M,
        }),
        findPalette: () => null,
      });
      const worn = outline(haired, camera);
      const before = overlap(outline(head.positionsHead, camera), worn);
      const after = overlap(outline(positionsHead, camera), worn);
      expect(before).toBeLessThan(0.9);
      expect(after).toBeGreaterThan(0.96);
      for (let i = 0; i < thicknessM.length; i++) {
        if (zone.hairlineDistanceM[i]! > -0.005) continue;
        for (let axis = 0; axis < 3; axis++)
          expect(positionsHead[i * 3 + axis]).toBe(head.positionsHead[i * 3 + axis]);
      }
      // The back, which no pixel shows, gets volume too.
      const backs = [...thicknessM].filter(
        (_, i) => head.positionsHead[i * 3 + 2]! < -0.06 && head.positionsHead[i * 3 + 1]! > 0.05,
      );
      expect(Math.min(...backs)).toBeGreaterThan(0.008);
    },
  );

  it('leaves a head as it is whose mask is its own outline', () => {
    const camera = portraitCamera(0, 320);
    const { photo, analysis } = takePortrait(head, camera);
    const { thicknessM } = inflateHair({
      zone: findScalpZone(head.positionsHead),
      positionsHead: head.positionsHead,
      triangles,
      mirror: head.topology.mirror,
      probe: createPhotoProbe({
        image: photo.image,
        maskAlpha: analysis.mask.alpha,
        camera,
        mesh: { positionsHead: head.positionsHead, triangles },
        pxPerM: 1000,
        marginM: HAIR_MARGIN_M,
      }),
      findPalette: () => null,
    });
    // A pixel of this photo is 1.2 mm; vertices near the outline, not only on it, vote.
    for (const thickness of thicknessM) expect(Math.abs(thickness)).toBeLessThan(0.005);
  });
});

describe('findScalpZone', () => {
  it('knows crown, occiput and nape side from face and neck', () => {
    const { hairlineDistanceM } = findScalpZone(head.positionsHead);
    const at = (x: number, y: number, z: number): number => {
      let nearest = 0;
      let best = Infinity;
      for (let i = 0; i < hairlineDistanceM.length; i++) {
        const p = head.positionsHead.subarray(i * 3, i * 3 + 3);
        const distance = Math.hypot(p[0]! - x, p[1]! - y, p[2]! - z);
        if (distance < best) [best, nearest] = [distance, i];
      }
      return hairlineDistanceM[nearest]!;
    };
    expect(at(0, 0.115, 0)).toBeGreaterThan(0.02);
    expect(at(0, 0.02, -0.095)).toBeGreaterThan(0.02);
    expect(at(0, 0.03, 0.09)).toBeLessThan(-0.02);
    expect(at(0, -0.1, 0.04)).toBeLessThan(-0.02);
    expect(at(0, -0.1, -0.045)).toBeLessThan(0);
  });
});
