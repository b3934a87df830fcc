import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareViews, findSeen } from '../../../src-main/evaluation/views/compare-views.ts';
import { drawRow, TILE_PX } from '../../../src-main/evaluation/views/draw-rows.ts';
import {
  BASELINE,
  makeAll,
  type MethodViews,
  type Rows,
} from '../../../src-main/evaluation/views/method-views.ts';
import { type OpenPack, openPack } from '../../../src-main/evaluation/views/open-pack.ts';
import { reportViews } from '../../../src-main/evaluation/views/report-views.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const FIXTURE = new URL('../../fixtures/view-pack/gen3d-small', import.meta.url).pathname;
const portrait = takePortrait(makeSyntheticHead(24, 32), portraitCamera(20, 160));
let pack: OpenPack;
let made: MethodViews[];
beforeAll(async () => {
  pack = await openPack(`${FIXTURE}@2`);
  made = await makeAll(portrait, [pack], recordContext('04-views'), 3);
});
afterAll(() => pack.close());

describe('makeAll', () => {
  it('makes the views of the baseline and of each pack, as many as the pack makes', () => {
    expect(made.map(({ name, views }) => [name, views.length])).toEqual([
      [BASELINE, 4],
      ['gen3d-small@2', 4],
    ]);
  });

  it('random weights lose against the baseline that they are measured from', () => {
    const seen = findSeen(made[0]!.views);
    const [own, other] = made.map(({ views }) => compareViews(made[0]!.views, views, seen));
    expect(own).toMatchObject({ psnrUnseen: 80, maskIou: 1 });
    expect(other!.psnrUnseen).toBeLessThan(40);
    // Photo pixels win in both, so that seen pixels are far nearer than unseen ones.
    expect(other!.psnrSeen).toBeGreaterThan(other!.psnrUnseen + 3);
  });

  it('does not depend on what was made before', async () => {
    const again = await makeAll(portrait, [pack], recordContext('04-views'), 3);
    expect(again.map(({ views }) => views)).toEqual(made.map(({ views }) => views));
  });

  it('draws a row with the photo first', () => {
    const row = drawRow(portrait.photo.image, made[0]!.views);
    expect([row.widthPx, row.heightPx]).toEqual([5 * TILE_PX, TILE_PX]);
  });
});

describe('reportViews', () => {
  const row = (psnrUnseen: number): Record<string, number> => ({ psnrUnseen, idOutOut: Number.NaN });
  const rows: Rows = new Map([
    [BASELINE, [row(14), row(16)]],
    ['own', [row(20), row(22)]],
    ['ablated', [row(17), row(17)]],
    ['truth', [{ idInOut: 0.25 }, { idInOut: 0.35 }]],
  ]);
  const report = reportViews(rows, ['own', 'ablated'], 1, 'model');

  it('names the first pack plainly, the baseline by suffix, others by prefix; leaves out what is unknown', () => {
    expect(report.numbers).toEqual({
      psnrUnseenBaseline: 15,
      psnrUnseen: 21,
      'ablated/psnrUnseen': 17,
      idInOutTruth: expect.closeTo(0.3, 9) as number,
      heads: 2,
      headsWithoutFace: 1,
    });
  });

  it('has a column for each method', () => {
    expect(report.table[0]!.trim().split(/\s+/)).toEqual([BASELINE, 'own', 'ablated', 'truth']);
    expect(report.table.find((line) => line.startsWith('psnrUnseen'))).toMatch(/15\.00 +21\.00 +17\.00 +–$/);
  });
});
