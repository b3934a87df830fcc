import type {
  MaskStroke,
  Photo,
  PhotoCrop,
  PhotoFit,
  PixelPoint,
} from '../../../src-main/contract/entities.ts';
import type { PhotoEditor } from '../../state/photo-editor.svelte.ts';
import { handleAt } from './draw-photo.ts';
import { HANDLE_POINTS } from './handle-points.ts';
import { type PhotoView, type Point, cropBetween, simplifyStroke, toPhoto } from './photo-view.ts';

/** What a press began; `move` and `end` go on with it. */
export type Gesture = {
  /** What is to be drawn meanwhile. */
  draft: { crop: PhotoCrop | null; stroke: MaskStroke | null; landmark: number | null };
  move(at: Point): void;
  end(at: Point): void;
};

/** How near a press has to be to a point, CSS px. */
const REACH = 14;
/** A smaller rectangle was a click; below it no face is large enough to be worked on, px. */
const MIN_CROP_PX = 48;
/** Points of a stroke nearer than this part of the radius say nothing new. */
const STROKE_STEP = 0.25;

type Place = { editor: PhotoEditor; photo: Photo; view: PhotoView };

/** null: nothing is there to be taken hold of, and the press moves the picture. */
export function beginGesture(place: Place, at: Point): Gesture | null {
  const { editor } = place;
  if (editor.tool === 'mask') return paintStroke(place, at);
  if (editor.tool === 'frame') return drawCrop(place, at);
  const landmark = editor.fit && nearestHandle(editor.fit, place.view, at);
  return landmark === null ? null : dragPoint(place, landmark);
}

export function nearestHandle(fit: PhotoFit, view: PhotoView, at: Point): number | null {
  let [nearest, least]: [number | null, number] = [null, REACH];
  for (const landmark of HANDLE_POINTS) {
    const { x, y } = handleAt(fit, landmark, view);
    const distance = Math.hypot(x - at.x, y - at.y);
    if (!fit.facing[landmark] || distance >= least) continue;
    [nearest, least] = [landmark, distance];
  }
  return nearest;
}

/** The one after it, of those that are seen; the first where none was selected. */
export function nextHandle(fit: PhotoFit, selected: number | null, by: 1 | -1): number | null {
  const offered = HANDLE_POINTS.filter((landmark) => fit.facing[landmark]);
  const index = selected === null ? -1 : offered.indexOf(selected);
  return offered.at((index + by + offered.length) % offered.length) ?? null;
}

function dragPoint({ editor, photo, view }: Place, landmark: number): Gesture {
  let moved = false;
  return {
    draft: { crop: null, stroke: null, landmark },
    move(at) {
      moved = true;
      editor.follow(photo, landmark, toPhoto(view, at));
    },
    end(at) {
      if (moved) void editor.pin(photo, landmark, toPhoto(view, at));
    },
  };
}

function paintStroke({ editor, photo, view }: Place, start: Point): Gesture | null {
  const radiusPx = editor.brushRadiusPx;
  if (radiusPx === null) return null;
  const tuple = (at: Point): [number, number] => {
    const { xPx, yPx } = toPhoto(view, at);
    return [xPx, yPx];
  };
  const stroke: MaskStroke = { keep: editor.brushKeeps, radiusPx, pointsPx: [tuple(start)] };
  return {
    draft: { crop: null, stroke, landmark: null },
    move: (at) => void stroke.pointsPx.push(tuple(at)),
    end() {
      const pointsPx = simplifyStroke(stroke.pointsPx, radiusPx * STROKE_STEP);
      void editor.paint(photo, { ...stroke, pointsPx });
    },
  };
}

/** A rectangle is the part to look at; a click on a face chooses it. */
function drawCrop({ editor, photo, view }: Place, start: Point): Gesture {
  const from = toPhoto(view, start);
  const gesture: Gesture = {
    draft: { crop: null, stroke: null, landmark: null },
    move(at) {
      gesture.draft.crop = cropBetween(from, toPhoto(view, at), photo);
    },
    end() {
      const { crop } = gesture.draft;
      if (crop && crop.widthPx >= MIN_CROP_PX && crop.heightPx >= MIN_CROP_PX) {
        void editor.correct(photo, { crop });
      } else if (editor.fit) {
        const face = editor.fit.faces.findIndex((box) => isInside(from, box));
        if (face > 0) void chooseFace(editor, photo, face);
      }
    },
  };
  return gesture;
}

/** Points and strokes belong to the face before it: they stay, because choosing another is undone as one edit. */
export async function chooseFace(editor: PhotoEditor, photo: Photo, index: number): Promise<void> {
  const box = editor.fit?.faces[index];
  if (!box) return;
  const face = { xPx: box.xPx + box.widthPx / 2, yPx: box.yPx + box.heightPx / 2 };
  await editor.correct(photo, { face, pins: [] });
}

function isInside({ xPx, yPx }: PixelPoint, box: PhotoCrop): boolean {
  return xPx >= box.xPx && yPx >= box.yPx && xPx <= box.xPx + box.widthPx && yPx <= box.yPx + box.heightPx;
}
