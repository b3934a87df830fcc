/** Random styles of procedural hair, since ten meshes are too few to learn hair from. Lengths in m. */
import type { Draw } from '../random.ts';
import type { Identity } from './sample-identity.ts';

export type HairStyle = {
  /** Lengths on top, at the sides (above the ears) and at the back. */
  lengthTop: number;
  lengthSide: number;
  lengthBack: number;
  /** Distance from the scalp that strands keep. */
  volume: number;
  /** x of the parting; null = none. */
  parting: number | null;
  /** Flow of strands: + backwards, − forwards. */
  back: number;
  /** [0, 1] how far strands keep the direction in which they leave the skin. */
  stiffness: number;
  gravity: number;
  /** Amplitude and turns per m of curls. */
  curl: number;
  curlTurns: number;
  /** Half width of a card. */
  halfWidth: number;
  count: number;
  /** dm that the hairline moves: + up at the forehead, at the temples, at the nape. */
  frontShift: number;
  templeShift: number;
  napeShift: number;
  /** Bald crown: strands grow only this far above the ears, dm; null = everywhere. */
  crownLimit: number | null;
  /** Strands in front of the forehead end above the brows. */
  hasFringe: boolean;
  /** Height (m, person frame) at which falling hair is cut; null = by length alone. */
  cutHeight: number | null;
  /** Where strands gather (m, behind the head centre): height and length of the tail, 0 = a bun; null = loose. */
  tied: { height: number; tail: number } | null;
};

export function sampleHairStyle(draw: Draw, identity: Identity): HairStyle {
  const style: HairStyle = {
    lengthTop: 0.05,
    lengthSide: 0.03,
    lengthBack: 0.03,
    volume: draw.uniform(0.004, 0.014),
    parting: draw.chance(0.6) ? draw.normal(0.025) : null,
    back: draw.uniform(-0.2, 0.8),
    stiffness: draw.uniform(0.3, 0.6),
    gravity: draw.uniform(0.15, 0.4),
    curl: draw.chance(0.5) ? draw.uniform(0, 0.004) : 0,
    curlTurns: draw.uniform(8, 30),
    halfWidth: draw.uniform(0.004, 0.007),
    count: 900,
    frontShift: draw.normal(0.08),
    templeShift: draw.normal(0.08),
    napeShift: draw.normal(0.08),
    crownLimit: null,
    hasFringe: false,
    cutHeight: null,
    tied: null,
  };
  const { male, old } = identity;
  if (male > 0.5 && old > 0.35 && draw.chance(0.6)) {
    style.frontShift += draw.uniform(0, 0.4);
    style.templeShift += draw.uniform(0, 0.5);
  }
  // From the front tied hair looks short: where it is as frequent as short hair, the network gives short-haired people tails.
  const kind = draw.weighted(
    male > 0.5 ? [0.2, 0.4, 0.04, 0.07, 0.12, 0.03, 0.07, 0.07] : [0.04, 0.17, 0.2, 0.24, 0.09, 0.06, 0, 0.2],
  );
  return KINDS[kind]!(draw, style);
}

type Shape = (draw: Draw, style: HairStyle) => HairStyle;

const crop: Shape = (draw, style) => {
  const length = draw.uniform(0.006, 0.02);
  return {
    ...style,
    lengthTop: length,
    lengthSide: length * draw.uniform(0.5, 1),
    lengthBack: length * draw.uniform(0.5, 1),
    stiffness: 0.7,
    volume: 0.002,
    curl: 0,
    halfWidth: 0.005,
    count: 1300,
  };
};

const short: Shape = (draw, style) => ({
  ...style,
  lengthTop: draw.uniform(0.03, 0.1),
  lengthSide: draw.uniform(0.012, 0.04),
  lengthBack: draw.uniform(0.012, 0.05),
  back: draw.pick([-0.6, -0.2, 0.3, 0.8]),
  stiffness: draw.uniform(0.35, 0.75),
  hasFringe: draw.chance(0.3),
  count: 1100,
});

