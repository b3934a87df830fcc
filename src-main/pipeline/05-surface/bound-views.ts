/**
 * The box around everything the views show.
 * in: views (depth m) → out: box, Head, m, not below the neck's cut.
 */
import type { View } from '../04-views/views.ts';
import { invertPose } from '../../camera/frames.ts';
import { type Box, emptyBox, growBox } from './grid-layout.ts';

/** Every fourth row and column: 3.5 mm at 512 px, less than a cell. */
const STEP_PX = 4;

export function boundViews(views: readonly View[], neckYHead: number): Box {
  const box = emptyBox();
  for (const { camera, depth } of views) {
    const m = invertPose(camera.cameraFromHead);
    for (let row = 0; row < camera.heightPx; row += STEP_PX) {
      for (let column = 0; column < camera.widthPx; column += STEP_PX) {
        const z = depth[row * camera.widthPx + column]!;
        if (z === 0) continue;
        const x = ((column + 0.5 - camera.centrePx[0]) / camera.focalPx[0]) * z;
        const y = -((row + 0.5 - camera.centrePx[1]) / camera.focalPx[1]) * z;
        growBox(
          box,
          m[0]! * x + m[4]! * y - m[8]! * z + m[12]!,
          Math.max(m[1]! * x + m[5]! * y - m[9]! * z + m[13]!, neckYHead),
          m[2]! * x + m[6]! * y - m[10]! * z + m[14]!,
        );
      }
    }
  }
  return box;
}
