/**
 * Colours of eyeballs behind the lids, learnt from the part that the photo shows.
 *
 * In: vertices of one eyeball and of its twin with the photo's colours and weights. Out: a colour for every vertex by
 * its angle from the middle of the iris (find-iris.ts): an iris looks the same all around, so the ring that the photo shows tells the part
 * under the lid. What the photo does not show of this eye is taken from the other one, and of both from a brown iris
 * (four people in five have one) in a plain white. The paper's texture has no eyes of their own.
 */
import { partColour } from '../../render/part-colours.ts';
import { smoothstep } from '../../render/photo-probe.ts';

export type EyeInput = {
  positionsHead: Float32Array;
  /** Vertex indices of the eyeball. */
  vertices: readonly number[];
  /** Vertex indices of the other eyeball. */
  twin: readonly number[];
  /** Unit vectors from the middle of each ball to its iris in the photo. */
  axis: readonly [number, number, number];
  twinAxis: readonly [number, number, number];
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
/** The pupil's edge, 2 mm, and the iris that nobody has seen: sRGB, picked by eye. */
const PUPIL_RAD = Math.asin(2 / 12);
const PUPIL_SRGB = [0.06, 0.05, 0.05] as const;
const IRIS_SRGB = [0.31, 0.21, 0.14] as const;
/** Photo weight from which a vertex teaches its ring. */
const SEEN = 0.5;

type Colour = readonly number[];
/** What the photo tells of an eyeball; null = nothing. */
type Learnt = { white: Colour | null; rings: (Colour | null)[] };

/** Returns (vertices.length, 3) sRGB. */
export function paintEye(input: EyeInput): Float32Array {
  const { vertices, twin } = input;
  const angles = irisAngles(input.positionsHead, vertices, input.axis);
  const own = learnEye(input, vertices, angles);
  const other = learnEye(input, twin, irisAngles(input.positionsHead, twin, input.twinAxis));
  const white = own.white ?? other.white ?? partColour('eye')!;
  const seen = own.rings.map((ring, index) => ring ?? other.rings[index]!);
  const isIris = (ring: number): boolean => (ring + 0.5) * RING_RAD < IRIS_RAD;
  const unseen = seen.every((ring, index) => ring === null || !isIris(index));
  const rings = unseen
    ? seen.map((ring, index) => (isIris(index) ? plainRing(index) : ring))
    : darkenPupil(seen);
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

/** A pupil is darker than its iris, also where a highlight lies on it or the photo is coarse: at most so much of it. */
const PUPIL_SHARE = 0.5;
function darkenPupil(rings: readonly (Colour | null)[]): (Colour | null)[] {
  const iris = rings[Math.ceil(PUPIL_RAD / RING_RAD)] ?? null;
  return rings.map((ring, index) => {
    if (ring === null || iris === null || (index + 0.5) * RING_RAD > PUPIL_RAD) return ring;
    return ring.map((value, c) => Math.min(value, PUPIL_SHARE * iris[c]!));
  });
}

function plainRing(ring: number): Colour {
  return (ring + 0.5) * RING_RAD < PUPIL_RAD ? PUPIL_SRGB : IRIS_SRGB;
}

function learnEye(input: EyeInput, vertices: readonly number[], angles: Float32Array): Learnt {
  const rings: (Colour | null)[] = [];
  for (let ring = 0; ring < RING_COUNT; ring++) {
    const inside = vertices.filter(
      (v, k) => Math.floor(angles[k]! / RING_RAD) === ring && input.weights[v]! > SEEN,
    );
    rings.push(inside.length > 0 ? medianOf(input.colours, inside) : null);
  }
  return { white: whiteOf(input, vertices, angles), rings };
}

/** (vertices.length) angle from the middle of the iris, rad. */
function irisAngles(
  p: Float32Array,
  vertices: readonly number[],
  [ax, ay, az]: EyeInput['axis'],
): Float32Array {
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
    const across = Math.hypot(y * az - z * ay, z * ax - x * az, x * ay - y * ax);
    return Math.atan2(across, x * ax + y * ay + z * az);
  });
}

/** The brighter half of what is seen of the white, towards the plain colour; null where next to nothing is seen. */
function whiteOf(input: EyeInput, vertices: readonly number[], angles: Float32Array): Colour | null {
  const plain = partColour('eye')!;
  const seen = vertices.filter((v, k) => angles[k]! > IRIS_RAD * 1.1 && input.weights[v]! > SEEN);
  if (seen.length < 4) return null;
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
