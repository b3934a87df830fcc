import { describe, expect, it } from 'vitest';
import { projectPoints, resizeCamera, unprojectPoints } from '../../../src-main/camera/camera.ts';
import { viewRig } from '../../../src-main/camera/view-rig.ts';
import { checkMesh } from '../../../src-main/mesh/mesh-checks.ts';
import { colourHead } from '../../../src-main/pipeline/04-views/colour-head.ts';
import { wearHair } from '../../../src-main/pipeline/04-views/diffusion/wear-hair.ts';
import { hangHair, type WornHead } from '../../../src-main/pipeline/04-views/hang-hair.ts';
import { reprojectView } from '../../../src-main/pipeline/04-views/reproject-view.ts';
import { rasterise } from '../../../src-main/render/rasterise.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const SIZE_PX = 320;
const VIEW_PX = 128;
const HAIR = [64, 38, 20] as const;
const CLOTH = [40, 90, 200] as const;
const head = makeSyntheticHead(48, 64);

/** A place of the plane through the head's middle, m. */
type Place = { x: number; y: number };

/** What the portrait shows beside the head where `isThere`, in a colour; `isBald`: the scalp's colour is none of hair's. */
function wear(
  isThere: (place: Place) => boolean,
  colour: readonly number[],
  isBald = false,
): WornHead | null {
  const camera = portraitCamera(0, SIZE_PX);
  const { photo, analysis, prior } = takePortrait(head, camera);
  const maskAlpha = analysis.mask.alpha.slice();
  const depth = -camera.cameraFromHead[14]!;
  for (let i = 0; i < maskAlpha.length; i++) {
    const pixel = Float32Array.of((i % SIZE_PX) + 0.5, Math.floor(i / SIZE_PX) + 0.5, depth);
    const [x, y] = unprojectPoints(camera, pixel) as unknown as [number, number];
    if (maskAlpha[i]! > 0 || !isThere({ x, y })) continue;
    maskAlpha[i] = 255;
    photo.image.rgbaSrgb.set(colour, i * 4);
  }
  const input = { image: photo.image, maskAlpha, prior, viewSizePx: VIEW_PX };
  const proxy = colourHead(input, () => undefined);
  if (isBald) proxy.palette = { ...proxy.palette!, hair: null };
  return hangHair(input, proxy);
}

const isBob = ({ x, y }: Place): boolean => Math.abs(x) < 0.09 && y < 0.06 && y > -0.085;
const isJacket = ({ x, y }: Place): boolean => y < -0.05 - 0.5 * Math.max(0, Math.abs(x) - 0.06);

