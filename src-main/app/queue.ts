import type { StudioApi } from '../contract/api.ts';
import type { JobQueue } from './job-queue.ts';

type QueueCalls = Pick<StudioApi, 'queue.state' | 'queue.move' | 'queue.pause' | 'queue.resume'>;

export function createQueueCalls(queue: JobQueue): QueueCalls {
  return {
    'queue.state': async () => queue.state(),
    'queue.move': async ({ jobId, beforeJobId }) => {
      queue.move(jobId, beforeJobId);
      return queue.state();
    },
    'queue.pause': async () => {
      queue.pause();
      return queue.state();
    },
    'queue.resume': async () => {
      queue.resume();
      return queue.state();
    },
  };
}
