/**
 * The studio's side of the decoder: a process that looks at pictures as they are added. HEIC is decoded by WebAssembly,
 * which blocks its thread for up to seconds, and a hostile file may crash a decoder; neither must touch the window. It is
 * not the engine's process, because there a picture would wait for the kernels of the job that runs.
 */
import type { BlobId } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { EngineProcess, ForkEngine } from './fork-engine.ts';
import type { DecodedPhoto } from './messages.ts';

/** A folder of pictures is added within a minute; forty megabytes are not kept for longer. */
export const DECODER_IDLE_MS = 60_000;

export type DecoderClient = {
  /** Throws what stage 01 throws (`unsupported-image`, …), `engine-stopped` when the process died over the picture. */
  decode(photo: BlobId): Promise<DecodedPhoto>;
  /** undefined while none runs. */
  pid(): number | undefined;
  close(): Promise<void>;
};

type Waiting = {
  done: Promise<DecodedPhoto>;
  resolve: (photo: DecodedPhoto) => void;
  reject: (error: StudioError) => void;
};
type Running = { process: EngineProcess; exited: Promise<void>; ready: boolean };

export function createDecoderClient(fork: ForkEngine, idleMs = DECODER_IDLE_MS): DecoderClient {
  /** By picture: the same one is not decoded twice at once. */
  const waiting = new Map<BlobId, Waiting>();
  let decoder: Running | null = null;
  let idle: NodeJS.Timeout | undefined;

  const settle = (photo: BlobId, finish: (waiting: Waiting) => void): void => {
    const settled = waiting.get(photo);
    waiting.delete(photo);
    if (settled !== undefined) finish(settled);
    if (waiting.size > 0) return;
    clearTimeout(idle);
    idle = setTimeout(() => {
      const idler = decoder;
      decoder = null;
      idler?.process.kill();
    }, idleMs).unref();
  };

  const start = (): Running => {
    const child = fork();
    let unusable: StudioError | null = null;
    const exited = new Promise<void>((resolve) => {
      child.onExit((reason) => {
        // One that was sent away for idleness may have a successor with pictures of its own.
        if (decoder?.process === child) {
          decoder = null;
          const error = unusable ?? decoderStopped(reason);
          for (const photo of [...waiting.keys()]) settle(photo, (w) => w.reject(error));
        }
        resolve();
      });
    });
    const running: Running = { process: child, exited, ready: false };
    child.onReport((report) => {
      if (report.type === 'decoder-ready') {
        running.ready = true;
        // Electron drops messages sent before the process listens, so what came in meanwhile goes out now.
        for (const photo of waiting.keys()) child.send({ type: 'decode', photo });
      } else if (report.type === 'unusable') unusable = new StudioError(report.error);
      else if (report.type === 'decoded') settle(report.photo, (w) => w.resolve(report.decoded));
      else if (report.type === 'decode-failed')
        settle(report.photo, (w) => w.reject(new StudioError(report.error)));
    });
    return running;
  };

  return {
    pid: () => decoder?.process.pid,
    decode: (photo) => {
      const known = waiting.get(photo);
      if (known !== undefined) return known.done;
      clearTimeout(idle);
      const { promise, resolve, reject } = Promise.withResolvers<DecodedPhoto>();
      waiting.set(photo, { done: promise, resolve, reject });
      decoder ??= start();
      if (decoder.ready) decoder.process.send({ type: 'decode', photo });
      return promise;
    },
    close: async () => {
      const closing = decoder;
      if (closing === null) return;
      closing.process.kill();
      await closing.exited;
    },
  };
}

function decoderStopped(reason: string): StudioError {
  return new StudioError({
    code: 'engine-stopped',
    message: `The picture could not be looked at: its decoder stopped (${reason}).`,
    hint: 'Try again; if it happens again, save the picture as JPEG or PNG and add that.',
  });
}
