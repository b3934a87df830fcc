/**
 * Colours of eyeballs behind the lids, learnt from the part that the photo shows.
 *
 * In: vertices of one eyeball with the photo's colours and weights. Out: a colour for every vertex by its angle from
 * the front pole: an iris looks the same all around, so the ring that the photo shows tells the part under the lid.
 * Angles that the photo does not show become white of the eye. The paper's texture has no eyes of their own.
 */
import { partColour } from '../../render/part-colours.ts';
import { smoothstep } from '../../render/photo-probe.ts';

export type EyeInput = {
  positionsHead: Float32Array;
  /** Vertex indices of the eyeball. */
  vertices: readonly number[];
  /** (N, 3) sRGB and (N) weights of the photo. */
  colours: Float32Array;
  weights: Float32Array;
};

/** Iris edge as seen from the middle of the eyeball: 5.9 mm radius on a 12 mm ball. */
const IRIS_RAD = Math.asin(5.9 / 12);
/** Rings that the colours are learnt in, rad: five across the iris. */
const RING_RAD = IRIS_RAD / 5;
/** Rings from there on are white of the eye. */
const RING_COUNT = 8;
/** Photo weight from which a vertex teaches its ring. */
const SEEN = 0.5;

/** Writes (vertices.length, 3) sRGB. */
export function paintEye(input: EyeInput): Float32Array {
  const { vertices, colours, weights } = input;
  const angles = poleAngles(input.positionsHead, vertices);
  const white = whiteOf(input, angles);
  const rings: (readonly number[] | null)[] = [];
  for (let ring = 0; ring < RING_COUNT; ring++) {
    const inside = vertices.filter(
      (v, k) => Math.floor(angles[k]! / RING_RAD) === ring && weights[v]! > SEEN,
    );
    rings.push(inside.length > 0 ? medianOf(colours, inside) : null);
  }
  const out = new Float32Array(vertices.length * 3);
  vertices.forEach((_, k) => {
    const angle = angles[k]!;
    const place = Math.max(0, angle / RING_RAD - 0.5);
    const from = rings[Math.floor(place)] ?? null;
    const to = rings[Math.floor(place) + 1] ?? from;
    const near = from ?? to;
    const outside = smoothstep(IRIS_RAD * 1.05, IRIS_RAD * 1.4, angle);
    for (let c = 0; c < 3; c++) {
      const part = place - Math.floor(place);
      const learnt = near === null || to === null ? white[c]! : near[c]! * (1 - part) + to[c]! * part;
      out[k * 3 + c] = learnt * (1 - outside) + white[c]! * outside;
    }
  });
  return out;
}

/** (vertices.length) angle from the front pole (+Z of the head), rad. */
function poleAngles(p: Float32Array, vertices: readonly number[]): Float32Array {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const v of vertices) {
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, p[v * 3 + axis]!);
      high[axis] = Math.max(high[axis]!, p[v * 3 + axis]!);
    }
  }
  const centre = low.map((value, axis) => (value + high[axis]!) / 2);
  return Float32Array.from(vertices, (v) => {
    const [x, y, z] = [0, 1, 2].map((axis) => p[v * 3 + axis]! - centre[axis]!) as [number, number, number];
    return Math.atan2(Math.hypot(x, y), z);
  });
}

/** The brighter half of what is seen of the white, or the plain colour. */
function whiteOf(input: EyeInput, angles: Float32Array): readonly number[] {
  const plain = partColour('eye')!;
  const seen = input.vertices.filter((v, k) => angles[k]! > IRIS_RAD * 1.1 && input.weights[v]! > SEEN);
  if (seen.length < 4) return plain;
  const light = (v: number): number =>
    input.colours[v * 3]! + input.colours[v * 3 + 1]! + input.colours[v * 3 + 2]!;
  seen.sort((a, b) => light(b) - light(a));
  const bright = medianOf(input.colours, seen.slice(0, Math.ceil(seen.length / 2)));
  // Lids shade what they leave visible: between that and plain white is nearer to the truth than either.
  return bright.map((value, c) => (value + 2 * plain[c]!) / 3);
}

function medianOf(colours: Float32Array, vertices: readonly number[]): number[] {
  return [0, 1, 2].map((c) => {
    const values = Float32Array.from(vertices, (v) => colours[v * 3 + c]!).sort();
    return values[values.length >> 1]!;
  });
}
