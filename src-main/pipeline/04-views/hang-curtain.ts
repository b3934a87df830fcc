/**
 * A solid of the hair that hangs beside face and neck and around the nape.
 *
 * In: outlines that the photo shows (find-hanging.ts), bald M and the proxy with the scalp's hair, both (N, 3) Head, m, the neck's cut. Out:
 * a closed mesh, Head, m, with the mirrored vertex of each.
 * Level by level a rounded section: as wide as the photo shows it on either side; in front it ends beside M's outline, so behind the
 * cheeks and before the ears, or behind those that the photo shows; behind it hangs down from the back of the skull, standing off the nape
 * by no more than it stands off the neck at its sides. One photo does not tell depth: these are the least that hair of this width can have.
 * Above, it runs into the scalp's hair. What lies in M is hidden.
 */
import type { Points } from '../../camera/frames.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import type { CutPlane } from '../../mesh/neck-cut.ts';
import type { HangingHair } from './find-hanging.ts';

export type CurtainInput = {
  hanging: HangingHair;
  baldHead: Points<'Head'>;
  proxyHead: Points<'Head'>;
  /** (N) in [0, 1]. */
  ear: Float32Array;
  cut: CutPlane | null;
};

export type Curtain = { mesh: TriangleMesh; mirror: Uint32Array };

/** Sections of M are read from vertices this near to a level, m. */
const SECTION_HALF_M = 0.009;
/** In front hair ends here at the latest, m: before the ears, behind the cheeks. */
const FRONT_Z_M = 0.012;
/** … and behind an ear that shows, down to its lobe, m. */
const BEHIND_EAR_Z_M = -0.03;
const LOBE_Y_M = -0.04;
/** The back of the skull is looked for above this height, m. */
const SKULL_Y_M = -0.02;
/** This far above the first level it runs into the scalp's hair, m: a section well within that, as a share of its size. */
const ROOF_M = 0.045;
const ROOF_SHARE = 0.75;
/** Where none hangs on a side it lies this far below M, m. */
const SUNK_M = 0.003;
/** Widest this far from front to back. */
const WIDEST = 0.4;
/** Exponent of the rounded section: 2 an ellipse, more a box. */
const ROUND = 2.6;
/** Points of a quarter of a section, without its end. */
const QUARTER = 6;
/** Steps between roof and first level. */
const ROOF_STEPS = 6;
/** Outlines are smoothed over so many levels to either side, sections of M, whose vertices lie as far apart, over more. */
const SMOOTH_LEVELS = 2;
const SMOOTH_SECTIONS = 4;

/** Of one level: half widths (left, right), front ends (left, right) and back of the section, m. */
type Section = { y: number; wide: [number, number]; front: [number, number]; back: number };

export function hangCurtain(input: CurtainInput): Curtain {
  const sections = drawSections(input);
  const positions: number[] = [];
  const outline = 4 * QUARTER + 2;
  for (const section of sections) {
    for (let k = 0; k < outline; k++) {
      const side = k <= 2 * QUARTER ? 0 : 1;
      const [x, z] = pointAt(section, side, side === 0 ? k : outline - 1 - k);
      positions.push(side === 0 ? x : -x, aboveCut(input.cut, x, section.y, z), z);
    }
  }
  const triangles: number[] = [];
  for (let ring = 0; ring + 1 < sections.length; ring++) {
    for (let k = 0; k < outline; k++) {
      const next = (k + 1) % outline;
      const [a, b] = [ring * outline + k, ring * outline + next];
      triangles.push(a, a + outline, b, b, a + outline, b + outline);
    }
  }
  // Both ends: fans over convex rings.
  const last = (sections.length - 1) * outline;
  for (let k = 1; k + 1 < outline; k++) triangles.push(0, k, k + 1, last, last + k + 1, last + k);
  return {
    mesh: { positionsHead: Float32Array.from(positions), triangles: Uint32Array.from(triangles) },
    mirror: Uint32Array.from(
      { length: sections.length * outline },
      (_, i) => i - (i % outline) + outline - 1 - (i % outline),
    ),
  };
}

/** k-th point of a side from front (0) to back (2 · QUARTER): (|x|, z), m. */
function pointAt({ wide, front, back }: Section, side: number, k: number): [number, number] {
  const half = wide[side]!;
  const widest = front[side]! + WIDEST * (back - front[side]!);
  const angle = ((k % QUARTER) / QUARTER) * (Math.PI / 2);
  const rising = k === 2 * QUARTER ? 1 : Math.sin(angle) ** (2 / ROUND);
  const falling = k === 2 * QUARTER ? 0 : Math.cos(angle) ** (2 / ROUND);
  return k < QUARTER
    ? [half * rising, widest + (front[side]! - widest) * falling]
    : [half * falling, widest + (back - widest) * rising];
}

