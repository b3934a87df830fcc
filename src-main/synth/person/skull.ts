/**
 * The skull that hair lies on: an ellipsoid above its widest place, a column that narrows to the neck below.
 * Fitted to the scalp of one person; keeps strands outside and off the face. Person frame, m.
 */
import type { BodyMap } from './body-map.ts';
import { unit, type Vector } from './vectors.ts';

export type Skull = { centre: Vector; radii: Vector };

/** Half the width of the face that falling hair leaves free, m. */
const FACE_HALF_WIDTH = 0.062;

export function fitSkull(body: Float32Array, map: BodyMap): Skull {
  const low: Vector = [Infinity, Infinity, Infinity];
  const high: Vector = [-Infinity, -Infinity, -Infinity];
  map.hairline.forEach((height, i) => {
    if (height < 0.05) return;
    for (let c = 0; c < 3; c++) {
      low[c] = Math.min(low[c]!, body[i * 3 + c]!);
      high[c] = Math.max(high[c]!, body[i * 3 + c]!);
    }
  });
  // The widest place of the skull lies about 5.5 cm below its top on every head.
  const height = 0.62 * (high[0]! - low[0]!);
  return {
    centre: [(low[0]! + high[0]!) / 2, high[1]! - height, (low[2]! + high[2]!) / 2],
    radii: [(high[0]! - low[0]!) / 2, height, (high[2]! - low[2]!) / 2],
  };
}

export function keepOutside(skull: Skull, place: Vector, layer: number): Vector {
  const [cx, cy, cz] = skull.centre;
  const [rx, ry, rz] = [skull.radii[0] + layer, skull.radii[1] + layer, skull.radii[2] + layer];
  const y = place[1] - cy;
  // Below the widest place: a column that narrows to the neck.
  const narrow = y >= 0 ? 1 : Math.max(0.72, 1 + 2.2 * y);
  const d = Math.hypot((place[0] - cx) / (rx * narrow), y >= 0 ? y / ry : 0, (place[2] - cz) / (rz * narrow));
  if (d >= 1 || d === 0) return place;
  return [cx + (place[0] - cx) / d, y >= 0 ? cy + y / d : place[1], cz + (place[2] - cz) / d];
}

export function keepOffFace(skull: Skull, place: Vector): Vector {
  const isLow = place[1] < skull.centre[1] + 0.55 * skull.radii[1];
  const isBefore = place[2] > skull.centre[2] + 0.35 * skull.radii[2];
  const x = place[0] - skull.centre[0];
  if (!isLow || !isBefore || Math.abs(x) > FACE_HALF_WIDTH) return place;
  return [
    skull.centre[0] + Math.sign(x || 1) * FACE_HALF_WIDTH,
    place[1],
    Math.min(place[2], skull.centre[2] + 0.75 * skull.radii[2]),
  ];
}

export function outward(skull: Skull, place: Vector): Vector {
  const y = place[1] - skull.centre[1];
  return unit([place[0] - skull.centre[0], y > 0 ? y : 0, place[2] - skull.centre[2]]);
}
