import type { Job, QueuedJob } from '../../src-main/contract/entities.ts';
import { STAGE_TITLES } from '../../src-main/contract/stages.ts';
import { formatPercent, strings } from '../strings.ts';

export type QueueWords = { what: string; howFar: string };

/**
 * What the way into the queue says, whether or not something runs and whether or not its photo is known; null when there
 * is nothing in it. `fraction`: of the running job, [0, 1].
 */
export function describeQueue(
  queued: readonly QueuedJob[],
  running: Job | undefined,
  fraction: number,
  photoName: string | undefined,
): QueueWords | null {
  if (!running) {
    return queued.length === 0 ? null : { what: strings.queue, howFar: strings.queueWaiting(queued.length) };
  }
  const waiting = queued.filter(({ jobId }) => jobId !== running.id).length;
  const stage = running.stages.find(({ state }) => state === 'running');
  const what = stage ? STAGE_TITLES[stage.id] : strings.jobStates.running;
  return {
    what: photoName === undefined ? what : `${photoName}: ${what}`,
    howFar: formatPercent(fraction) + (waiting > 0 ? ` +${waiting}` : ''),
  };
}