function drawSections({ hanging, baldHead, proxyHead, ear }: CurtainInput): Section[] {
  const { levelsM, reachM, bareEar } = hanging;
  const hangs = (k: number): boolean => reachM.some((side) => side[k]! > 0);
  const indices = levelsM.map((_, k) => k).filter(hangs);
  const [first, last] = [indices[0]!, indices[indices.length - 1]!];
  const smooth = reachM.map(smoothRun);
  let skullBack = 0;
  for (let i = 0; i < proxyHead.length; i += 3)
    if (proxyHead[i + 1]! > SKULL_Y_M) skullBack = Math.min(skullBack, proxyHead[i + 2]!);
  const own = measureLevels(baldHead, ear, levelsM);
  const sections = levelsM.slice(first, last + 1).map((y, n): Section => {
    const { halfM, sideZ, backZ } = own[first + n]!;
    const wide = [0, 1].map((side) => Math.max(halfM - SUNK_M, smooth[side]![first + n]!)) as [
      number,
      number,
    ];
    const thick = Math.max(wide[0], wide[1]) - halfM;
    const front = bareEar.map((isBare) =>
      isBare && y > LOBE_Y_M ? BEHIND_EAR_Z_M : Math.min(FRONT_Z_M, sideZ),
    ) as [number, number];
    return { y, wide, front, back: Math.max(skullBack, backZ - thick) };
  });
  const below = sections[0]!;
  const [roof] = measureLevels(proxyHead, ear, [below.y + ROOF_M]);
  if (roof === undefined) return sections;
  const half = ROOF_SHARE * roof.halfM;
  const top: Section = {
    y: below.y + ROOF_M,
    wide: [half, half],
    front: [BEHIND_EAR_Z_M, BEHIND_EAR_Z_M],
    back: ROOF_SHARE * roof.backZ,
  };
  const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
  const between = Array.from({ length: ROOF_STEPS }, (_, n): Section => {
    const height = n / ROOF_STEPS;
    // Round, so that there is no notch between the back of the skull and what hangs from it.
    const t = height * (2 - height);
    const pair = (a: [number, number], b: [number, number]): [number, number] => [
      mix(a[0], b[0], t),
      mix(a[1], b[1], t),
    ];
    return {
      y: mix(top.y, below.y, height),
      wide: pair(top.wide, below.wide),
      front: pair(top.front, below.front),
      back: mix(top.back, below.back, t),
    };
  });
  return [...between, ...sections];
}

type Measures = { halfM: number; sideZ: number; backZ: number };

/** Of a head level by level: half width without ears, the place of its widest points, its back, m. */
function measureLevels(p: Points<'Head'>, ear: Float32Array, levelsM: readonly number[]): Measures[] {
  const raw = levelsM.map((y): Measures | null => {
    let [halfM, sideZ, backZ] = [0, 0, Infinity];
    for (let v = 0; v < ear.length; v++) {
      if (Math.abs(p[v * 3 + 1]! - y) > SECTION_HALF_M || ear[v]! > 0) continue;
      backZ = Math.min(backZ, p[v * 3 + 2]!);
      if (Math.abs(p[v * 3]!) > halfM) [halfM, sideZ] = [Math.abs(p[v * 3]!), p[v * 3 + 2]!];
    }
    return halfM === 0 ? null : { halfM, sideZ, backZ };
  });
  return raw.flatMap((_, k) => {
    const near = raw
      .slice(Math.max(0, k - SMOOTH_SECTIONS), k + SMOOTH_SECTIONS + 1)
      .filter((found) => found !== null);
    if (near.length === 0) return [];
    const mean = (of: keyof Measures): number =>
      near.reduce((sum, found) => sum + found[of], 0) / near.length;
    return [{ halfM: mean('halfM'), sideZ: mean('sideZ'), backZ: mean('backZ') }];
  });
}

/** Means over neighbouring levels where hair hangs; 0 stays 0. */
function smoothRun(reach: Float32Array): Float32Array {
  return reach.map((value, k) => {
    if (value === 0) return 0;
    const near = reach.subarray(Math.max(0, k - SMOOTH_LEVELS), k + SMOOTH_LEVELS + 1).filter((m) => m > 0);
    return near.reduce((sum, m) => sum + m, 0) / near.length;
  });
}

/** y, or the height of the cut's plane there where that is higher: hair ends where the neck does. */
function aboveCut(cut: CutPlane | null, x: number, y: number, z: number): number {
  if (cut === null) return y;
  const [nx, ny, nz] = cut.normalHead;
  return Math.max(y, (cut.offset - nx * x - nz * z) / ny);
}
