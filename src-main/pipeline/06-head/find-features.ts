/**
 * Where eyes, nose and mouth of M are, before which hair is found only with care.
 * in: template (N, 3), Head, m, offsets from M's own outside (N) m → out: (N) in [0, 1] twice. By what is folded in itself: lids, lips,
 * nostrils; a head model of the user's own needs no names for them.
 */
import type { Points } from '../../camera/frames.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { distancesTo } from './distances-to.ts';
import { FOLD_M } from './model-offsets.ts';

export type Features = {
  /** (N) in [0, 1]: nose and mouth. */
  muzzle: Float32Array;
  /** (N) in [0, 1]: eyes. */
  eyes: Float32Array;
};

/** They reach this far from their folds, m: fringes end right above the eyes, nobody's between nose and mouth. */
const MUZZLE_M = [0.006, 0.016] as const;
const EYES_M = [0.003, 0.009] as const;
/** Folds lie before ears (z, Head); lips and nostrils below the height, lids above it, m. */
const BELOW_M = -0.01;
const BEFORE_M = 0.04;

export function findFeatures(
  template: Points<'Head'>,
  offset: Float32Array,
  isSkin: (vertex: number) => boolean,
): Features {
  const folds = [...offset.keys()].filter(
    (v) => isSkin(v) && -offset[v]! > FOLD_M && template[v * 3 + 2]! > BEFORE_M,
  );
  const around = (reach: readonly [number, number], isMember: (height: number) => boolean): Float32Array => {
    const members = folds.filter((v) => isMember(template[v * 3 + 1]!));
    return distancesTo(template, members, reach[1]).map((distance) => 1 - smoothstep(...reach, distance));
  };
  return { muzzle: around(MUZZLE_M, (y) => y < BELOW_M), eyes: around(EYES_M, (y) => y >= BELOW_M) };
}
