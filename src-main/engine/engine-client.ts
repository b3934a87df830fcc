/**
 * The studio's side of the engine process: starts it when it is first needed, hands it one task at a time, cancels,
 * notices its death, starts it again for the next task.
 */
import type { DeviceInfo } from '../contract/entities.ts';
import { cancelled, StudioError } from '../contract/errors.ts';
import type { EngineProcess, ForkEngine } from './fork-engine.ts';
import type { EngineReport, EngineResult, EngineTask, StageReport } from './messages.ts';

/**
 * How long a cancelled task may take to stop by itself before the engine is killed. Inference and kernels block the
 * engine's thread, so it may not even hear of the cancel before a long piece is over; two seconds is about as long as
 * a button may seem dead.
 */
export const CANCEL_GRACE_MS = 2000;

/** Models and sessions take up to a gigabyte; five minutes are longer than an artist looks at a head before the next. */
export const ENGINE_IDLE_MS = 5 * 60_000;

export type EngineRun = {
  /** Rejects with the stage's StudioError, `cancelled`, or `engine-stopped` when the process died. */
  done: Promise<EngineResult>;
  cancel(): void;
};

export type EngineClient = {
  /** One task at a time: throws while another one runs. */
  run(task: EngineTask, onReport: (report: StageReport) => void): EngineRun;
  /** Starts the engine to ask, the first time. */
  device(): Promise<DeviceInfo>;
  /** undefined while no engine runs. */
  pid(): number | undefined;
  /** Kills the engine and resolves when it is gone. A task that runs is rejected with `engine-stopped`. */
  close(): Promise<void>;
  /** The next task gets a new engine, with the options of then. A task that runs is not disturbed. */
  release(): void;
};
export type EngineClientOptions = { graceMs?: number; idleMs?: number };

type Task = {
  jobId: string;
  onReport: (report: StageReport) => void;
  resolve: (result: EngineResult) => void;
  reject: (error: StudioError) => void;
  sent: boolean;
  cancelled: boolean;
};
type Running = { process: EngineProcess; ready: Promise<DeviceInfo>; exited: Promise<void> };

export function createEngineClient(
  fork: ForkEngine,
  { graceMs = CANCEL_GRACE_MS, idleMs = ENGINE_IDLE_MS }: EngineClientOptions = {},
): EngineClient {
  let engine: Running | null = null;
  let task: Task | null = null;
  /** What the last engine ran on: asking again does not start another one. */
  let lastDevice: DeviceInfo | null = null;
  let idle: NodeJS.Timeout | undefined;
  let outdated = false;

  /** Ends the engine; from now on there is none. */
  const letGo = (): void => {
    const former = engine;
    engine = null;
    outdated = false;
    clearTimeout(idle);
    former?.process.kill();
  };

  /** Counts from now; whatever is still to do then is not disturbed. */
  const restIfIdle = (): void => {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (task !== null) return;
      letGo();
    }, idleMs).unref();
  };

  const settle = (finish: (task: Task) => void): void => {
    const settled = task;
    task = null;
    if (settled !== null) finish(settled);
    if (outdated) letGo();
    else restIfIdle();
  };

  const receive = (report: EngineReport): void => {
    // Late words about a task that was settled meanwhile are of no interest.
    if (!('jobId' in report) || report.jobId !== task?.jobId) return;
    if (report.type === 'stage') task.onReport(report.report);
    else if (report.type === 'done') settle((t) => t.resolve(report.result));
    else settle((t) => t.reject(new StudioError(report.error)));
  };

  const start = (): Running => {
    const child = fork();
    let unusable: StudioError | null = null;
    let reportReady: (device: DeviceInfo) => void = () => undefined;
    let reportDead: (error: StudioError) => void = () => undefined;
    const ready = new Promise<DeviceInfo>((resolve, reject) => {
      reportReady = resolve;
      reportDead = reject;
    });
    // Nobody may be waiting for the device; a task that waits is rejected below.
    ready.catch(() => undefined);
    child.onReport((report) => {
      if (report.type === 'ready') {
        lastDevice = report.device;
        reportReady(report.device);
        restIfIdle();
      } else if (report.type === 'unusable') unusable = new StudioError(report.error);
      else receive(report);
    });
    const exited = new Promise<void>((resolve) => {
      child.onExit((reason) => {
        const error = unusable ?? engineStopped(reason);
        reportDead(error);
        // One that was sent away for idleness may have a successor with a task of its own.
        if (engine?.process === child) {
          engine = null;
          settle((t) => t.reject(t.cancelled ? cancelled() : error));
        }
        resolve();
      });
    });
    return { process: child, ready, exited };
  };
  const ensure = (): Running => (engine ??= start());

  const close = async (): Promise<void> => {
    const closing = engine;
    clearTimeout(idle);
    if (closing === null) return;
    closing.process.kill();
    await closing.exited;
  };

  return {
    device: () => (engine === null && lastDevice !== null ? Promise.resolve(lastDevice) : ensure().ready),
    pid: () => engine?.process.pid,
    run: (work, onReport) => {
      if (task !== null) throw new Error(`engine is busy with job ${task.jobId}`);
      const running = ensure();
      const done = new Promise<EngineResult>((resolve, reject) => {
        task = { jobId: work.jobId, onReport, resolve, reject, sent: false, cancelled: false };
      });
      const mine = task as Task | null;
      // Electron drops messages sent before the process listens, so the task waits for its word.
      running.ready.then(
        () => {
          if (mine === null || task !== mine) return;
          mine.sent = true;
          running.process.send({ type: 'start', task: work });
        },
        () => undefined,
      );
      const cancel = (): void => {
        if (mine === null || task !== mine || mine.cancelled) return;
        mine.cancelled = true;
        if (!mine.sent) return settle((t) => t.reject(cancelled()));
        running.process.send({ type: 'cancel', jobId: work.jobId });
        const timer = setTimeout(() => {
          if (task === mine) running.process.kill();
        }, graceMs);
        const stop = (): void => clearTimeout(timer);
        done.then(stop, stop);
      };
      return { done, cancel };
    },
    close,
    release: () => {
      if (task !== null) {
        // Its report still has to say what it ran on.
        outdated = true;
        return;
      }
      lastDevice = null;
      letGo();
    },
  };
}

function engineStopped(reason: string): StudioError {
  const killed = /SIGKILL|137|\b9\b/.test(reason);
  return new StudioError({
    code: 'engine-stopped',
    message: `The engine stopped unexpectedly (${reason}).`,
    hint: killed
      ? 'The system may have run out of memory: close other programs, then run it again.'
      : 'Run it again; if it happens again, the log has the details.',
  });
}
