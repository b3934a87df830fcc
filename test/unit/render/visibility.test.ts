import { describe, expect, it } from 'vitest';
import { lookAtCamera } from '../../../src-main/camera/camera.ts';
import type { TriangleMesh } from '../../../src-main/mesh/mesh.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { facingCosines, vertexVisibility } from '../../../src-main/render/visibility.ts';

const camera = lookAtCamera({
  eyeHead: [0, 0, 1.5],
  targetHead: [0, 0, 0],
  focalPx: 260,
  widthPx: 128,
  heightPx: 128,
});

function joinMeshes(
  a: TriangleMesh,
  b: TriangleMesh,
  offset: readonly [number, number, number],
): TriangleMesh {
  const moved = b.positionsHead.map((value, i) => value + offset[i % 3]!);
  const first = a.positionsHead.length / 3;
  return {
    positionsHead: new Float32Array([...a.positionsHead, ...moved]),
    triangles: new Uint32Array([...a.triangles, ...b.triangles.map((index) => index + first)]),
  };
}

describe('visibility', () => {
  it('sees the near side of a sphere up to grazing angles and nothing of the far side', () => {
    const mesh = makeIcosphere(0.2, 4);
    const seen = vertexVisibility(mesh, camera);
    facingCosines(mesh.positionsHead, vertexNormals(mesh), camera).forEach((cosine, i) => {
      if (cosine > 0.1) expect(seen[i], `cosine ${cosine}`).toBeGreaterThan(0.99);
      if (cosine <= 0) expect(seen[i]).toBe(0);
    });
  });

  it('finds the disc that a smaller sphere in front hides', () => {
    const mesh = joinMeshes(makeIcosphere(0.2, 4), makeIcosphere(0.05, 3), [0, 0, 0.4]);
    const seen = vertexVisibility(mesh, camera);
    const hidden = (0.05 / Math.sqrt(1.1 ** 2 - 0.05 ** 2)) * 1;
    let inside = 0;
    for (let i = 0; i < 2562; i++) {
      const [x, y, z] = [0, 1, 2].map((axis) => mesh.positionsHead[i * 3 + axis]!) as [
        number,
        number,
        number,
      ];
      if (z < 0.05) continue;
      const angle = Math.hypot(x, y) / (1.5 - z);
      // Two pixels around the shadow's edge belong to either side.
      if (angle < hidden - 2 / 260) {
        inside++;
        expect(seen[i]).toBe(0);
      }
      if (angle > hidden + 2 / 260) expect(seen[i]).toBeGreaterThan(0.99);
    }
    expect(inside).toBeGreaterThan(20);
  });
});
