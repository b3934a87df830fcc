/** Where a long stage takes a breath: reports progress, lets a cancel message in, and stops if one came. */
import { setImmediate } from 'node:timers/promises';
import { cancelled } from '../contract/errors.ts';
import type { StageContext } from './stage.ts';

/** Messages of the host are only read between two turns of the event loop, so a blocking loop never sees a cancel. */
export async function checkpoint(context: StageContext, fraction: number): Promise<void> {
  context.progress(fraction);
  await setImmediate();
  if (context.signal.aborted) throw cancelled();
}
