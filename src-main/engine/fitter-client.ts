/** The studio's side of the fitter: a process in which the head model follows the artist's hand, also while a job runs. */
import type { BlobId, PhotoFit } from '../contract/entities.ts';
import type { UserHeadModel } from '../contract/studio-settings.ts';
import { StudioError } from '../contract/errors.ts';
import type { ForkEngine } from './fork-engine.ts';
import { createHelperProcess } from './helper-process.ts';
import type { FitQuestion, PackQuestion, StagedPack } from './messages.ts';

/** Longer than an artist looks at a point before moving the next; its networks take some hundred megabytes. */
export const FITTER_IDLE_MS = 3 * 60_000;

export type FitterClient = {
  /** Throws what stages 01 to 03 throw, `engine-stopped` when the process died over the picture. */
  fit(question: Omit<FitQuestion, 'about'>): Promise<PhotoFit>;
  /** Throws `bad-request` for a file that is no head model. */
  describeHeadModel(blob: BlobId): Promise<UserHeadModel>;
  /** Throws `bad-request`, `model-changed` for what is no pack of this version, or not whole; nothing is left of it then. */
  stageViewPack(question: Omit<PackQuestion, 'about'>): Promise<StagedPack>;
  /** undefined while none runs. */
  pid(): number | undefined;
  close(): Promise<void>;
};

export function createFitterClient(fork: ForkEngine, idleMs = FITTER_IDLE_MS): FitterClient {
  const helper = createHelperProcess(fork, { idleMs, stopped: fitterStopped });
  return {
    pid: () => helper.pid(),
    close: () => helper.close(),
    fit: (question) => helper.ask({ about: 'fit', ...question }) as Promise<PhotoFit>,
    stageViewPack: (question) => helper.ask({ about: 'view-pack', ...question }) as Promise<StagedPack>,
    describeHeadModel: (blob) => helper.ask({ about: 'head-model', blob }) as Promise<UserHeadModel>,
  };
}

function fitterStopped(reason: string): StudioError {
  return new StudioError({
    code: 'engine-stopped',
    message: `The head could not be fitted: its process stopped (${reason}).`,
    hint: 'Try again; if it happens again, close other programs that need much memory.',
  });
}
