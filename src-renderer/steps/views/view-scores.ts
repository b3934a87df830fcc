import type { ViewScores } from '../../../src-main/contract/views.ts';

export type Aspect = 'identity' | 'neighbours' | 'outline' | 'normals';
export type Level = 'good' | 'fair' | 'poor';
export type AspectScore = { aspect: Aspect; text: string; level: Level; badness: number };

/**
 * From where on a view deserves a second look, and a first one. identity: dlib's threshold for another person, and three
 * quarters of it; outline: what a multi-view model should reach (0.95) and twice as far off; neighbours and normals: the
 * views of `reproject` on the sample photos stay below the former.
 */
const LIMITS: Record<Aspect, { fair: number; poor: number }> = {
  identity: { fair: 0.45, poor: 0.6 },
  neighbours: { fair: 6, poor: 12 },
  outline: { fair: 0.05, poor: 0.1 },
  normals: { fair: 12, poor: 25 },
};

/** What is known of a view, in the order of the list. */
export function describeScores(scores: ViewScores): AspectScore[] {
  const { identityDistance, neighbourDifferencePercent, maskIou, normalDeg } = scores;
  const found: AspectScore[] = [];
  const add = (aspect: Aspect, value: number, text: string): void => {
    const { fair, poor } = LIMITS[aspect];
    const level = value >= poor ? 'poor' : value >= fair ? 'fair' : 'good';
    found.push({ aspect, text, level, badness: value / poor });
  };
  if (identityDistance !== null) add('identity', identityDistance, identityDistance.toFixed(2));
  if (neighbourDifferencePercent !== null)
    add('neighbours', neighbourDifferencePercent, `${neighbourDifferencePercent.toFixed(1)} %`);
  add('outline', 1 - maskIou, `${(100 * maskIou).toFixed(1)} %`);
  if (normalDeg !== null) add('normals', normalDeg, `${normalDeg.toFixed(1)}°`);
  return found;
}

/** The aspect that speaks most against the view; null when nothing was measured. */
export function worstScore(scores: ViewScores | null): AspectScore | null {
  if (scores === null) return null;
  return describeScores(scores).reduce<AspectScore | null>(
    (worst, score) => (worst === null || score.badness > worst.badness ? score : worst),
    null,
  );
}

/** Indices, worst first; what was not measured comes last, equals stay in the order of the rig. */
export function worstFirst(scores: readonly (ViewScores | null)[]): number[] {
  const badness = scores.map((score) => worstScore(score)?.badness ?? -1);
  return badness.map((_, index) => index).sort((a, b) => badness[b]! - badness[a]! || a - b);
}
