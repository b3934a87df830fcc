/** The engine's line to the process that forked it: Node's `child_process.fork` or Electron's `utilityProcess.fork`. */
import type { EngineReport, EngineRequest } from './messages.ts';

export type ParentPort = {
  send(report: EngineReport): void;
  onRequest(listener: (request: EngineRequest) => void): void;
  /** The parent is gone: nobody will ever ask again. */
  onClosed(listener: () => void): void;
};

/** What Electron adds to `process` in a utility process (the engine must not depend on Electron's typings). */
type UtilityPort = {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
};

export function connectParentPort(): ParentPort {
  const utility: UtilityPort | undefined = Reflect.get(process as object, 'parentPort');
  if (utility !== undefined) {
    return {
      send: (report) => utility.postMessage(report),
      onRequest: (listener) => utility.on('message', (event) => listener(event.data as EngineRequest)),
      // Chromium ends its utility processes when their parent is gone.
      onClosed: () => undefined,
    };
  }
  if (process.send === undefined) throw new Error('the engine is started by the studio, not by hand');
  return {
    // The callback swallows the error of a parent that died between the check and the write; 'disconnect' follows.
    send: (report) =>
      void (process.connected && process.send?.(report, undefined, undefined, () => undefined)),
    onRequest: (listener) => process.on('message', (message) => listener(message as EngineRequest)),
    onClosed: (listener) => process.on('disconnect', listener),
  };
}
