/**
 * A picture of a known head: pinhole camera, soft light from one side, a plain background, hair and glasses if wanted.
 * KnownHead, Scene, random numbers → photo (H, W, 4) sRGB and the camera that took it.
 *
 * Hair is a shell above the scalp, glasses are dark tubes: enough to hide what they hide and to move the portrait mask.
 */
import { type Camera, lookAtCamera } from '../../camera/camera.ts';
import { type ImageRgba, createImage } from '../../image/image.ts';
import { sampleBilinearInto } from '../../image/sample-bilinear.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { downsampleImage } from '../../render/downsample-image.ts';
import { interpolate } from '../../render/interpolate.ts';
import { rasterise } from '../../render/rasterise.ts';
import { makeGlasses } from './make-glasses.ts';
import { growHair } from './grow-hair.ts';
import type { KnownHead, Scene } from './known-head.ts';
import { drawBetween } from './random-draws.ts';

const SIZE_PX = 512;
const SUPERSAMPLE = 2;
/** Height of what the picture shows at the head's distance, m: head, neck and some background. */
const EXTENT_M = 0.5;
const AMBIENT = 0.45;

export function drawKnownHead(
  head: KnownHead,
  scene: Scene,
  random: () => number,
): { image: ImageRgba; camera: Camera } {
  const camera = sceneCamera(scene);
  const hair = scene.hasHair ? growHair(head, random) : null;
  const glasses = scene.hasGlasses ? makeGlasses(head) : null;
  const parts = [
    { positions: head.positionsHead, triangles: head.triangles, colours: head.paint.coloursSrgb },
    ...(hair === null ? [] : [hair]),
    ...(glasses === null ? [] : [glasses]),
  ];
  const mesh = joinParts(parts);
  const fine: Camera = {
    ...camera,
    widthPx: SIZE_PX * SUPERSAMPLE,
    heightPx: SIZE_PX * SUPERSAMPLE,
    focalPx: [camera.focalPx[0] * SUPERSAMPLE, camera.focalPx[1] * SUPERSAMPLE],
    centrePx: [camera.centrePx[0] * SUPERSAMPLE, camera.centrePx[1] * SUPERSAMPLE],
  };
  const fragments = rasterise(mesh, fine);
  const colours = interpolate(fragments, mesh.triangles, mesh.colours, 4).values;
  const normals = interpolate(fragments, mesh.triangles, vertexNormals(mesh), 3).values;
  const light = sceneLight(camera, random);
  const texture = head.paint.texture;
  const textured = texture === null ? null : toRaster(texture.image);
  const grey = drawBetween(random, 0.35, 0.9);
  const background = [grey, grey * drawBetween(random, 0.85, 1.05), grey * drawBetween(random, 0.85, 1.1)];
  const out = createImage(fine.widthPx, fine.heightPx);
  const colour = new Float64Array(4);
  for (let i = 0; i < fragments.triangleIds.length; i++) {
    const id = fragments.triangleIds[i]!;
    for (let c = 0; c < 3; c++) colour[c] = background[c]!;
    if (id >= 0) {
      if (texture !== null && textured !== null && id * 3 < head.triangles.length) {
        const w1 = fragments.barycentrics[i * 2]!;
        const w2 = fragments.barycentrics[i * 2 + 1]!;
        const uv = [0, 1].map((axis) => {
          const at = (k: number): number => texture.uvs[texture.triangleUvs[id * 3 + k]! * 2 + axis]!;
          return (1 - w1 - w2) * at(0) + w1 * at(1) + w2 * at(2);
        });
        sampleBilinearInto(textured, uv[0]! * textured.widthPx, uv[1]! * textured.heightPx, colour);
      }
      const alpha = texture === null || id * 3 >= head.triangles.length ? 1 : colours[i * 4 + 3]!;
      const facing = [0, 1, 2].reduce((sum, axis) => sum + normals[i * 3 + axis]! * light[axis]!, 0);
      const shade = AMBIENT + (1 - AMBIENT) * Math.max(0, 0.25 + 0.75 * facing);
      for (let c = 0; c < 3; c++)
        colour[c] = shade * (alpha * colours[i * 4 + c]! + (1 - alpha) * colour[c]!);
    }
    for (let c = 0; c < 3; c++) out.rgbaSrgb[i * 4 + c] = 255 * colour[c]!;
    out.rgbaSrgb[i * 4 + 3] = 255;
  }
  return { image: downsampleImage(out, SUPERSAMPLE), camera };
}

/** Yaw: + = the subject looks to the subject's left, so the camera stands on the subject's right. */
function sceneCamera(scene: Scene): Camera {
  const yaw = (-scene.yawDeg * Math.PI) / 180;
  const pitch = (scene.pitchDeg * Math.PI) / 180;
  return lookAtCamera({
    eyeHead: [
      scene.distanceM * Math.sin(yaw) * Math.cos(pitch),
      scene.distanceM * Math.sin(pitch),
      scene.distanceM * Math.cos(yaw) * Math.cos(pitch),
    ],
    targetHead: [0, -0.02, 0.02],
    focalPx: (SIZE_PX * scene.distanceM) / EXTENT_M,
    widthPx: SIZE_PX,
    heightPx: SIZE_PX,
  });
}

/** Unit vector towards the light in the head frame: in front of the face as the camera sees it, up to 50° aside. */
function sceneLight(camera: Camera, random: () => number): number[] {
  const [right, up] = [drawBetween(random, -0.8, 0.8), drawBetween(random, 0, 0.8)];
  const m = camera.cameraFromHead;
  const toLight = [0, 1, 2].map((axis) => right * m[axis * 4]! + up * m[axis * 4 + 1]! + m[axis * 4 + 2]!);
  const length = Math.hypot(...toLight);
  return toLight.map((value) => value / length);
}

function toRaster(image: ImageRgba): {
  widthPx: number;
  heightPx: number;
  channels: number;
  values: Float32Array;
} {
  const values = Float32Array.from(image.rgbaSrgb, (value) => value / 255);
  return { widthPx: image.widthPx, heightPx: image.heightPx, channels: 4, values };
}

export type DrawnPart = { positions: Float32Array; triangles: Uint32Array; colours: Float32Array };

function joinParts(parts: readonly DrawnPart[]): {
  positionsHead: Float32Array;
  triangles: Uint32Array;
  colours: Float32Array;
} {
  const total = (pick: (part: DrawnPart) => ArrayLike<number>): number =>
    parts.reduce((sum, part) => sum + pick(part).length, 0);
  const positionsHead = new Float32Array(total((part) => part.positions));
  const triangles = new Uint32Array(total((part) => part.triangles));
  const colours = new Float32Array(total((part) => part.colours));
  let [p, t] = [0, 0];
  for (const part of parts) {
    positionsHead.set(part.positions, p);
    colours.set(part.colours, (p / 3) * 4);
    triangles.set(
      part.triangles.map((v) => v + p / 3),
      t,
    );
    p += part.positions.length;
    t += part.triangles.length;
  }
  return { positionsHead, triangles, colours };
}
