/** A studio on a temporary folder with the real engine process and, unless the test wants the real one, the tiny pipeline. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { findAppPaths } from '../../src-main/app/app-paths.ts';
import type { Host } from '../../src-main/app/host.ts';
import { openStudio, type Studio } from '../../src-main/app/studio.ts';
import type { ApiArgs, ApiName, ApiResult } from '../../src-main/contract/api.ts';
import type { Job, JobState, Photo } from '../../src-main/contract/entities.ts';
import { StudioError } from '../../src-main/contract/errors.ts';
import { createNodeFork } from '../../src-main/engine/fork-engine.ts';
import { encodeTinyPhoto, type TinyPhoto } from './tiny-pipeline.ts';

export const TINY_PIPELINE = join(import.meta.dirname, 'tiny-pipeline.ts');
export const APP_PATHS = findAppPaths();

export function makeTemporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'gen3d-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function createTestHost(
  dataDirectory: string,
  log: string[] = [],
  pipeline: { pipelineModule?: string } = { pipelineModule: TINY_PIPELINE },
): Host {
  return {
    kind: 'web',
    paths: APP_PATHS,
    dataDirectory,
    createFork: (options) =>
      createNodeFork(APP_PATHS.engineEntry, { ...options, ...pipeline }, (line) => log.push(line)),
    log: (line) => log.push(line),
  };
}

export async function makeTinyPhoto(photo: TinyPhoto = {}): Promise<Uint8Array> {
  const png = await sharp({ create: { width: 160, height: 128, channels: 3, background: '#c08060' } })
    .png()
    .toBuffer();
  return encodeTinyPhoto(png, photo);
}

export type StudioUser = {
  studio: Studio;
  call<M extends ApiName>(method: M, args: ApiArgs<M>): Promise<ApiResult<M>>;
  /** In a new project. */
  addPhoto(photo?: TinyPhoto): Promise<Photo>;
  /** Resolves as soon as an event shows the job as `accept` wants it. */
  untilJob(jobId: string, accept: (job: Job) => boolean): Promise<Job>;
  untilState(jobId: string, ...states: JobState[]): Promise<Job>;
};

export async function openTestStudio(dataDirectory: string, log: string[] = []): Promise<StudioUser> {
  return useStudio(await openStudio(createTestHost(dataDirectory, log)));
}

export function useStudio(studio: Studio): StudioUser {
  const latest = new Map<string, Job>();
  const waiting = new Set<() => void>();
  studio.on(({ event, payload }) => {
    if (event !== 'job.changed') return;
    const { job } = payload as { job: Job };
    latest.set(job.id, job);
    for (const check of [...waiting]) check();
  });
  const call: StudioUser['call'] = async (method, args) => {
    const reply = await studio.call(method, args);
    if ('error' in reply) throw new StudioError(reply.error);
    return reply.result as never;
  };
  const untilJob: StudioUser['untilJob'] = (jobId, accept) =>
    new Promise((resolve) => {
      const check = (): void => {
        const job = latest.get(jobId);
        if (job === undefined || !accept(job)) return;
        waiting.delete(check);
        resolve(job);
      };
      waiting.add(check);
      check();
    });
  return {
    studio,
    call,
    untilJob,
    untilState: (jobId, ...states) => untilJob(jobId, ({ state }) => states.includes(state)),
    addPhoto: async (photo = {}) => {
      const project = await call('project.create', { name: 'Test' });
      const bytes = await makeTinyPhoto(photo);
      const uploaded = await studio.upload(
        (async function* () {
          yield bytes;
        })(),
      );
      if ('error' in uploaded) throw new StudioError(uploaded.error);
      return call('photo.add', { projectId: project.id, name: 'tiny.png', blob: uploaded.blob });
    },
  };
}

/** Does a process with this id exist? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed process is gone a moment later, when its parent has reaped it. */
export async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}
