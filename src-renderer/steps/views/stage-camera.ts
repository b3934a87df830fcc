/** Zoom and pan of the large view. `x`, `y`: px of the stage at which the picture's top-left corner lies. */
export type StageCamera = { scale: number; x: number; y: number };
export type Size = { width: number; height: number };

/** Below the whole view there is nothing to see, beyond this a pixel is a tile. */
const SCALE_MAX = 16;

/** The whole picture, in the middle, with a little room. */
export function fitCamera(stage: Size, sidePx: number): StageCamera {
  const scale = fitScale(stage, sidePx);
  return { scale, x: (stage.width - sidePx * scale) / 2, y: (stage.height - sidePx * scale) / 2 };
}

/** Zooms by `factor`, the point of the picture under (`atX`, `atY`) staying where it is. */
export function zoomCamera(
  camera: StageCamera,
  factor: number,
  atX: number,
  atY: number,
  stage: Size,
  sidePx: number,
): StageCamera {
  const least = fitScale(stage, sidePx);
  const scale = Math.min(SCALE_MAX, Math.max(least, camera.scale * factor));
  const grown = scale / camera.scale;
  return keepInside(
    { scale, x: atX - (atX - camera.x) * grown, y: atY - (atY - camera.y) * grown },
    stage,
    sidePx,
  );
}

export function panCamera(
  camera: StageCamera,
  byX: number,
  byY: number,
  stage: Size,
  sidePx: number,
): StageCamera {
  return keepInside({ ...camera, x: camera.x + byX, y: camera.y + byY }, stage, sidePx);
}

/** A point of the stage in px of the picture. */
export function toPicture(camera: StageCamera, x: number, y: number): [number, number] {
  return [(x - camera.x) / camera.scale, (y - camera.y) / camera.scale];
}

function fitScale({ width, height }: Size, sidePx: number): number {
  return Math.max(0.05, (Math.min(width, height) - 16) / sidePx);
}

/** A picture that is larger than the stage covers it; a smaller one stays in the middle. */
function keepInside({ scale, x, y }: StageCamera, stage: Size, sidePx: number): StageCamera {
  const side = sidePx * scale;
  const along = (at: number, length: number): number =>
    side <= length ? (length - side) / 2 : Math.min(0, Math.max(length - side, at));
  return { scale, x: along(x, stage.width), y: along(y, stage.height) };
}
