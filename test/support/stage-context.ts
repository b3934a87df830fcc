/** A stage context for tests: records progress and warnings, refuses inference and assets. */
import type { StageContext } from '../../src-main/pipeline/stage.ts';
import type { StageId } from '../../src-main/contract/stages.ts';

export type RecordedContext = StageContext & { fractions: number[]; warnings: string[] };

export function recordContext(
  stage: StageId,
  signal: AbortSignal = new AbortController().signal,
): RecordedContext {
  const fractions: number[] = [];
  const warnings: string[] = [];
  let state = 1;
  return {
    stage,
    signal,
    fractions,
    warnings,
    progress: (fraction) => void fractions.push(fraction),
    log: () => undefined,
    warn: (code) => void warnings.push(code),
    random: () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    },
    inference: {
      get device(): never {
        throw new Error('no inference in this test');
      },
      load: () => Promise.reject(new Error('no inference in this test')),
    } as unknown as StageContext['inference'],
    readAsset: (name) => Promise.reject(new Error(`no asset ${name} in this test`)),
    readUserFile: (id) => Promise.reject(new Error(`no file ${id} in this test`)),
  };
}
