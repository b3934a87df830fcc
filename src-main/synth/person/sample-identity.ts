/**
 * A random identity and expression as weights of MakeHuman's morph targets.
 *
 * Macro targets (ethnicity × sex × age, weight) are mixed by convex weights; 12–30 detail targets have left and right
 * tied with a little asymmetry; the weights of one region are clamped together, because nose or mouth targets stacked at
 * 0.8 give caricatures. The same recipe as `models/training/head_model/makehuman.py`, from which the head model is made.
 */
import type { Draw } from '../random.ts';
import { DETAIL_FOLDERS, type Target } from '../makehuman/assets.ts';

export type Identity = {
  weights: Map<string, number>;
  /** [0, 1]: share of African ancestry, of male and of old targets: skins and hair follow them. */
  african: number;
  asian: number;
  male: number;
  old: number;
  isChild: boolean;
};

const ETHNICITIES = ['african', 'asian', 'caucasian'] as const;
/** Sum of detail weights of one region above which the region is scaled back. */
const REGION_WEIGHT_LIMIT = 1.5;
const SIDE_JITTER = 0.12;
const ASYMMETRY_TARGETS = 4;
const ASYMMETRY_WEIGHT = 0.25;

export function sampleIdentity(draw: Draw, targets: ReadonlyMap<string, Target>): Identity {
  const weights = new Map<string, number>();
  const raw = ETHNICITIES.map(() => draw.beta(0.5, 1));
  const sum = raw.reduce((total, value) => total + value, 0);
  const ethnicity = raw.map((value) => value / sum);
  const male = draw.beta(0.35, 0.35);
  const old = draw.beta(0.6, 0.9);
  const child = draw.chance(0.1) ? draw.uniform(0.15, 0.6) : 0;
  const heavy = draw.uniform(-0.9, 0.9);
  const ages = [
    ['young', (1 - old) * (1 - child)],
    ['old', old * (1 - child)],
    ['child', child],
  ] as const;
  for (const [sex, sexWeight] of [
    ['male', male],
    ['female', 1 - male],
  ] as const) {
    for (const [age, ageWeight] of ages) {
      const both = sexWeight * ageWeight;
      ETHNICITIES.forEach((name, k) =>
        weights.set(`macrodetails/${name}-${sex}-${age}`, ethnicity[k]! * both),
      );
      const stem = `macrodetails/universal-${sex}-${age}-averagemuscle`;
      weights.set(`${stem}-averageweight`, both * (1 - Math.abs(heavy)));
      weights.set(`${stem}-${heavy > 0 ? 'maxweight' : 'minweight'}`, both * Math.abs(heavy));
    }
  }
  addDetails(draw, targets, weights);
  return { weights, african: ethnicity[0]!, asian: ethnicity[1]!, male, old, isChild: child > 0.3 };
}

function addDetails(draw: Draw, targets: ReadonlyMap<string, Target>, weights: Map<string, number>): void {
  const details = [...targets.keys()].filter((name) =>
    DETAIL_FOLDERS.some((folder) => name.startsWith(`${folder}/`)),
  );
  const count = Math.floor(draw.uniform(12, 31));
  for (let i = 0; i < count; i++) {
    const name = draw.pick(details);
    const weight = draw.uniform(0.1, 0.7);
    weights.set(name, weight);
    const other = otherSide(name);
    if (other !== null && targets.has(other))
      weights.set(other, weight * Math.max(0, 1 + draw.normal(SIDE_JITTER)));
  }
  for (const folder of DETAIL_FOLDERS) {
    const names = [...weights.keys()].filter((name) => name.startsWith(`${folder}/`));
    const total = names.reduce((sum, name) => sum + weights.get(name)!, 0);
    if (total > REGION_WEIGHT_LIMIT)
      names.forEach((name) => weights.set(name, (weights.get(name)! * REGION_WEIGHT_LIMIT) / total));
  }
  const asymmetric = [...targets.keys()].filter((name) => name.startsWith('asym/'));
  for (let i = 0; i < ASYMMETRY_TARGETS; i++)
    weights.set(draw.pick(asymmetric), draw.uniform(0, ASYMMETRY_WEIGHT));
}

function otherSide(name: string): string | null {
  const [folder, stem] = name.split('/') as [string, string];
  if (stem.startsWith('l-')) return `${folder}/r-${stem.slice(2)}`;
  return stem.startsWith('r-') ? `${folder}/l-${stem.slice(2)}` : null;
}

/** Adds an expression (ARKit-named face units) to the weights: neutral, smiles with and without teeth, or odd ones. */
export function addExpression(draw: Draw, weights: Map<string, number>): void {
  const both = (stem: string, weight: number): void => {
    weights.set(`face/${stem}Left`, weight * draw.uniform(0.8, 1.1));
    weights.set(`face/${stem}Right`, weight * draw.uniform(0.8, 1.1));
  };
  const kind = draw.weighted([0.4, 0.25, 0.15, 0.2]);
  if (kind === 1 || kind === 2) {
    both('mouthSmile', draw.uniform(0.2, 0.8));
    both('cheekSquint', draw.uniform(0, 0.5));
  }
  if (kind === 2) {
    both('mouthUpperUp', draw.uniform(0.2, 0.6));
    both('mouthLowerDown', draw.uniform(0.1, 0.4));
    weights.set('face/jawOpen', draw.uniform(0, 0.25));
  }
  if (kind === 3) {
    weights.set('face/jawOpen', draw.uniform(0, 0.4));
    weights.set(
      `face/${draw.pick(['mouthPucker', 'mouthFunnel', 'browInnerUp', 'cheekPuff', 'mouthLeft', 'mouthRight'])}`,
      draw.uniform(0.1, 0.6),
    );
    both(
      draw.pick(['mouthFrown', 'browDown', 'browOuterUp', 'noseSneer', 'mouthStretch']),
      draw.uniform(0.1, 0.7),
    );
  }
  if (draw.chance(0.3)) both('eyeSquint', draw.uniform(0, 0.6));
  if (draw.chance(0.15)) both('eyeBlink', draw.uniform(0.1, 0.5));
}

/** Base positions (N, 3) + Σ weight · target. */
export function morph(
  base: Float32Array,
  targets: ReadonlyMap<string, Target>,
  weights: ReadonlyMap<string, number>,
): Float32Array {
  const out = base.slice();
  for (const [name, weight] of weights) {
    const target = targets.get(name);
    if (target === undefined || weight === 0) continue;
    const { indices, offsets } = target;
    for (let k = 0; k < indices.length; k++) {
      const at = indices[k]! * 3;
      for (let c = 0; c < 3; c++) out[at + c] = out[at + c]! + weight * offsets[k * 3 + c]!;
    }
  }
  return out;
}
