/**
 * Makes `assets/environments/studio.env`: the light of the turntable, drawn by us, so that nothing has to be licensed.
 * A formula (ambient + soft boxes, viewer frame) → specular cube maps prefiltered with GGX + diffuse polynomial, in
 * Babylon's .env form: magic, JSON up to a zero byte, then PNGs (RGBD, level by level, faces +X −X +Y −Y +Z −Z).
 * Run: `node tools/environment/make-studio-light.ts`. Same bytes every time.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

type Vec3 = [number, number, number];
type SoftBox = { towards: Vec3; halfAngleDeg: number; edgeDeg: number; colourLinear: Vec3 };

/** +X viewer's right, +Y up, +Z towards the viewer: the turntable turns the light along with its camera. */
const SOFT_BOXES: SoftBox[] = [
  // Key from the upper left, large, so that wrinkles read and nothing burns out.
  { towards: [-0.62, 0.55, 0.62], halfAngleDeg: 26, edgeDeg: 10, colourLinear: [5.0, 4.8, 4.55] },
  // Fill from the right, a third of the key.
  { towards: [0.85, 0.1, 0.6], halfAngleDeg: 28, edgeDeg: 16, colourLinear: [0.95, 1.0, 1.08] },
  // Two strips from behind draw the outline against a grey background.
  { towards: [0.75, 0.3, -0.75], halfAngleDeg: 16, edgeDeg: 8, colourLinear: [3.6, 3.8, 4.1] },
  { towards: [-0.8, 0.2, -0.7], halfAngleDeg: 14, edgeDeg: 8, colourLinear: [2.4, 2.5, 2.7] },
];
/** Sky and floor of the room; without them the neck goes black. */
const AMBIENT_UP_LINEAR: Vec3 = [0.36, 0.36, 0.37];
const AMBIENT_DOWN_LINEAR: Vec3 = [0.16, 0.155, 0.15];

const WIDTH_PX = 128;
const LEVELS = Math.log2(WIDTH_PX) + 1;
/** Babylon's relation between level and roughness (HDRFiltering, getLodFromAlphaG). */
const LOD_SCALE = 0.8;
const SAMPLES = 256;
/** Cosine lobe / π per band (Ramamoorthi and Hanrahan 2001, eq. 8). */
const LOBE_BAND_1 = 2 / 3;
const LOBE_BAND_2 = 1 / 4;
const MAGIC = [0x86, 0x16, 0x87, 0x96, 0xf6, 0xd6, 0x96, 0x36];

function radiance(direction: Vec3): Vec3 {
  const up = direction[1] * 0.5 + 0.5;
  const colour = [0, 1, 2].map(
    (c) => AMBIENT_DOWN_LINEAR[c]! * (1 - up) + AMBIENT_UP_LINEAR[c]! * up,
  ) as Vec3;
  for (const box of SOFT_BOXES) {
    const angleDeg = (Math.acos(Math.min(1, dot(direction, normalise(box.towards)))) * 180) / Math.PI;
    const inside = 1 - smoothstep(box.halfAngleDeg - box.edgeDeg, box.halfAngleDeg + box.edgeDeg, angleDeg);
    for (let c = 0; c < 3; c++) colour[c]! += box.colourLinear[c]! * inside;
  }
  return colour;
}

/** Cube face texel → direction (OpenGL's face orientation). */
function faceDirection(face: number, u: number, v: number): Vec3 {
  const directions: Vec3[] = [
    [1, -v, -u],
    [-1, -v, u],
    [u, 1, v],
    [u, -1, -v],
    [u, -v, 1],
    [-u, -v, -1],
  ];
  return normalise(directions[face]!);
}

/** Split-sum prefilter (Karis 2013): N = V = R, importance sampled GGX. */
function prefilter(normal: Vec3, alpha: number): Vec3 {
  if (alpha === 0) return radiance(normal);
  const [tangent, bitangent] = basis(normal);
  const sum: Vec3 = [0, 0, 0];
  let weights = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const phi = 2 * Math.PI * ((i + 0.5) / SAMPLES);
    const uniform = radicalInverse(i);
    const cosTheta = Math.sqrt((1 - uniform) / (1 + (alpha * alpha - 1) * uniform));
    const sinTheta = Math.sqrt(1 - cosTheta * cosTheta);
    const half = combine(
      [tangent, sinTheta * Math.cos(phi)],
      [bitangent, sinTheta * Math.sin(phi)],
      [normal, cosTheta],
    );
    const light = combine([half, 2 * dot(normal, half)], [normal, -1]);
    const weight = dot(normal, light);
    if (weight <= 0) continue;
    const colour = radiance(light);
    for (let c = 0; c < 3; c++) sum[c]! += colour[c]! * weight;
    weights += weight;
  }
  return sum.map((value) => value / weights) as Vec3;
}

/**
 * What the file calls irradiance: a polynomial of the normal, bands 0 to 2 of the radiance, convolved with the cosine
 * lobe and divided by π. Babylon keeps it convolved twice and undoes one convolution on reading (SphericalHarmonics
 * .FromPolynomial scales the bands by 1, 3/2, 4); without the second one chins turn black.
 */
