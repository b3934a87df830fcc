import { describe, expect, it } from 'vitest';
import {
  cameraCentreHead,
  lookAtCamera,
  projectPoints,
  resizeCamera,
  unprojectPoints,
} from '../../../src-main/camera/camera.ts';
import {
  composePoses,
  flipOpenCvPose,
  invertPose,
  transformPoints,
} from '../../../src-main/camera/frames.ts';
import { RIG_EXTENT_M, rigCamera, viewRig } from '../../../src-main/camera/view-rig.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const seed = 5;
const random = createSeededRandom(new Uint32Array([seed, 2, 3, 4]));
const pointsHead = Float32Array.from({ length: 300 }, () => (random() - 0.5) * 0.3);
const camera = lookAtCamera({
  eyeHead: [0.4, 0.3, 1.2],
  targetHead: [0.02, -0.01, 0.05],
  focalPx: 700,
  widthPx: 640,
  heightPx: 480,
});

const expectClose = (a: ArrayLike<number>, b: ArrayLike<number>, digits: number): void => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(a[i], `value ${i}, seed ${seed}`).toBeCloseTo(b[i]!, digits);
};

describe('camera', () => {
  it('puts the target in the middle, +X to the right of the image for a camera in front, +Y up', () => {
    const front = lookAtCamera({
      eyeHead: [0, 0, 1],
      targetHead: [0, 0, 0],
      focalPx: 100,
      widthPx: 40,
      heightPx: 20,
    });
    expectClose(
      projectPoints(front, new Float32Array([0, 0, 0, 0.1, 0, 0, 0, 0.05, 0])),
      [20, 10, 1, 30, 10, 1, 20, 5, 1],
      4,
    );
  });

  it('unprojects what it projects', () => {
    expectClose(unprojectPoints(camera, projectPoints(camera, pointsHead)), pointsHead, 5);
  });

  it('knows its own centre', () => {
    expectClose(cameraCentreHead(camera), [0.4, 0.3, 1.2], 12);
  });

  it('projects to scaled pixels after resizing, also when the aspect changes', () => {
    const before = projectPoints(camera, pointsHead);
    const after = projectPoints(resizeCamera(camera, 320, 960), pointsHead);
    expectClose(
      after,
      before.map((value, i) => value * [0.5, 2, 1][i % 3]!),
      3,
    );
  });

  it('stays a rotation when it looks straight down', () => {
    const down = lookAtCamera({
      eyeHead: [0, 2, 0],
      targetHead: [0, 0, 0],
      focalPx: 100,
      widthPx: 100,
      heightPx: 100,
    });
    const [u, v, depth] = projectPoints(down, new Float32Array([0, 0, 0.2]));
    expectClose([u!, v!, depth!], [50, 60, 2], 4);
  });
});

describe('frames', () => {
  it('inverts and composes to the identity', () => {
    const identity = composePoses(invertPose(camera.cameraFromHead), camera.cameraFromHead);
    expectClose(identity, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 12);
  });

  it('composes like applying one after the other', () => {
    const other = rigCamera(70, 20, 64).cameraFromHead;
    const turned = transformPoints(
      camera.cameraFromHead,
      transformPoints(invertPose(other), transformPoints(other, pointsHead)),
    );
    const composed = composePoses(composePoses(camera.cameraFromHead, invertPose(other)), other);
    expectClose(transformPoints(composed, pointsHead), turned, 5);
  });

  it('turns OpenCV poses: a point in front has positive z there and the same pixel', () => {
    const flipped = transformPoints(flipOpenCvPose(camera.cameraFromHead), pointsHead);
    const pixels = projectPoints(camera, pointsHead);
    for (let i = 0; i < flipped.length; i += 3) {
      expect(flipped[i + 2]).toBeGreaterThan(0);
      expect((700 * flipped[i]!) / flipped[i + 2]! + 320).toBeCloseTo(pixels[i]!, 2);
      expect((700 * flipped[i + 1]!) / flipped[i + 2]! + 240).toBeCloseTo(pixels[i + 1]!, 2);
    }
    expect(flipOpenCvPose(flipOpenCvPose(camera.cameraFromHead))).toEqual(camera.cameraFromHead);
  });
});

describe('view rig', () => {
  it('starts in front of the face and turns to the subject’s left', () => {
    const rig = viewRig(16, 256);
    expect(rig[0]).toMatchObject({ azimuthDeg: 0, elevationDeg: 0 });
    expect(cameraCentreHead(rig[0]!.camera)[2]).toBeGreaterThan(1);
    expect(rig[4]!.azimuthDeg).toBe(90);
    expect(cameraCentreHead(rig[4]!.camera)[0]).toBeGreaterThan(1);
  });

  it.each([4, 8, 12, 16, 24])('is symmetric to the sagittal plane with %i views', (count) => {
    const rig = viewRig(count, 128);
    for (let i = 1; i < count; i++) {
      const [x, y, z] = cameraCentreHead(rig[i]!.camera);
      const [mx, my, mz] = cameraCentreHead(rig[count - i]!.camera);
      expectClose([-x, y, z], [mx, my, mz], 10);
    }
  });

  it('frames the same extent at every size', () => {
    for (const size of [64, 512]) {
      const edge = projectPoints(rigCamera(0, 0, size), new Float32Array([RIG_EXTENT_M / 2, 0, 0]));
      expect(edge[0]! / size).toBeCloseTo(1, 5);
    }
  });
});
