import { cancelled } from '../contract/errors.ts';

/** Waits for `work`, but no longer than until `signal` fires; then throws `cancelled`. */
export async function untilAborted<T>(
  work: Promise<T> | undefined,
  signal: AbortSignal,
): Promise<T | undefined> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(cancelled());
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) throw cancelled();
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
