import type { Job } from '../../src-main/contract/entities.ts';
import { strings } from '../strings.ts';

/** Why a job stopped before its end, and what to do. An engine that died says so itself; a studio that was closed cannot. */
export function describeStop({ state, error }: Pick<Job, 'state' | 'error'>): {
  message: string;
  hint: string;
} {
  if (state !== 'cancelled' && error) return { message: error.message, hint: error.hint };
  const message = state === 'interrupted' ? strings.interruptedText : strings.cancelledText;
  return { message, hint: strings.retryHint };
}
