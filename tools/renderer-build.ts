import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.ts';

const SOURCES = [
  'src-renderer',
  'src-main/contract',
  'assets',
  'vite.renderer.config.ts',
  'package-lock.json',
];

/** Whether `dist/renderer` is missing or older than what it is built from. */
export function rendererIsStale(): boolean {
  const built = join(ROOT, 'dist', 'renderer', 'index.html');
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  return SOURCES.some((source) => newestMs(join(ROOT, source)) > builtMs);
}

function newestMs(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
