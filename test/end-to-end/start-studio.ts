/** The real web host on a library of its own, as `npm start` runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type RunningStudio = {
  /** Address with the token; another one after `crash`. */
  url: string;
  /** For what the tests write. */
  scratchDirectory: string;
  /** Ends the host in the middle of whatever it does and starts another one on the same library. */
  crash(): Promise<void>;
  /** Ends the host in order and starts another one on the same library. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const ROOT = join(import.meta.dirname, '../..');
/** Models are checked and loaded before the address is printed. */
const START_TIMEOUT_MS = 120_000;

export async function startStudio(environment: NodeJS.ProcessEnv = {}): Promise<RunningStudio> {
  const directory = mkdtempSync(join(tmpdir(), 'gen3d-e2e-'));
  const libraryDirectory = join(directory, 'library');
  let host = startHost(libraryDirectory, environment);
  const startAgain = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    await end(host, signal);
    host = startHost(libraryDirectory, environment);
    studio.url = await readAddress(host);
  };
  const studio: RunningStudio = {
    url: '',
    scratchDirectory: directory,
    crash: () => startAgain('SIGKILL'),
    restart: () => startAgain('SIGTERM'),
    async stop() {
      await end(host, 'SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
  try {
    studio.url = await readAddress(host);
    return studio;
  } catch (error) {
    await studio.stop();
    throw error;
  }
}

function startHost(dataDirectory: string, environment: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'src-main/hosts/web/web-main.ts')], {
    cwd: ROOT,
    env: { ...process.env, GEN3D_DATA_DIR: dataDirectory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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

function end(host: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    host.once('exit', () => resolve());
    host.kill(signal);
  });
}
