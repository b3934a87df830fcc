/**
 * A head that is known exactly: an ellipsoid with a nose and two ball eyes, and a photo of it.
 *
 * Head frame, metres: x ±0.075, y −0.115 … +0.115, z −0.095 … +0.095, nose tip at (0, −0.01, 0.113), eyes at
 * (±0.032, 0.02). Groups `skin`, `eye-left`, `eye-right`; the uv seam lies behind the head. Colours are functions of
 * place (`paintHead`), so that a test can say what every pixel of every view should show.
 */
import { type Camera, lookAtCamera } from '../../src-main/camera/camera.ts';
import { createImage, type ImageRgba } from '../../src-main/image/image.ts';
import type { HeadTopology } from '../../src-main/mesh/mesh.ts';
import { checkMesh } from '../../src-main/mesh/mesh-checks.ts';
import { triangulateTopology } from '../../src-main/mesh/triangulate.ts';
import type { Photo } from '../../src-main/pipeline/01-photo/photo.ts';
import type { Analysis } from '../../src-main/pipeline/02-analyse/analysis.ts';
import type { Prior } from '../../src-main/pipeline/03-prior/prior.ts';
import { interpolate } from '../../src-main/render/interpolate.ts';
import { rasterise } from '../../src-main/render/rasterise.ts';
import { ellipsoidTemplate } from './sphere-template.ts';

export type SyntheticHead = { topology: HeadTopology; positionsHead: Float32Array };

/** `rows` × `columns` quads of skin; 40 × 56 are plenty for tests. */
export function makeSyntheticHead(rows = 40, columns = 56): SyntheticHead {
  const eye = (x: number): { centre: number[]; radii: number[] } => ({
    centre: [x, 0.02, 0.079],
    radii: [0.012, 0.012, 0.012],
  });
  const parts = [
    { name: 'skin', centre: [0, 0, 0], radii: [0.075, 0.115, 0.095] },
    { name: 'eye-left', ...eye(0.032) },
    { name: 'eye-right', ...eye(-0.032) },
  ];
  const { topology, positionsHead } = ellipsoidTemplate(parts, rows, columns);
  turnOutwards(topology, positionsHead);
  for (let i = 0; i < positionsHead.length; i += 3) {
    const [x, y, z] = [positionsHead[i]!, positionsHead[i + 1]!, positionsHead[i + 2]!];
    if (z > 0) positionsHead[i + 2] = z + 0.018 * Math.exp(-((x / 0.012) ** 2) - ((y + 0.01) / 0.02) ** 2);
  }
  return { topology, positionsHead };
}

/** Makes the quads CCW from outside, whichever way the template runs around. */
function turnOutwards(topology: HeadTopology, positionsHead: Float32Array): void {
  if (checkMesh({ positionsHead, triangles: triangulateTopology(topology).triangles }).volumeM3 > 0) return;
  for (const corners of [topology.quads, topology.quadUvs]) {
    for (let q = 0; q < corners.length; q += 4) {
      const [a, b, c, d] = corners.subarray(q, q + 4) as unknown as [number, number, number, number];
      corners.set([b, a, d, c], q);
    }
  }
}

/** sRGB [0, 1] at a point of the head: brown hair above and behind, skin with a soft pattern, dark pupils. */
export function paintHead(x: number, y: number, z: number): [number, number, number] {
  if (Math.hypot(Math.abs(x) - 0.032, y - 0.02) < 0.005 && z > 0.05) return [0.1, 0.08, 0.08];
  if (Math.hypot(Math.abs(x) - 0.032, y - 0.02) < 0.0115 && z > 0.05) return [0.9, 0.9, 0.9];
  if (y > 0.07 || (z < 0.0 && y > -0.05)) return [0.25, 0.15, 0.08];
  return [0.8 + 0.05 * Math.cos(60 * x), 0.6 + 0.05 * Math.sin(70 * y), 0.5];
}

/** Camera of a portrait taken from `azimuthDeg` (+ = from the subject's left). */
export function portraitCamera(azimuthDeg: number, sizePx: number): Camera {
  const turn = (azimuthDeg * Math.PI) / 180;
  return lookAtCamera({
    eyeHead: [1.2 * Math.sin(turn), 0.03, 1.2 * Math.cos(turn)],
    targetHead: [0, 0, 0],
    focalPx: sizePx * 3.2,
    widthPx: sizePx,
    heightPx: sizePx,
  });
}

export type PortraitInput = { photo: Photo; analysis: Analysis; prior: Prior };

/** What stages 01–03 would say of a photo of this head taken with this camera; green background. */
export function takePortrait(head: SyntheticHead, camera: Camera, worn?: Float32Array): PortraitInput {
  const { triangles } = triangulateTopology(head.topology);
  const mesh = { positionsHead: worn ?? head.positionsHead, triangles };
  const fragments = rasterise(mesh, camera);
  // Painted by the bald head's places, so that hair worn over it keeps the colours of where it grows.
  const places = interpolate(fragments, triangles, head.positionsHead, 3).values;
  const image: ImageRgba = createImage(camera.widthPx, camera.heightPx);
  const alpha = new Uint8Array(camera.widthPx * camera.heightPx);
  for (let i = 0; i < alpha.length; i++) {
    const isHead = fragments.triangleIds[i]! >= 0;
    const colour = isHead ? paintHead(places[i * 3]!, places[i * 3 + 1]!, places[i * 3 + 2]!) : [0, 1, 0];
    image.rgbaSrgb.set([...colour.map((value) => value * 255), 255], i * 4);
    alpha[i] = isHead ? 255 : 0;
  }
  const { widthPx, heightPx } = camera;
  const box = { x: 0, y: 0, width: widthPx, height: heightPx, score: 1 };
  return {
    photo: { image, sha256: '0'.repeat(64), format: 'png', focalLength35Mm: null, cropFactor: 1 },
    analysis: {
      face: box,
      faces: [box],
      landmarks: new Float32Array(478 * 3),
      landmarkScore: 1,
      mask: { widthPx, heightPx, alpha },
      embedding128: new Float32Array(128),
      embedding192: new Float32Array(192),
      quality: { eyeDistancePx: 100, sharpness: 1, yawDeg: 0, pitchDeg: 0, rollDeg: 0 },
    },
    prior: {
      modelId: 'synthetic',
      modelLicence: 'CC0-1.0',
      modelCredits: '',
      topology: head.topology,
      positionsHead: head.positionsHead,
      neutralHead: head.positionsHead,
      identity: new Float32Array(0),
      expression: new Float32Array(0),
      photoCamera: camera,
      landmarkErrorPercent: 0,
      confidence: {},
    },
  };
}
