/**
 * Where the face of a rendered head is: whether landmarks that a network found lie on it.
 * Detectors find faces in curls: one, surer than the true face beside it, stood for the identity of a portrait turned by 30°.
 *
 * In: fitted head; camera; landmarks (478, 3) px of that camera. Out: is the middle between the eyes where the head has it.
 */
import { type Camera, projectPoints } from '../../camera/camera.ts';
import type { FittedHead } from '../../pipeline/06-head/head.ts';
import { namePartsOf } from '../../pipeline/07-texture/colour-vertices.ts';

/** Outer corners of the eyes. */
const EYES = [33, 263] as const;
/** Distance from the head's eyes up to which it is that face, in distances from eyes to mouth. */
const REACH = 0.75;

export function placeFace({
  topology,
  positionsHead,
}: Pick<FittedHead, 'topology' | 'positionsHead'>): (camera: Camera) => (landmarks: Float32Array) => boolean {
  const parts = namePartsOf(topology);
  const middle = (part: 'eye' | 'mouth'): number[] => {
    const vertices = [...parts.keys()].filter((v) => parts[v] === part);
    return [0, 1, 2].map((c) =>
      vertices.reduce((sum, v) => sum + positionsHead[v * 3 + c]! / vertices.length, 0),
    );
  };
  const places = Float32Array.from([...middle('eye'), ...middle('mouth')]);
  const sizeM = Math.hypot(...[0, 1, 2].map((c) => places[c]! - places[3 + c]!));
  return (camera) => {
    const [x, y, depthM] = projectPoints(camera, places);
    const reachPx = (REACH * sizeM * camera.focalPx[0]) / depthM!;
    return (landmarks) => {
      const at = (c: 0 | 1): number => (landmarks[EYES[0] * 3 + c]! + landmarks[EYES[1] * 3 + c]!) / 2;
      return Math.hypot(at(0) - x!, at(1) - y!) < reachPx;
    };
  };
}
