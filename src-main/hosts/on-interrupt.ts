/** Ctrl+C, `kill`, a closed terminal. */

/**
 * A terminal sends Ctrl+C to every process of the command, and the launcher passes its own on: the same keypress can
 * arrive twice. A second one that comes later than this means "now".
 */
const SAME_KEYPRESS_MS = 1000;
/** 128 + SIGINT, as shells report it. */
export const EXIT_INTERRUPTED = 130;

/** Calls `stop` on the first signal. Returns the function that stops listening. */
export function onInterrupt(stop: () => void): () => void {
  let firstMs: number | null = null;
  const listener = (): void => {
    if (firstMs === null) {
      firstMs = performance.now();
      stop();
    } else if (performance.now() - firstMs > SAME_KEYPRESS_MS) process.exit(EXIT_INTERRUPTED);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
