import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { expect, test } from 'vitest';
import { wholePhotoView } from '../../src-renderer/steps/whole-photo-view.ts';
import { type PhotoView, createPhotoCamera } from '../../src-renderer/viewport/photo-camera.ts';

const PHOTO = { widthPx: 1200, heightPx: 900 };
const CROP = { xPx: 640, yPx: 130, widthPx: 400, heightPx: 500 };
const CANVAS = { width: 800, height: 600 };
const DISTANCE_M = 0.9;
const FOCAL_PX = 1100;
const BOUNDS = { low: new Vector3(-0.1, -0.15, -0.12), high: new Vector3(0.1, 0.16, 0.11) };
const NOSE: [number, number, number] = [0.03, -0.02, 0.1];

/** As stage 03 has it: around the middle of the picture that was worked on. */
function viewOf({ widthPx, heightPx }: { widthPx: number; heightPx: number }): PhotoView {
  return {
    widthPx,
    heightPx,
    focalPx: [FOCAL_PX, FOCAL_PX],
    centrePx: [widthPx / 2, heightPx / 2],
    cameraFromHead: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, -DISTANCE_M, 1],
  };
}

/** Where the nose is in the picture, by the projection that `cameras.json` spells out. */
function projectNose({ centrePx, focalPx }: PhotoView): [number, number] {
  const [x, y, z] = [NOSE[0], NOSE[1], NOSE[2] - DISTANCE_M];
  return [centrePx[0] - (focalPx[0] * x) / z, centrePx[1] + (focalPx[1] * y) / z];
}

test('the nose of a head made with a crop is drawn over its pixel of the whole photo', () => {
  const inCrop = viewOf(CROP);
  const [u, v] = projectNose(inCrop);
  const scene = new Scene(new NullEngine());
  scene.useRightHandedSystem = true;
  const { camera, aim } = createPhotoCamera(scene);
  const frame = aim(wholePhotoView(inCrop, CROP, PHOTO), BOUNDS, CANVAS);
  const seen = Vector3.TransformCoordinates(
    new Vector3(...NOSE),
    camera.getViewMatrix().multiply(camera.getProjectionMatrix()),
  );
  expect(frame.width / frame.height).toBeCloseTo(PHOTO.widthPx / PHOTO.heightPx, 9);
  const scale = frame.width / PHOTO.widthPx;
  expect(((seen.x + 1) / 2) * CANVAS.width).toBeCloseTo(frame.left + scale * (CROP.xPx + u), 3);
  expect(((1 - seen.y) / 2) * CANVAS.height).toBeCloseTo(frame.top + scale * (CROP.yPx + v), 3);
});

test('without a crop the camera stays; an origin beyond the photo is held inside it', () => {
  const view = viewOf(PHOTO);
  expect(wholePhotoView(view, null, PHOTO)).toBe(view);
  const beyond = wholePhotoView(
    viewOf({ widthPx: 1, heightPx: 1 }),
    { ...CROP, xPx: 5000, yPx: 5000 },
    PHOTO,
  );
  expect(beyond.centrePx).toEqual([PHOTO.widthPx - 0.5, PHOTO.heightPx - 0.5]);
});
