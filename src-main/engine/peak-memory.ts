/** Largest resident memory of this process since {@link PeakMemory.reset}, in MiB. */
import { readFileSync, writeFileSync } from 'node:fs';

export type PeakMemory = { reset(): void; readMb(): number };

/** Tells Linux to start its high-water mark anew (proc(5): "5" in clear_refs resets VmHWM). */
const RESET_HIGH_WATER_MARK = '5';

export function createPeakMemory(): PeakMemory {
  let sinceStart = process.platform !== 'linux';
  return {
    reset: () => {
      if (sinceStart) return;
      try {
        writeFileSync('/proc/self/clear_refs', RESET_HIGH_WATER_MARK);
      } catch {
        // Not allowed in some containers: then the peak is the process's, not the stage's.
        sinceStart = true;
      }
    },
    readMb: () => {
      if (sinceStart) return process.resourceUsage().maxRSS / 1024;
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
      return kilobytes === undefined ? process.resourceUsage().maxRSS / 1024 : Number(kilobytes) / 1024;
    },
  };
}
