import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository root. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The script behind a package's command, to be run with the Node that runs us. */
export function packageScript(...path: string[]): string {
  return join(ROOT, 'node_modules', ...path);
}

/** Training data and portraits for development, where this checkout has them beside it; else null. */
export function sharedDataDir(): string | null {
  const candidate = process.env.GEN3D_SHARED_DATA ?? join(ROOT, '..', 'shared', 'data');
  return existsSync(join(candidate, 'README.md')) ? candidate : null;
}
