/** How the engine process is started. Electron brings its own {@link ForkEngine}; Node hosts use {@link createNodeFork}. */
import { fork } from 'node:child_process';
import type { EngineOptions, EngineReport, EngineRequest } from './messages.ts';

/** A started engine, as `child_process` and `utilityProcess` both can be seen. */
export type EngineProcess = {
  pid: number | undefined;
  send(request: EngineRequest): void;
  onReport(listener: (report: EngineReport) => void): void;
  /** Called once; `reason` in words: `signal SIGKILL`, `exit code 1`. */
  onExit(listener: (reason: string) => void): void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
};

export type ForkEngine = () => EngineProcess;

export function createNodeFork(
  entry: string,
  options: EngineOptions,
  log: (line: string) => void,
): ForkEngine {
  return () => {
    const child = fork(entry, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A group of its own: Ctrl+C in a terminal goes to the studio, which then stops the engine in order.
      // (On Windows a detached child would get a console window.)
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => log(text.trimEnd()));
    // However the studio ends, even by process.exit in the middle of something, its engine ends with it.
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    // A failed spawn and a closed channel are both followed by 'exit' or reported through it.
    child.on('error', (error) => log(`engine: ${error.message}`));
    return {
      pid: child.pid,
      send: (request) => void (child.connected && child.send(request, () => undefined)),
      onReport: (listener) => child.on('message', (message) => listener(message as EngineReport)),
      onExit: (listener) => {
        if (child.pid === undefined) child.once('error', (error) => listener(error.message));
        else
          child.once('exit', (code, signal) =>
            listener(signal === null ? `exit code ${code}` : `signal ${signal}`),
          );
      },
      kill,
    };
  };
}