function diffusePolynomial(): Record<string, Vec3> {
  const mean: Vec3 = [0, 0, 0];
  const first: Vec3[] = [zero(), zero(), zero()];
  const second: Vec3[][] = [0, 1, 2].map(() => [zero(), zero(), zero()]);
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    // Fibonacci sphere: even coverage without random numbers.
    const y = 1 - (2 * (i + 0.5)) / count;
    const ring = Math.sqrt(1 - y * y);
    const angle = i * Math.PI * (3 - Math.sqrt(5));
    const n: Vec3 = [ring * Math.cos(angle), y, ring * Math.sin(angle)];
    const colour = radiance(n);
    for (let c = 0; c < 3; c++) {
      const value = colour[c]! / count;
      mean[c]! += value;
      for (let a = 0; a < 3; a++) {
        // Projection on band 1: 3 · mean(L n); on band 2: 15/2 · mean(L (n nᵀ − 1/3)).
        first[a]![c]! += LOBE_BAND_1 ** 2 * 3 * value * n[a]!;
        for (let b = 0; b < 3; b++) {
          second[a]![b]![c]! += LOBE_BAND_2 ** 2 * 7.5 * value * (n[a]! * n[b]! - (a === b ? 1 / 3 : 0));
        }
      }
    }
  }
  const square = (a: number): Vec3 => mean.map((value, c) => value + second[a]![a]![c]!) as Vec3;
  const mixed = (a: number, b: number): Vec3 => second[a]![b]!.map((value) => 2 * value) as Vec3;
  return {
    x: first[0]!,
    y: first[1]!,
    z: first[2]!,
    xx: square(0),
    yy: square(1),
    zz: square(2),
    yz: mixed(1, 2),
    zx: mixed(2, 0),
    xy: mixed(0, 1),
  };
}

/** Linear radiance → RGBD (colour × d in gamma 2.2, d in alpha), Babylon's `toRGBD`. */
function encodeRgbd(colour: Vec3): [number, number, number, number] {
  const divider = Math.min(1, Math.floor(Math.max(1, 255 / Math.max(...colour, 1e-6))) / 255);
  const channels = colour.map((value) => Math.round(255 * Math.min(1, value * divider) ** (1 / 2.2)));
  return [channels[0]!, channels[1]!, channels[2]!, Math.round(divider * 255)];
}

async function facePng(face: number, level: number): Promise<Buffer> {
  const size = WIDTH_PX >> level;
  const alpha = level === 0 ? 0 : Math.min(1, 2 ** (level / LOD_SCALE) / WIDTH_PX);
  const rgbd = new Uint8Array(size * size * 4);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const direction = faceDirection(face, (2 * (column + 0.5)) / size - 1, (2 * (row + 0.5)) / size - 1);
      rgbd.set(encodeRgbd(prefilter(direction, alpha)), (row * size + column) * 4);
    }
  }
  return sharp(rgbd, { raw: { width: size, height: size, channels: 4 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

function zero(): Vec3 {
  return [0, 0, 0];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function normalise(a: Vec3): Vec3 {
  const length = Math.hypot(...a);
  return [a[0] / length, a[1] / length, a[2] / length];
}

function combine(...terms: [Vec3, number][]): Vec3 {
  return [0, 1, 2].map((c) => terms.reduce((sum, [vector, factor]) => sum + vector[c]! * factor, 0)) as Vec3;
}

function basis(normal: Vec3): [Vec3, Vec3] {
  const helper: Vec3 = Math.abs(normal[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0];
  const [a, b] = [helper, normal];
  const tangent = normalise([
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ]);
  const [n, t] = [normal, tangent];
  return [tangent, [n[1] * t[2] - n[2] * t[1], n[2] * t[0] - n[0] * t[2], n[0] * t[1] - n[1] * t[0]]];
}

/** Van der Corput sequence, base 2. */
function radicalInverse(index: number): number {
  let value = 0;
  for (let bit = 0.5, rest = index; rest > 0; rest >>= 1, bit /= 2) value += (rest & 1) * bit;
  return value;
}

function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

const images: Buffer[] = [];
for (let level = 0; level < LEVELS; level++) {
  for (let face = 0; face < 6; face++) images.push(await facePng(face, level));
}
let position = 0;
const mipmaps = images.map(({ length }) => {
  const entry = { position, length };
  position += length;
  return entry;
});
const header = {
  version: 2,
  width: WIDTH_PX,
  imageType: 'image/png',
  irradiance: diffusePolynomial(),
  specular: { mipmaps, lodGenerationScale: LOD_SCALE },
};
const bytes = Buffer.concat([Buffer.from(MAGIC), Buffer.from(`${JSON.stringify(header)}\0`), ...images]);
const path = join(import.meta.dirname, '../../assets/environments/studio.env');
await writeFile(path, bytes);
process.stdout.write(`${path}: ${bytes.length} bytes, ${images.length} pictures\n`);
