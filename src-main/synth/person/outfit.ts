/**
 * What a random person wears: from bare shoulders over a jacket with shirt and tie to a scarf or a hood.
 *
 * Dark cloth beside the jaw looks like long hair to a network that has seen little of it; half of these outfits are dark,
 * and collars stand up beside neck and jaw. Lengths: `Y` dm on the unmorphed base (chin at 6.15, neck from 5.9 up), the rest m.
 */
import type { Draw } from '../random.ts';
import type { ClothOpening } from '../render/scene.ts';

type Rgb = readonly [number, number, number];

export type Collar = {
  colour: Rgb;
  /** Height of the lower edge, and of the upper edge at the nape and beside the opening. */
  bottomY: number;
  napeY: number;
  frontY: number;
  /** Half of the gap at the throat, radians; 0 = closed. */
  gap: number;
  /** Off the neck at the upper edge, more at the lower edge, thickness, size of the folds, m. */
  standsOffM: number;
  spreadM: number;
  thicknessM: number;
  foldsM: number;
};

export type Outfit = {
  /** Below it the skin is covered, dm, and how much lower at the throat. */
  lineY: number;
  necklineDm: number;
  standsOffM: number;
  colour: Rgb;
  second: Rgb;
  /** Stripes per dm. */
  stripes: number;
  opening: ClothOpening | null;
  collars: Collar[];
};

const KINDS = ['plain', 'jacket', 'shirt', 'scarf', 'hood', 'high-collar'] as const;
const SHARES = [0.34, 0.26, 0.12, 0.08, 0.08, 0.12];
const DARK_SHARE = 0.55;
const STRIPED_SHARE = 0.2;
/** Where shoulders begin. */
const SHOULDER_Y = 5.5;

export function sampleCloth(draw: Draw): Rgb {
  if (draw.chance(DARK_SHARE)) {
    const value = draw.uniform(0.003, 0.05);
    return [value * draw.uniform(0.6, 1.2), value * draw.uniform(0.7, 1.1), value * draw.uniform(0.7, 1.7)];
  }
  const value = draw.beta(0.7, 1) * 0.8 + 0.01;
  if (draw.chance(0.4)) return [value, value, value * draw.uniform(0.9, 1.15)];
  return [value * draw.uniform(0.2, 1), value * draw.uniform(0.2, 1), value * draw.uniform(0.2, 1)];
}

export function sampleOutfit(draw: Draw): Outfit {
  const plain: Outfit = {
    lineY: draw.chance(0.2) ? draw.uniform(5.95, 6.25) : draw.uniform(5.3, 5.95),
    necklineDm: draw.chance(0.4) ? draw.uniform(0.1, 0.6) : 0,
    standsOffM: draw.uniform(0.003, 0.012),
    colour: sampleCloth(draw),
    second: sampleCloth(draw),
    stripes: draw.chance(STRIPED_SHARE) ? draw.uniform(1, 8) : 0,
    opening: null,
    collars: [],
  };
  const kind = KINDS[draw.weighted(SHARES)]!;
  if (kind === 'plain') return plain;
  if (kind === 'jacket') return jacket(draw, plain);
  if (kind === 'shirt') {
    const collar = lyingCollar(draw, plain.colour, draw.uniform(0.1, 0.7));
    return { ...plain, lineY: draw.uniform(5.6, 5.85), collars: [collar] };
  }
  return { ...plain, collars: [standingCollar(draw, kind, draw.chance(0.5) ? plain.colour : plain.second)] };
}

/** Dark or not, open over a mostly light shirt, half of them with a tie. */
function jacket(draw: Draw, plain: Outfit): Outfit {
  const light = draw.uniform(0.35, 0.85);
  const shirt: Rgb = draw.chance(0.65) ? [light, light, light * draw.uniform(0.95, 1.1)] : plain.second;
  const lineY = draw.uniform(5.65, 5.95);
  const opening = {
    bottomY: draw.uniform(3.8, 5.1),
    topY: lineY,
    halfWidth: draw.uniform(0.35, 0.75),
    tieHalfWidth: draw.chance(0.5) ? draw.uniform(0.06, 0.16) : 0,
    tieColour: sampleCloth(draw),
  };
  const inner = lyingCollar(draw, shirt, draw.uniform(0.05, 0.3));
  const outer: Collar = {
    ...lyingCollar(draw, plain.colour, draw.uniform(0.5, 1.1)),
    standsOffM: inner.standsOffM + inner.thicknessM + draw.uniform(0.002, 0.012),
    thicknessM: draw.uniform(0.006, 0.016),
    spreadM: draw.uniform(0.015, 0.05),
  };
  return {
    ...plain,
    lineY,
    necklineDm: 0,
    second: shirt,
    opening,
    collars: draw.chance(0.8) ? [inner, outer] : [outer],
  };
}

function lyingCollar(draw: Draw, colour: Rgb, gap: number): Collar {
  const napeY = draw.uniform(5.95, 6.3);
  return {
    colour,
    bottomY: SHOULDER_Y,
    napeY,
    frontY: napeY - draw.uniform(0.1, 0.35),
    gap,
    standsOffM: draw.uniform(0.002, 0.01),
    spreadM: draw.uniform(0.005, 0.03),
    thicknessM: draw.uniform(0.003, 0.01),
    foldsM: draw.uniform(0, 0.002),
  };
}

function standingCollar(draw: Draw, kind: 'scarf' | 'hood' | 'high-collar', colour: Rgb): Collar {
  const base = { colour, bottomY: SHOULDER_Y };
  if (kind === 'scarf') {
    const napeY = draw.uniform(6.1, 6.7);
    return {
      ...base,
      napeY,
      frontY: napeY - draw.uniform(0, 0.4),
      gap: 0,
      standsOffM: draw.uniform(0.003, 0.02),
      spreadM: draw.uniform(0.01, 0.05),
      thicknessM: draw.uniform(0.015, 0.04),
      foldsM: draw.uniform(0.002, 0.006),
    };
  }
  if (kind === 'hood') {
    return {
      ...base,
      napeY: draw.uniform(6.2, 7.0),
      frontY: draw.uniform(5.6, 5.9),
      gap: draw.uniform(0, 0.5),
      standsOffM: draw.uniform(0.015, 0.045),
      spreadM: draw.uniform(0, 0.04),
      thicknessM: draw.uniform(0.01, 0.03),
      foldsM: draw.uniform(0.001, 0.004),
    };
  }
  const napeY = draw.uniform(6.0, 6.5);
  return {
    ...base,
    napeY,
    frontY: napeY - draw.uniform(0, 0.35),
    gap: draw.chance(0.5) ? 0 : draw.uniform(0.2, 0.9),
    standsOffM: draw.uniform(0.003, 0.035),
    spreadM: draw.uniform(-0.005, 0.03),
    thicknessM: draw.uniform(0.003, 0.02),
    foldsM: draw.uniform(0, 0.002),
  };
}
