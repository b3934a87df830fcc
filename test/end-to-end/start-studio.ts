/** The real web host on a library of its own, as `npm start` runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type RunningStudio = {
  /** Address with the token. */
  url: string;
  /** For what the tests write. */
  scratchDirectory: string;
  stop(): Promise<void>;
};

const ROOT = join(import.meta.dirname, '../..');
/** Models are checked and loaded before the address is printed. */
const START_TIMEOUT_MS = 60_000;

export async function startStudio(): Promise<RunningStudio> {
  const directory = mkdtempSync(join(tmpdir(), 'gen3d-e2e-'));
  const host = spawn(process.execPath, [join(ROOT, 'src-main/hosts/web/web-main.ts')], {
    cwd: ROOT,
    env: { ...process.env, GEN3D_DATA_DIR: join(directory, 'library') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    await end(host);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const url = await readAddress(host);
    return { url, scratchDirectory: directory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readAddress(host: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(
      () => reject(new Error(`the web host printed no address:\n${output}`)),
      START_TIMEOUT_MS,
    );
    const read = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const url = /^Studio: (\S+)/m.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    host.stdout?.on('data', read);
    host.stderr?.on('data', read);
    host.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the web host ended with ${code}:\n${output}`));
    });
  });
}

function end(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    host.once('exit', () => resolve());
    host.kill('SIGTERM');
  });
}
