/**
 * The studio's side of a process that answers questions outside jobs, one after the other: started when it is first asked,
 * sent away when nothing was asked for a while, replaced when it dies. Not the engine's process, because there an answer would
 * wait for the kernels of the job that runs.
 */
import { StudioError } from '../contract/errors.ts';
import type { EngineProcess, ForkEngine } from './fork-engine.ts';
import type { HelperQuestion } from './messages.ts';

export type HelperProcess = {
  /** Throws what the process answered with, or `stopped` when it died over the question. */
  ask(question: HelperQuestion): Promise<unknown>;
  /** undefined while none runs. */
  pid(): number | undefined;
  close(): Promise<void>;
};
export type HelperOptions = {
  /** How long it is kept without a question. */
  idleMs: number;
  /** The error of a question that it died over; `reason` in words. */
  stopped(reason: string): StudioError;
};

type Waiting = {
  question: HelperQuestion;
  resolve: (answer: unknown) => void;
  reject: (error: StudioError) => void;
};
type Running = { process: EngineProcess; exited: Promise<void>; ready: boolean };

export function createHelperProcess(fork: ForkEngine, { idleMs, stopped }: HelperOptions): HelperProcess {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let helper: Running | null = null;
  let idle: NodeJS.Timeout | undefined;

  const settle = (id: number, finish: (waiting: Waiting) => void): void => {
    const settled = waiting.get(id);
    waiting.delete(id);
    if (settled !== undefined) finish(settled);
    if (waiting.size > 0) return;
    clearTimeout(idle);
    idle = setTimeout(() => {
      const idler = helper;
      helper = null;
      idler?.process.kill();
    }, idleMs).unref();
  };

  const start = (): Running => {
    const child = fork();
    let unusable: StudioError | null = null;
    const exited = new Promise<void>((resolve) => {
      child.onExit((reason) => {
        // One that was sent away for idleness may have a successor with questions of its own.
        if (helper?.process === child) {
          helper = null;
          const error = unusable ?? stopped(reason);
          for (const id of [...waiting.keys()]) settle(id, (w) => w.reject(error));
        }
        resolve();
      });
    });
    const running: Running = { process: child, exited, ready: false };
    child.onReport((report) => {
      if (report.type === 'helper-ready') {
        running.ready = true;
        // Electron drops messages sent before the process listens, so what came in meanwhile goes out now.
        for (const [id, { question }] of waiting) child.send({ type: 'ask', id, question });
      } else if (report.type === 'unusable') unusable = new StudioError(report.error);
      else if (report.type === 'answered') settle(report.id, (w) => w.resolve(report.answer));
      else if (report.type === 'refused') settle(report.id, (w) => w.reject(new StudioError(report.error)));
    });
    return running;
  };

  return {
    pid: () => helper?.process.pid,
    ask: (question) => {
      clearTimeout(idle);
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const id = asked++;
      waiting.set(id, { question, resolve, reject });
      helper ??= start();
      if (helper.ready) helper.process.send({ type: 'ask', id, question });
      return promise;
    },
    close: async () => {
      const closing = helper;
      if (closing === null) return;
      closing.process.kill();
      await closing.exited;
    },
  };
}