describe('hangHair', () => {
  const bob = wear(isBob, HAIR)!;

  it('finds how wide a bob is and where it ends, on both sides', () => {
    const { levelsM, reachM, endM } = bob.hanging;
    for (const side of reachM) {
      const at = levelsM.findIndex((y) => y < -0.06);
      expect(Math.abs(side[at]! - 0.09)).toBeLessThan(0.004);
      expect(side[levelsM.findIndex((y) => y < -0.1)]).toBe(0);
    }
    expect(Math.abs(endM! + 0.085)).toBeLessThan(0.008);
  });

  it('finds none on a bald head, whatever is beside it', () => {
    expect(wear(isBob, HAIR, true)).toBeNull();
  });

  it('an ear in the colour of hair, and the collar below it, are none; the same with hair down to the collar is', () => {
    const isAbove = ({ x, y }: Place): boolean => Math.abs(x) < 0.09 && y < 0.03 && y > -0.02;
    const isCollar = ({ x, y }: Place): boolean => Math.abs(x) < 0.09 && y < -0.036 && y > -0.085;
    const isLock = ({ x, y }: Place): boolean => Math.abs(x) < 0.088 && y <= -0.02 && y >= -0.036;
    expect(wear((place) => isAbove(place) || isCollar(place), HAIR)).toBeNull();
    expect(wear((place) => isAbove(place) || isCollar(place) || isLock(place), HAIR)).not.toBeNull();
    // A bob that is narrow at the lobe, and widens no faster than hair does.
    const isNarrow = ({ x, y }: Place): boolean =>
      Math.abs(x) < (y > -0.031 ? 0.082 : 0.09) && y <= -0.02 && y >= -0.036;
    expect(wear((place) => isAbove(place) || isCollar(place) || isNarrow(place), HAIR)).not.toBeNull();
  });

  it('hangs it as a closed solid around the nape, not before the face', () => {
    const { positionsHead } = bob.mesh;
    const count = head.positionsHead.length / 3;
    const curtain = {
      positionsHead: positionsHead.slice(count * 3),
      triangles: bob.mesh.triangles.slice(bob.hangsFrom * 3).map((vertex) => vertex - count),
    };
    expect(checkMesh(curtain).volumeM3).toBeGreaterThan(0);
    const along = (axis: number): number[] => [...curtain.positionsHead].filter((_, i) => i % 3 === axis);
    expect(Math.max(...along(0))).toBeCloseTo(0.09, 2);
    expect(Math.min(...along(0))).toBeCloseTo(-0.09, 2);
    expect(Math.max(...along(2))).toBeLessThan(0.02);
    expect(Math.min(...along(2))).toBeLessThan(-0.06);
    const pixels = projectPoints(portraitCamera(0, SIZE_PX), curtain.positionsHead);
    expect([...pixels].every(Number.isFinite)).toBe(true);
    bob.mirror.forEach((other, vertex) => expect(bob.mirror[other]).toBe(vertex));
  });

  it('colours it like the hair of the photo, behind as well', () => {
    const { filled } = bob.colours;
    for (let v = head.positionsHead.length / 3; v < bob.mirror.length; v++) {
      for (let c = 0; c < 3; c++) expect(Math.abs(255 * filled[v * 3 + c]! - HAIR[c]!)).toBeLessThan(30);
    }
  });

  it('finds none beside a bare head, in cloth of another colour, or in a jacket of the same one', () => {
    expect(wear(() => false, HAIR)).toBeNull();
    expect(wear((place) => isBob(place) && place.y < 0, CLOTH)).toBeNull();
    expect(wear(isJacket, HAIR)).toBeNull();
  });

  it('is laid over views from the photo’s side whose network has left it away, and leaves the others to the network', () => {
    const size = 64;
    const plane = size * size;
    const photoCamera = portraitCamera(0, SIZE_PX);
    for (const view of viewRig(8, VIEW_PX)) {
      const reprojected = reprojectView(bob, view);
      const bare = new Float32Array(7 * plane).fill(-1);
      wearHair(bare, size, bob, reprojected, photoCamera);
      if (Math.cos((view.azimuthDeg * Math.PI) / 180) < 0.01) {
        expect(bare.every((value) => value === -1)).toBe(true);
        continue;
      }
      // Every second pixel of the view lies in the middle of one of the network's.
      const bald = { ...bob.mesh, triangles: bob.mesh.triangles.subarray(0, 3 * bob.hangsFrom) };
      const { triangleIds } = rasterise(bald, resizeCamera(view.camera, size, size), { cullBack: true });
      let beside = 0;
      for (let i = 0; i < plane; i++) {
        const pixel = Math.floor(i / size) * 2 * VIEW_PX + (i % size) * 2;
        const isWhole = [0, 1, VIEW_PX, VIEW_PX + 1].every(
          (step) => reprojected.image.rgbaSrgb[(pixel + step) * 4 + 3] === 255,
        );
        if (triangleIds[i]! >= 0 || !isWhole) continue;
        beside++;
        expect(bare[3 * plane + i]).toBeGreaterThan(view.azimuthDeg === 0 ? 0 : -1);
      }
      if (view.azimuthDeg === 0) expect(beside).toBeGreaterThan(10);
      const made = new Float32Array(7 * plane).fill(1);
      for (let c = 0; c < 3; c++) made.fill((2 * HAIR[c]!) / 255 - 0.9, c * plane, (c + 1) * plane);
      const before = made.slice();
      wearHair(made, size, bob, reprojected, photoCamera);
      const change = Math.max(...made.map((value, i) => Math.abs(value - before[i]!)));
      // The photo's own pixels win.
      if (view.azimuthDeg === 0) expect(change).toBeGreaterThan(0.09);
    }
  });
});
