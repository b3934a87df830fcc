/**
 * `npm start [-- --web] [-- --no-open]`: the studio in Electron when its runtime is there or can be fetched; else the
 * same services and renderer from the web host, in a Chromium window when there is one, else as a printed address.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BUILD, BUILD_MAIN } from '../checks.ts';
import { findChromium } from '../find-chromium.ts';
import { findElectron } from '../find-electron.ts';
import { openWindow } from '../open-window.ts';
import { ROOT } from '../paths.ts';
import { rendererIsStale } from '../renderer-build.ts';

/** Electron without a library or a sandbox that it needs, and a browser without a display, end sooner than this. */
const AT_ONCE_MS = 5000;
/** What the Electron host says when the machine is at fault and it has said so in a box: nothing to try again. */
const EXIT_MACHINE = 4;

const args = process.argv.slice(2);
process.chdir(ROOT);

if (rendererIsStale()) {
  process.stderr.write('Building the user interface …\n');
  if ((await BUILD.run()).failed > 0) process.exit(4);
}

const electron = args.includes('--web')
  ? { executable: null, reason: 'it was asked for with --web' }
  : await findElectron();
if (electron.executable !== null) await startElectron(electron.executable);
else await startWebHost(electron.reason);

async function startElectron(executable: string): Promise<void> {
  if ((await BUILD_MAIN.run()).failed > 0) process.exit(4);
  const child = spawn(executable, [ROOT], { stdio: 'inherit' });
  const startedMs = performance.now();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => void startWebHost(`Electron could not be started (${error.message})`));
  child.on('exit', (code) => {
    const endedAtOnce = performance.now() - startedMs < AT_ONCE_MS;
    if (endedAtOnce && code !== null && code !== 0 && code !== EXIT_MACHINE) {
      void startWebHost(`Electron ended at once with code ${code}`);
    } else process.exit(code ?? 1);
  });
}

async function startWebHost(reason: string): Promise<void> {
  process.stderr.write(`Opening the studio as a local web page: ${reason}.\n`);
  const host = spawn(
    process.execPath,
    [join(ROOT, 'src-main', 'hosts', 'web', 'web-main.ts'), ...passedOn()],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const stop = (signal: NodeJS.Signals): void => void host.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
  let closeWindow = (): void => {};
  host.on('exit', (code) => {
    closeWindow();
    process.exit(code ?? 1);
  });
  for await (const line of createInterface({ input: host.stdout })) {
    process.stdout.write(`${line}\n`);
    const url = /^Studio: (http\S+)$/.exec(line)?.[1];
    if (url !== undefined) closeWindow = showWindow(url, () => stop('SIGTERM'));
  }
}

/** Arguments for the web host itself, such as `--port 8123`. */
function passedOn(): string[] {
  return args.filter((argument) => argument !== '--web' && argument !== '--no-open');
}

/** Opens a window of its own where there can be one; the function that closes it. */
function showWindow(url: string, onClose: () => void): () => void {
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const chromium = args.includes('--no-open') || !hasDisplay ? null : findChromium();
  const askToOpen = (): void =>
    void process.stderr.write(
      'Open the address above in a browser on this machine. Ctrl+C ends the studio.\n',
    );
  if (chromium === null) {
    askToOpen();
    return () => {};
  }
  const startedMs = performance.now();
  return openWindow(chromium, url, (code) => {
    // A display that is set but not there, for example: the studio itself is fine.
    if (code !== 0 && performance.now() - startedMs < AT_ONCE_MS) askToOpen();
    else onClose();
  });
}
