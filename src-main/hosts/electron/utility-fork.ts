/** The engine as an Electron utility process: Node without a window, sandboxed from the main process's fate. */
import type { UtilityProcess } from 'electron';
import type { EngineProcess, ForkEngine } from '../../engine/fork-engine.ts';
import type { EngineOptions, EngineReport } from '../../engine/messages.ts';

export type UtilityForker = {
  fork(modulePath: string, args: string[], options: Electron.ForkOptions): UtilityProcess;
};

export function createUtilityFork(
  utilityProcess: UtilityForker,
  entry: string,
  options: EngineOptions,
  log: (line: string) => void,
): ForkEngine {
  return (): EngineProcess => {
    const child = utilityProcess.fork(entry, [JSON.stringify(options)], {
      serviceName: 'gen3d engine',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr?.on('data', (chunk: Buffer) => log(chunk.toString('utf8').trimEnd()));
    return {
      get pid() {
        return child.pid;
      },
      send: (request) => child.postMessage(request),
      onReport: (listener) => void child.on('message', (message: EngineReport) => listener(message)),
      onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
      kill: () => {
        // child.kill() asks politely; an engine that is deep in a kernel would not hear it.
        if (child.pid === undefined) child.kill();
        else killNow(child.pid);
      },
    };
  };
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It went by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
