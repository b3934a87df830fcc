/** Colours and light of a random person. All colours linear RGB. */
import type { Draw } from '../random.ts';
import type { Light } from '../render/scene.ts';
import type { Identity } from './sample-identity.ts';

type Rgb = [number, number, number];

/** Linear RGB of hair: black, dark brown, brown, light brown, blond, light blond, red, grey, white. */
const HAIR: readonly Rgb[] = [
  [0.008, 0.007, 0.006],
  [0.02, 0.012, 0.008],
  [0.05, 0.027, 0.015],
  [0.12, 0.068, 0.035],
  [0.32, 0.21, 0.1],
  [0.5, 0.38, 0.22],
  [0.18, 0.055, 0.02],
  [0.24, 0.23, 0.22],
  [0.55, 0.54, 0.52],
];
const DARK_SHARES = [0.6, 0.25, 0.06, 0.02, 0.01, 0.01, 0.01, 0.03, 0.01];
const LIGHT_SHARES = [0.1, 0.18, 0.22, 0.17, 0.12, 0.09, 0.07, 0.03, 0.02];
const DYED = 0.03;

export function sampleHairColour(draw: Draw, { african, asian, old }: Identity): Rgb {
  if (draw.chance(DYED)) return [draw.uniform(0.02, 0.5), draw.uniform(0.02, 0.4), draw.uniform(0.02, 0.5)];
  const isDark = african + asian > 0.65;
  const grey = old > 0.6 && draw.chance(0.75);
  const base = HAIR[grey ? draw.pick([7, 7, 8]) : draw.weighted(isDark ? DARK_SHARES : LIGHT_SHARES)]!;
  const gain = draw.uniform(0.7, 1.4);
  return base.map((value) => Math.min(0.9, value * gain * (1 + draw.normal(0.08)))) as Rgb;
}

/** Multiplier of a skin texture: darker or lighter, warmer or cooler. */
export function sampleSkinTint(draw: Draw, isDark: boolean): Rgb {
  const tone = isDark ? draw.uniform(0.7, 1.7) : draw.uniform(0.6, 1.12);
  // Darker skin of a light texture is also redder: blue falls faster.
  const warmth = draw.uniform(0.85, 1.02) * (tone < 0.8 ? 0.85 : 1);
  return [
    tone * (1 + draw.normal(0.025)),
    tone * (0.5 + 0.5 * warmth) * (1 + draw.normal(0.02)),
    tone * warmth,
  ];
}

/**
 * Ambient harmonics with a bright side (mostly above) and a key light from the front half; scaled so that the face is
 * neither black nor burnt out, with the photographer's error on top.
 */
export function sampleLight(draw: Draw, eye: readonly [number, number, number]): Light {
  const harmonics = new Float32Array(27);
  const cast = [1 + draw.normal(0.06), 1, 1 + draw.normal(0.09)];
  const ambient = draw.uniform(0.35, 0.75);
  const side = draw.uniform(0, 2 * Math.PI);
  const tilt = draw.uniform(0.05, 0.35);
  const slope = draw.uniform(0, 0.25);
  for (let c = 0; c < 3; c++) {
    harmonics[c] = ambient * cast[c]!;
    harmonics[3 + c] = ambient * (tilt + draw.normal(0.05)) * cast[c]!;
    harmonics[6 + c] = ambient * slope * Math.cos(side) * cast[c]!;
    harmonics[9 + c] = ambient * slope * Math.sin(side) * cast[c]!;
    for (let k = 4; k < 9; k++) harmonics[k * 3 + c] = ambient * draw.normal(0.03);
  }
  const azimuth = draw.normal(0.8);
  const elevation = draw.uniform(0, 1.1);
  const keyDirection = [
    Math.sin(azimuth) * Math.cos(elevation),
    Math.sin(elevation),
    Math.cos(azimuth) * Math.cos(elevation),
  ] as const;
  const exposure = draw.uniform(0.75, 1.3);
  const strength = Math.max(0.1, 1.05 - ambient * draw.uniform(0.6, 1)) * exposure;
  const keyCast = [1 + draw.normal(0.05), 1, 1 + draw.normal(0.07)];
  for (let i = 0; i < 27; i++) harmonics[i] = harmonics[i]! * exposure;
  return {
    harmonics,
    keyDirection,
    key: [strength * keyCast[0]!, strength, strength * keyCast[2]!],
    eye,
  };
}
