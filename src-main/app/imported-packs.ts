/** View packs that the user brought. They lie in the data folder and stand in for those that came with the studio. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudioApi } from '../contract/api.ts';
import { StudioError } from '../contract/errors.ts';
import type { FitterClient } from '../engine/fitter-client.ts';
import type { Host } from './host.ts';
import type { JobQueue } from './job-queue.ts';
import { describe, importedId, readImportedPacks } from './models.ts';
import { notFound } from './projects.ts';
import { PACK } from './view-packs.ts';
import { createFolder } from './write-files.ts';

/** In the data folder. */
export const PACKS_FOLDER = 'packs';

export type PackCallsParts = {
  packsDirectory: string;
  fitter: Pick<FitterClient, 'stageViewPack'>;
  queue: Pick<JobQueue, 'isRunning'>;
  chooseDirectory: Host['chooseDirectory'];
  /** An engine that has the old one open must not go on with it. */
  onChanged(): void;
};

export function createPackCalls(
  parts: PackCallsParts,
): Pick<StudioApi, 'model.importPack' | 'model.removePack'> {
  const { packsDirectory, fitter, queue } = parts;
  const installed = join(packsDirectory, PACK);
  const chooseSource = async (args: { blob: string } | { path?: string }) => {
    if ('blob' in args) return { blob: args.blob };
    const path = args.path ?? (await askForFolder(parts.chooseDirectory));
    return path === null ? null : { path };
  };
  const takeAway = async (): Promise<void> => {
    if (!existsSync(installed)) return;
    // By a rename, so that no half of it is ever in its place.
    const away = join(packsDirectory, `.removed-${randomUUID()}`);
    await rename(installed, away);
    await rm(away, { recursive: true, force: true });
  };

  return {
    'model.importPack': async (args) => {
      const source = await chooseSource(args);
      if (source === null) return null;
      await createFolder(packsDirectory);
      const staging = join(packsDirectory, `.incoming-${randomUUID()}`);
      await fitter.stageViewPack({ source, staging });
      try {
        if (queue.isRunning()) throw stillRunning();
        await takeAway();
        await rename(staging, installed);
      } catch (error) {
        await rm(staging, { recursive: true, force: true });
        throw error;
      }
      parts.onChanged();
      const [pack] = await readImportedPacks(packsDirectory);
      // Its hashes were compared a moment ago.
      return describe(pack!, 'intact');
    },
    'model.removePack': async ({ id }) => {
      if (id !== importedId(PACK) || !existsSync(installed)) throw notFound('imported pack', id);
      if (queue.isRunning()) throw stillRunning();
      await takeAway();
      parts.onChanged();
    },
  };
}

function askForFolder(ask: Host['chooseDirectory']): Promise<string | null> {
  if (ask !== undefined) return ask('pack');
  throw new StudioError({
    code: 'bad-request',
    message: 'This studio runs in a browser and cannot ask for a folder.',
    hint: 'Choose a ZIP file, or type the folder.',
  });
}

function stillRunning(): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: 'A job is running, so its models cannot be replaced just now.',
    hint: 'Wait until it is done, or cancel it, then try again.',
  });
}