const bob: Shape = (draw, style) => {
  const length = draw.uniform(0.16, 0.28);
  return {
    ...style,
    lengthTop: length,
    lengthSide: length * 0.8,
    lengthBack: length * 0.7,
    parting: draw.normal(0.02),
    back: draw.uniform(-0.1, 0.25),
    stiffness: draw.uniform(0.1, 0.3),
    gravity: draw.uniform(0.35, 0.6),
    cutHeight: draw.uniform(-0.15, -0.06),
    hasFringe: draw.chance(0.4),
    curl: draw.chance(0.4) ? draw.uniform(0.002, 0.008) : 0,
    volume: draw.uniform(0.008, 0.022),
    halfWidth: draw.uniform(0.006, 0.009),
    count: 800,
  };
};

const long: Shape = (draw, style) => ({
  ...bob(draw, style),
  lengthTop: draw.uniform(0.35, 0.55),
  lengthSide: draw.uniform(0.3, 0.45),
  lengthBack: draw.uniform(0.28, 0.45),
  cutHeight: draw.chance(0.5) ? draw.uniform(-0.3, -0.12) : null,
  stiffness: draw.uniform(0.02, 0.15),
  gravity: draw.uniform(0.6, 1.1),
  volume: draw.uniform(0.006, 0.018),
  curl: draw.chance(0.5) ? draw.uniform(0.003, 0.012) : 0,
  curlTurns: draw.uniform(6, 18),
  count: 700,
});

const curly: Shape = (draw, style) => {
  const length = draw.uniform(0.03, 0.13);
  return {
    ...style,
    lengthTop: length,
    lengthSide: length * draw.uniform(0.7, 1),
    lengthBack: length * draw.uniform(0.7, 1),
    stiffness: draw.uniform(0.65, 0.9),
    gravity: draw.uniform(0, 0.12),
    curl: draw.uniform(0.004, 0.009),
    curlTurns: draw.uniform(25, 60),
    volume: draw.uniform(0.005, 0.02),
    halfWidth: draw.uniform(0.005, 0.008),
    count: 1200,
  };
};

const tied: Shape = (draw, style) => ({
  ...style,
  lengthTop: 0.22,
  lengthSide: 0.18,
  lengthBack: 0.14,
  parting: draw.chance(0.4) ? 0 : null,
  back: 0.9,
  stiffness: 0.05,
  gravity: 0,
  curl: 0,
  volume: draw.uniform(0.003, 0.008),
  halfWidth: 0.007,
  count: 700,
  tied: { height: draw.uniform(-0.04, 0.08), tail: draw.chance(0.6) ? 0 : draw.uniform(0.12, 0.35) },
});

const horseshoe: Shape = (draw, style) => ({
  ...crop(draw, style),
  crownLimit: draw.uniform(0.1, 0.55),
  lengthSide: draw.uniform(0.008, 0.03),
});

/** Half-long, full and swept back or to the sides: the usual cut of portraits between short and bob. */
const layered: Shape = (draw, style) => ({
  ...style,
  lengthTop: draw.uniform(0.09, 0.17),
  lengthSide: draw.uniform(0.06, 0.12),
  lengthBack: draw.uniform(0.06, 0.13),
  parting: draw.chance(0.7) ? draw.normal(0.03) : null,
  back: draw.uniform(0.1, 0.8),
  stiffness: draw.uniform(0.25, 0.45),
  gravity: draw.uniform(0.15, 0.4),
  volume: draw.uniform(0.012, 0.035),
  curl: draw.chance(0.6) ? draw.uniform(0.002, 0.009) : 0,
  curlTurns: draw.uniform(6, 20),
  halfWidth: draw.uniform(0.005, 0.008),
  hasFringe: draw.chance(0.35),
  count: 1000,
});

const KINDS: readonly Shape[] = [crop, short, bob, long, curly, tied, horseshoe, layered];
