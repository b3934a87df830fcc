/**
 * The input picture of a synthetic head: a camera as portraits have, a background, and what photographs suffer.
 *
 * In: scene in the person frame. Out: photo (H, H, 4), person mask (H, H) as a mask network would give it, the camera
 * (pose cameraFromPerson). Yaw within ±40° (paper section 3.2), pitch, roll, distance from selfie to studio.
 */
import { type Camera, cameraCentreHead, lookAtCamera } from '../../camera/camera.ts';
import { composePoses, type Pose } from '../../camera/frames.ts';
import { gaussianBlur } from '../../image/gaussian-blur.ts';
import { createImage, createRaster, type ImageRgba } from '../../image/image.ts';
import type { ImagePort } from '../makehuman/assets.ts';
import type { Draw } from '../random.ts';
import { cellNoise } from '../render/paint-skin.ts';
import { renderScene } from '../render/render-scene.ts';
import type { Scene } from '../render/scene.ts';

export type SyntheticPhoto = { image: ImageRgba; maskAlpha: Uint8Array; camera: Camera };

/** Side of the picture, px: the landmark network looks at 192 px of face. */
export const PHOTO_PX = 384;
const YAW_DEG = 40;
/** Height of head and hair, m, and the share of the picture that it may fill. */
const HEAD_HEIGHT_M = 0.26;
const FRAMING = [0.42, 0.72] as const;

/** Portrait camera in the person frame: 0.5 m (selfie) to 2.5 m (studio). */
export function placeCamera(draw: Draw): Camera {
  const yaw = (draw.uniform(-YAW_DEG, YAW_DEG) * Math.PI) / 180;
  const pitch = draw.normal(0.1);
  const distance = 0.55 * 4.5 ** draw.uniform(0, 1);
  const eyeHead = [
    distance * Math.sin(yaw) * Math.cos(pitch),
    distance * Math.sin(pitch),
    distance * Math.cos(yaw) * Math.cos(pitch),
  ] as const;
  const camera = lookAtCamera({
    eyeHead,
    targetHead: [draw.normal(0.012), draw.normal(0.012), 0],
    focalPx: (PHOTO_PX * draw.uniform(...FRAMING) * distance) / HEAD_HEIGHT_M,
    widthPx: PHOTO_PX,
    heightPx: PHOTO_PX,
  });
  return { ...camera, cameraFromHead: composePoses(rollPose(draw.normal(0.08)), camera.cameraFromHead) };
}

function rollPose(angle: number): Pose<'Camera', 'Camera'> {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return Float64Array.of(cos, sin, 0, 0, -sin, cos, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1) as Pose<'Camera', 'Camera'>;
}

/** Direction from the head to the camera: where highlights are seen from. */
export function directionTo(camera: Camera): [number, number, number] {
  const [x, y, z] = cameraCentreHead(camera);
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

export async function takePhoto(
  draw: Draw,
  scene: Scene,
  camera: Camera,
  port: ImagePort,
): Promise<SyntheticPhoto> {
  const { image: person } = renderScene(scene, camera, 2, null);
  const background = drawBackground(draw);
  const mixed = createRaster(PHOTO_PX, PHOTO_PX, 3);
  const alpha = createRaster(PHOTO_PX, PHOTO_PX, 1);
  for (let i = 0; i < PHOTO_PX * PHOTO_PX; i++) {
    const share = person.rgbaSrgb[i * 4 + 3]! / 255;
    alpha.values[i] = share;
    for (let c = 0; c < 3; c++) {
      mixed.values[i * 3 + c] = share * person.rgbaSrgb[i * 4 + c]! + (1 - share) * background[i * 3 + c]!;
    }
  }
  const blurred = gaussianBlur(mixed, draw.chance(0.5) ? draw.uniform(0.3, 1.4) : 0);
  const noise = draw.chance(0.7) ? draw.uniform(0, 6) : 0;
  const image = createImage(PHOTO_PX, PHOTO_PX);
  for (let i = 0; i < PHOTO_PX * PHOTO_PX; i++) {
    // Sum of three uniforms: close enough to normal, and fast.
    for (let c = 0; c < 3; c++) {
      const grain =
        noise === 0 ? 0 : noise * (draw.uniform(-1, 1) + draw.uniform(-1, 1) + draw.uniform(-1, 1));
      image.rgbaSrgb[i * 4 + c] = blurred.values[i * 3 + c]! + grain;
    }
    image.rgbaSrgb[i * 4 + 3] = 255;
  }
  return {
    image: draw.chance(0.8) ? await port.passJpeg(image, Math.round(draw.uniform(45, 95))) : image,
    maskAlpha: softenMask(draw, alpha.values),
    camera,
  };
}

/** A soft edge that wanders by some pixels, as mask networks' edges do. */
function softenMask(draw: Draw, alpha: Float32Array): Uint8Array {
  const wander = draw.uniform(0, 0.25);
  const shift = draw.normal(0.06);
  const cells = draw.uniform(8, 25);
  const offset = draw.uniform(0, 1000);
  const soft = gaussianBlur(
    { widthPx: PHOTO_PX, heightPx: PHOTO_PX, channels: 1, values: alpha },
    draw.uniform(0.8, 2.2),
  );
  const sharpness = draw.uniform(1.2, 2.5);
  const out = new Uint8Array(alpha.length);
  for (let i = 0; i < out.length; i++) {
    const value = soft.values[i]!;
    if (value <= 0.002 || value >= 0.998) {
      out[i] = value * 255;
      continue;
    }
    const noise = cellNoise((i % PHOTO_PX) / cells, Math.floor(i / PHOTO_PX) / cells, offset) - 0.5;
    out[i] = 255 * Math.min(1, Math.max(0, 0.5 + sharpness * (value - 0.5 + shift + wander * noise)));
  }
  return out;
}

/** (H, H, 3): a wall with a gradient, or blurred patches of light. */
function drawBackground(draw: Draw): Float32Array {
  const colour = (): number[] => [draw.uniform(0, 255), draw.uniform(0, 255), draw.uniform(0, 255)];
  const grey = draw.uniform(10, 245);
  const isPlain = draw.chance(0.4);
  const [a, b, c] = isPlain
    ? [[grey, grey, grey], colour().map((v) => 0.7 * grey + 0.3 * v), [grey, grey, grey]]
    : [colour(), colour(), colour()];
  const angle = draw.uniform(0, 2 * Math.PI);
  const cells = draw.uniform(15, 120);
  const offset = draw.uniform(0, 1000);
  const strength = isPlain ? 0 : draw.uniform(0.2, 1);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const out = new Float32Array(PHOTO_PX * PHOTO_PX * 3);
  for (let y = 0; y < PHOTO_PX; y++) {
    for (let x = 0; x < PHOTO_PX; x++) {
      const t = 0.5 + 0.5 * ((x / PHOTO_PX - 0.5) * cos + (y / PHOTO_PX - 0.5) * sin);
      const patch = strength === 0 ? 0 : strength * cellNoise(x / cells, y / cells, offset);
      for (let k = 0; k < 3; k++)
        out[(y * PHOTO_PX + x) * 3 + k] = (1 - patch) * (a![k]! * (1 - t) + b![k]! * t) + patch * c![k]!;
    }
  }
  return out;
}
