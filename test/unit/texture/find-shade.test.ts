import { describe, expect, it } from 'vitest';
import { findShade, SURE_OTHER, SURE_SKIN } from '../../../src-main/pipeline/07-texture/find-shade.ts';

/** Grey pictures from rows of brightness, % of white; markers from rows of `s` skin, `o` other, `.` asked. */
const shade = (brightness: readonly (readonly number[])[], markers: readonly string[]): Float32Array => {
  const [heightPx, widthPx] = [brightness.length, brightness[0]!.length];
  const values = Float32Array.from(brightness.flat().flatMap((value) => Array(3).fill(value / 100)));
  const kinds = Uint8Array.from(markers.join(''), (c) =>
    c === 's' ? SURE_SKIN : c === 'o' ? SURE_OTHER : 0,
  );
  return findShade({ widthPx, heightPx, channels: 3, values }, kinds);
};
const row = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, x) => from + ((to - from) * x) / (count - 1));

describe('findShade', () => {
  it('finds that skin which fades into the dark ends at an edge, not where it is dark', () => {
    const line = [...row(80, 20, 40), ...row(5, 5, 10)];
    const out = shade([line, line, line], Array(3).fill(`s${'.'.repeat(45)}oooo`));
    for (let x = 0; x < 40; x++) expect(out[50 + x]).toBeGreaterThan(0.6);
    for (let x = 40; x < 50; x++) expect(out[50 + x]).toBeLessThan(0.1);
  });

  it('is the chance of coming to skin first: on even ground it falls evenly', () => {
    const line = row(50, 50, 11);
    const out = shade([line], ['s.........o']);
    out.forEach((value, x) => expect(value).toBeCloseTo(1 - x / 10, 1));
  });

  it('takes what edges close off for another thing, as it was before it was asked for', () => {
    const line = [80, 80, 20, 20, 20, 80, 80];
    const out = shade([line, line], ['ss...ss', 'ss...ss']);
    expect([...out.slice(2, 5)].every((value) => value < 0.2)).toBe(true);
  });

  it('keeps what is known', () => {
    expect([...shade([[10, 90, 50]], ['sos'])]).toEqual([1, 0, 1]);
  });
});
