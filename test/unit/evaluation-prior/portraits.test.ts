import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationContext, seeded } from '../../../src-main/evaluation/prior/fit-portrait.ts';
import { listHeldBackPortraits, listPortraits } from '../../../src-main/evaluation/prior/list-portraits.ts';
import type { Inference } from '../../../src-main/inference/inference.ts';
import { splitPortraits } from '../../../src-main/synth/portraits/split-portraits.ts';
import { makeTemporaryFolder } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
const names = Array.from({ length: 200 }, (_, i) => `set/${i}.jpg`);
beforeAll(() => {
  folder = makeTemporaryFolder();
  mkdirSync(join(folder.path, 'portraits'));
  const lines = ['file,licence', ...names.map((name) => `${name},CC0`)];
  writeFileSync(join(folder.path, 'portraits/portraits.csv'), `${lines.join('\n')}\n`);
});
afterAll(() => folder.remove());

describe('portraits of an evaluation', () => {
  it('are held back ones where the view pack has a share, mixed, the same ones each time', async () => {
    const { training, test } = await splitPortraits(join(folder.path, 'portraits'));
    const shown = await listHeldBackPortraits(folder.path, null);
    expect([...shown].sort()).toEqual([...test].sort());
    expect(shown.filter((name) => training.includes(name))).toEqual([]);
    expect(shown).not.toEqual(test);
    expect(await listHeldBackPortraits(folder.path, 4)).toEqual(shown.slice(0, 4));
    expect((await listPortraits(folder.path, null)).sort()).toEqual([...names].sort());
  });
});

describe('random numbers of an evaluation', () => {
  const context = evaluationContext({} as Inference, () => Promise.reject(new Error('none')));
  it('are refused without a seed, so that nothing is measured on zeros', () => {
    expect(() => context.random()).toThrow(/seeded/);
  });

  it('are an item’s own: the same each time, others for the next', () => {
    const draw = (index: number): number[] => {
      const { random } = seeded(context, index);
      return [random(), random(), random()];
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    expect(new Set(draw(3)).size).toBe(3);
  });
});
