/** Electron's runtime is not part of its npm package: it is looked for, then fetched once if the network allows it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageScript } from './paths.ts';
import { runNode } from './run-process.ts';

export type ElectronProbe = { executable: string; reason: null } | { executable: null; reason: string };

/** Path of Electron's executable, or in words why there is none. Downloads it when it is missing. */
export async function findElectron(): Promise<ElectronProbe> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { executable: null, reason: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' };
  }
  const present = installedElectron();
  if (present !== null) return { executable: present, reason: null };
  process.stderr.write("Fetching Electron's runtime (once, about 120 MB) …\n");
  const { code, output } = await runNode(packageScript('electron', 'install.js'), []);
  const fetched = code === 0 ? installedElectron() : null;
  if (fetched !== null) return { executable: fetched, reason: null };
  const why =
    /(?:Error|ENOTFOUND|fetch failed)[^\n]*/.exec(output)?.[0] ?? `its installer ended with code ${code}`;
  return {
    executable: null,
    reason: `Electron's runtime is not installed and could not be fetched (${why})`,
  };
}

function installedElectron(): string | null {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const pathFile = packageScript('electron', 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const executable = join(override ?? packageScript('electron', 'dist'), name);
  return existsSync(executable) ? executable : null;
}
