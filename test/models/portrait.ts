/**
 * A drawing of a person that the face networks answer to, so that parity is not measured on empty outputs.
 * · side, how close → (H, W, 3) values 0…255, RGB. Analytic shapes, soft edges, a little texture; no file, no random numbers.
 */
const SKIN = [214, 168, 140];
const HAIR = [58, 42, 34];
const SHIRT = [70, 92, 140];
const WALL = [188, 198, 204];
const EYE_WHITE = [236, 232, 228];
const IRIS = [74, 54, 40];
const LIPS = [168, 84, 84];

type Blob = { x: number; y: number; radiusX: number; radiusY: number; colour: readonly number[] };

/** In a square of side 1 that shows head and shoulders; later shapes cover earlier ones. */
const SHAPES: readonly Blob[] = [
  { x: 0.5, y: 1.08, radiusX: 0.42, radiusY: 0.34, colour: SHIRT },
  { x: 0.5, y: 0.4, radiusX: 0.235, radiusY: 0.29, colour: HAIR },
  { x: 0.5, y: 0.72, radiusX: 0.09, radiusY: 0.14, colour: SKIN },
  { x: 0.5, y: 0.45, radiusX: 0.19, radiusY: 0.25, colour: SKIN },
  ...[-1, 1].flatMap((side) => [
    { x: 0.5 + side * 0.08, y: 0.36, radiusX: 0.05, radiusY: 0.012, colour: HAIR },
    { x: 0.5 + side * 0.08, y: 0.41, radiusX: 0.038, radiusY: 0.018, colour: EYE_WHITE },
    { x: 0.5 + side * 0.08, y: 0.41, radiusX: 0.016, radiusY: 0.016, colour: IRIS },
    { x: 0.5 + side * 0.022, y: 0.525, radiusX: 0.012, radiusY: 0.007, colour: HAIR },
  ]),
  { x: 0.5, y: 0.59, radiusX: 0.07, radiusY: 0.018, colour: LIPS },
];

/** The part of the drawing that a model is fed with, as a square: centre and side. */
export type Framing = { x: number; y: number; side: number };
export const PERSON: Framing = { x: 0.5, y: 0.5, side: 1 };
export const FACE: Framing = { x: 0.5, y: 0.45, side: 0.62 };
export const RIGHT_EYE: Framing = { x: 0.42, y: 0.41, side: 0.17 };

export function drawPortrait(sidePx: number, framing: Framing): Float32Array {
  const rgb = new Float32Array(sidePx * sidePx * 3);
  const pixel = framing.side / sidePx;
  for (let row = 0; row < sidePx; row++) {
    for (let column = 0; column < sidePx; column++) {
      const x = framing.x - framing.side / 2 + (column + 0.5) * pixel;
      const y = framing.y - framing.side / 2 + (row + 0.5) * pixel;
      const colour = colourAt(x, y);
      for (let c = 0; c < 3; c++) rgb[(row * sidePx + column) * 3 + c] = colour[c]!;
    }
  }
  return rgb;
}

function colourAt(x: number, y: number): number[] {
  let colour = WALL.map((value) => value - 30 * y);
  for (const shape of SHAPES) {
    const distance = Math.hypot((x - shape.x) / shape.radiusX, (y - shape.y) / shape.radiusY);
    const cover = Math.min(1, Math.max(0, (1 - distance) * 12 + 0.5));
    colour = colour.map((value, c) => value + cover * (shape.colour[c]! - value));
  }
  const light = 1 - 0.25 * (x - 0.4) + 0.02 * Math.sin(91 * x) * Math.sin(83 * y);
  return colour.map((value) => Math.min(255, Math.max(0, value * light)));
}

/** (H, W, C) → (C, H, W). */
export function toPlanes(rows: Float32Array, channels: number): Float32Array {
  const pixels = rows.length / channels;
  return rows.map((_, k) => rows[(k % pixels) * channels + Math.floor(k / pixels)]!);
}
