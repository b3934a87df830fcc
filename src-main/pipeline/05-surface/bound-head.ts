/**
 * The box around everything the views show.
 * in: prior (Head, m), views (alpha, depth m) → out: box, Head, m, without what the neck's cut takes off.
 */
import type { View } from '../04-views/views.ts';
import { invertPose } from '../../camera/frames.ts';
import type { Points } from '../../camera/frames.ts';
import { beyondCut, type CutPlane } from '../../mesh/neck-cut.ts';
import { type Box, emptyBox, growBox } from './grid-layout.ts';

/** Half coverage. */
const COVERED = 128;
/** Every fourth row and column: 3.5 mm at 512 px, less than a cell. */
const STEP_PX = 4;

export function boundHead(priorHead: Points<'Head'>, views: readonly View[], cut: CutPlane): Box {
  const box = emptyBox();
  const add = (x: number, y: number, z: number): void => {
    if (beyondCut(cut, x, y, z) <= 0) growBox(box, x, y, z);
  };
  for (let i = 0; i < priorHead.length; i += 3) add(priorHead[i]!, priorHead[i + 1]!, priorHead[i + 2]!);
  for (const { camera, depth, image } of views) {
    // Where a view is covered but has no depth, its ray is met beside the head's origin, where outlines touch.
    const originDepth = -camera.cameraFromHead[14]!;
    const m = invertPose(camera.cameraFromHead);
    for (let row = 0; row < camera.heightPx; row += STEP_PX) {
      for (let column = 0; column < camera.widthPx; column += STEP_PX) {
        const pixel = row * camera.widthPx + column;
        if (image.rgbaSrgb[pixel * 4 + 3]! < COVERED) continue;
        const z = depth[pixel]! || originDepth;
        const x = ((column + 0.5 - camera.centrePx[0]) / camera.focalPx[0]) * z;
        const y = -((row + 0.5 - camera.centrePx[1]) / camera.focalPx[1]) * z;
        add(
          m[0]! * x + m[4]! * y - m[8]! * z + m[12]!,
          m[1]! * x + m[5]! * y - m[9]! * z + m[13]!,
          m[2]! * x + m[6]! * y - m[10]! * z + m[14]!,
        );
      }
    }
  }
  return box;
}
