/** An edit of a view fitted the studio's own head model to a head that was made with a file of the user's. */
import { expect, test } from 'vitest';
import { HEAD_SETTINGS_DEFAULTS } from '../../src-main/contract/entities.ts';
import { editViews } from '../../src-main/pipeline/edit-views.ts';
import { generateHead } from '../../src-main/pipeline/generate-head.ts';
import type { RunStage } from '../../src-main/pipeline/stage.ts';

const settings = { ...HEAD_SETTINGS_DEFAULTS, headModel: 'a'.repeat(64) };

/** What stage 03 is given; the flow ends there. */
async function inputOfPrior(flow: (run: RunStage) => Promise<unknown>): Promise<unknown> {
  let seen: unknown = null;
  const run: RunStage = async (id, _stage, input) => {
    if (id !== '03-prior') return {} as never;
    seen = input;
    throw new Error('far enough');
  };
  await expect(flow(run)).rejects.toThrow('far enough');
  return seen;
}

test('an edit estimates the head as the head itself was', async () => {
  const bytes = new Uint8Array();
  const ofHead = await inputOfPrior((run) => generateHead(bytes, settings, run));
  const edit = { kind: 'regenerate', views: [0], seed: 1, strength: 1, masks: [] } as const;
  const ofEdit = await inputOfPrior((run) => editViews(bytes, settings, run, [], edit));
  expect(ofHead).toMatchObject({ headModel: settings.headModel });
  expect(ofEdit).toEqual(ofHead);
});
