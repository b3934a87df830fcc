/** The batch of the bench: a rough ball of 128³ samples and the rays of one view of a smooth one, every second row and column. */
import type { Camera } from '../../src-main/camera/camera.ts';
import { rigCamera } from '../../src-main/camera/view-rig.ts';
import { nearSurface } from '../../src-main/pipeline/05-surface/near-surface.ts';
import type { RayTarget } from '../../src-main/pipeline/05-surface/render-ray.ts';
import type { SignedDistanceGrid } from '../../src-main/pipeline/05-surface/surface.ts';

export type Ray = { x: number; y: number; depth: number; target: RayTarget };
export type Batch = { grid: SignedDistanceGrid; band: Uint32Array; camera: Camera; rays: Ray[] };

const COUNT = 128;
const RADIUS_M = 0.1;
const SIZE_PX = 512;
const STRIDE_PX = 2;
const spacing = 0.3 / (COUNT - 1);

/** 1/m: as in the middle of a refinement. */
export const SHARPNESS = 2.5 / spacing;
/** m, and Adam's decay rates and guard, as refine-neural.ts has them. */
export const adamConstants = { step: 0.03 * spacing, decay: [0.9, 0.99] as const, guard: 1e-6 };

export function makeBatch(): Batch {
  const values = new Float32Array(COUNT ** 3);
  for (let i = 0; i < values.length; i++) {
    const p = [i % COUNT, Math.floor(i / COUNT) % COUNT, Math.floor(i / COUNT ** 2)];
    values[i] =
      Math.hypot(...p.map((k) => k * spacing - 0.15)) - RADIUS_M + 0.2 * spacing * Math.sin(1.7 * i);
  }
  const grid: SignedDistanceGrid = {
    size: [COUNT, COUNT, COUNT],
    originHead: [-0.15, -0.15, -0.15],
    spacing,
    values,
  };
  const camera = rigCamera(30, 10, SIZE_PX);
  return { grid, band: nearSurface(grid, 2.5), camera, rays: castRays(camera) };
}

function castRays({ widthPx, heightPx, focalPx, centrePx, cameraFromHead: m }: Camera): Ray[] {
  const rays: Ray[] = [];
  const distance = -m[14]!;
  for (let row = 0; row < heightPx; row += STRIDE_PX) {
    for (let column = 0; column < widthPx; column += STRIDE_PX) {
      const x = (column + 0.5 - centrePx[0]) / focalPx[0];
      const y = -(row + 0.5 - centrePx[1]) / focalPx[1];
      // The camera looks at the ball's middle, which is the head's origin.
      const square = x * x + y * y + 1;
      const inside = distance * distance - square * (distance * distance - RADIUS_M * RADIUS_M);
      if (inside < 0) continue;
      const depth = (distance - Math.sqrt(inside)) / square;
      const p = [x * depth - m[12]!, y * depth - m[13]!, -depth - m[14]!];
      const normal = [0, 1, 2].map(
        (k) => (m[4 * k]! * p[0]! + m[4 * k + 1]! * p[1]! + m[4 * k + 2]! * p[2]!) / RADIUS_M,
      );
      rays.push({
        x,
        y,
        depth,
        target: { coverage: 1, normal: normal as [number, number, number], isOutline: false },
      });
    }
  }
  return rays;
}
