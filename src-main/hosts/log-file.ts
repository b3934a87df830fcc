/** `studio.log` in the data folder: what a bug report needs. Starts anew when it has grown large. The folder is made by `openStudio`. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Months of use; the one before is kept as `studio.old.log`. */
const LARGE_BYTES = 5 * 2 ** 20;

export function openLog(dataDirectory: string): (line: string) => void {
  const path = join(dataDirectory, 'studio.log');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGE_BYTES) {
    renameSync(path, join(dataDirectory, 'studio.old.log'));
  }
  return (line) => {
    try {
      appendFileSync(path, `${new Date().toISOString()} ${line}\n`);
    } catch {
      // A full disk, or a folder that is not to be had, must not turn a log line into a failure of its own.
    }
  };
}
