/**
 * Visits the wanted samples of a grid that fall into a camera's image.
 * in: grid, camera, (samples) flags → `visit(sample, place)`, the place one object for all; rows of samples are walked with three additions each.
 */
import type { Camera } from '../../camera/camera.ts';
import type { SignedDistanceGrid } from './surface.ts';

/** Where a sample falls in the image, px, and its depth, m. */
export type Projected = { u: number; v: number; depth: number };

export function projectSamples(
  grid: SignedDistanceGrid,
  camera: Camera,
  wanted: Uint8Array,
  visit: (sample: number, place: Projected) => void,
): void {
  const { size, originHead, spacing } = grid;
  const place: Projected = { u: 0.5, v: 0.5, depth: 0.5 };
  const { widthPx, heightPx, focalPx, centrePx, cameraFromHead: m } = camera;
  for (let k = 0, sample = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const y = originHead[1] + spacing * j;
      const z = originHead[2] + spacing * k;
      let xCamera = m[0]! * originHead[0] + m[4]! * y + m[8]! * z + m[12]!;
      let yCamera = m[1]! * originHead[0] + m[5]! * y + m[9]! * z + m[13]!;
      let depth = -(m[2]! * originHead[0] + m[6]! * y + m[10]! * z + m[14]!);
      for (let i = 0; i < size[0]; i++, sample++) {
        if (wanted[sample] !== 0 && depth > 0) {
          const u = centrePx[0] + (focalPx[0] * xCamera) / depth;
          const v = centrePx[1] - (focalPx[1] * yCamera) / depth;
          if (u >= 0 && v >= 0 && u < widthPx && v < heightPx) {
            place.u = u;
            place.v = v;
            place.depth = depth;
            visit(sample, place);
          }
        }
        xCamera += m[0]! * spacing;
        yCamera += m[1]! * spacing;
        depth -= m[2]! * spacing;
      }
    }
  }
}
