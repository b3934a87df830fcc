/** The studio's page in a Chromium window of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const MAX_SCRIPT_BYTES = 64 * 1024;

/**
 * `url` holds the token, and every account of the machine reads the arguments of every process: the window starts at a
 * file that only this account can read, and goes on from there. Answers the function that closes the window; `onExit`
 * gets the exit code, null when it could not be started.
 */
export function openWindow(chromium: string, url: string, onExit: (code: number | null) => void): () => void {
  // A profile of its own makes this process live as long as its window, so that closing the window ends the studio.
  const profile = mkdtempSync(join(tmpdir(), 'gen3d-window-'));
  const removeProfile = (): void => rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  const flags = [
    '--window-size=1440,900',
    '--no-first-run',
    '--disable-sync',
    '--disable-background-networking',
    `--user-data-dir=${profile}`,
  ];
  if (process.getuid?.() === 0) flags.push('--no-sandbox');
  const start = isSnap(chromium) ? url : writeStart(profile, url);
  const window = spawn(chromium, [`--app=${start}`, ...flags], { stdio: 'ignore' });
  const end = (code: number | null): void => {
    removeProfile();
    onExit(code);
  };
  window.on('error', () => end(null));
  window.on('exit', end);
  return () => {
    window.kill();
    removeProfile();
  };
}

/** Address of a page in `folder` that leads on to `url`. */
function writeStart(folder: string, url: string): string {
  const path = join(folder, 'start.html');
  const page = `<!doctype html><meta charset="utf-8"><title>Studio</title><meta http-equiv="refresh" content="0; url=${url}">\n`;
  writeFileSync(path, page, { mode: 0o600 });
  return pathToFileURL(path).href;
}

/** A snap has a folder of temporary files of its own and would not find the page: its address stays in the arguments. */
function isSnap(chromium: string): boolean {
  const path = realpathSync(chromium);
  if (/^\/snap\/|\/snap$/.test(path)) return true;
  // Ubuntu's /usr/bin/chromium-browser is a script of some hundred bytes that calls it.
  if (statSync(path).size > MAX_SCRIPT_BYTES) return false;
  const script = readFileSync(path, 'latin1');
  return script.startsWith('#!') && script.includes('/snap/bin/');
}
