import { describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import { placeFace } from '../../../src-main/evaluation/head/face-place.ts';
import type { HeadTopology } from '../../../src-main/mesh/mesh.ts';
import { portraitCamera } from '../../support/synthetic-head.ts';

describe('a found face is the head’s own', () => {
  /** Both eyes and the teeth as a quad each, m. */
  const middles = [
    [0.03, 0.03, 0.08],
    [-0.03, 0.03, 0.08],
    [0, -0.04, 0.09],
  ] as const;
  const corners = middles.flatMap(([x, y, z]) =>
    [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ].flatMap(([dx, dy]) => [x + dx! * 0.01, y + dy! * 0.005, z]),
  );
  const quads = Uint32Array.from({ length: 12 }, (_, i) => i);
  const topology: HeadTopology = {
    vertexCount: 12,
    quads,
    uvs: new Float32Array(24),
    quadUvs: quads,
    quadGroups: Uint8Array.of(0, 1, 2),
    groups: ['eye-left', 'eye-right', 'teeth-upper'],
    mirror: quads,
  };
  const isFaceAt = placeFace({ topology, positionsHead: Float32Array.from(corners) });
  /** Landmarks whose outer corners of the eyes lie on the head's, moved by some m. */
  const landmarksAt = (azimuthDeg: number, movedM: number): Float32Array => {
    const eyes = [...middles.slice(0, 2)].flatMap(([x, y, z]) => [x, y + movedM, z]);
    const pixels = projectPoints(portraitCamera(azimuthDeg, 384), Float32Array.from(eyes));
    const out = new Float32Array(478 * 3);
    out.set(pixels.subarray(0, 3), 263 * 3);
    out.set(pixels.subarray(3, 6), 33 * 3);
    return out;
  };

  it.each([0, 30, -60])(
    'from %s degrees: on the eyes it is, in the hair above them it is not',
    (azimuthDeg) => {
      const isIt = isFaceAt(portraitCamera(azimuthDeg, 384));
      expect(isIt(landmarksAt(azimuthDeg, 0.01))).toBe(true);
      expect(isIt(landmarksAt(azimuthDeg, 0.13))).toBe(false);
    },
  );
});
