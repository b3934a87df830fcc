/** The application behind every host: the contract's calls and events, uploads and blobs. */
import { join } from 'node:path';
import { createBlobStore, diskFull, isDiskFull, type BlobStore } from '../blobs/blob-store.ts';
import type { ApiArgs, ApiName, ApiResult, StudioApi } from '../contract/api.ts';
import { StudioError, toErrorInfo, type ErrorInfo } from '../contract/errors.ts';
import type { CallReply, UploadReply, WireEvent } from '../contract/wire.ts';
import { createDecoderClient } from '../engine/decoder-client.ts';
import { createEngineClient } from '../engine/engine-client.ts';
import { createFitterClient } from '../engine/fitter-client.ts';
import type { EngineOptions } from '../engine/messages.ts';
import { probeDevice } from '../engine/probe-device.ts';
import { openLibrary } from '../library/library.ts';
import { BACKUPS_FOLDER, createBackups } from './backups.ts';
import { createCallGate } from './call-gate.ts';
import { checkArgs } from './check-args.ts';
import { createAnnouncer } from './events.ts';
import { createHistoryCalls } from './history.ts';
import { createHeadCalls } from './heads.ts';
import type { Host } from './host.ts';
import { createHeadReport, encodeReport, REPORT_NAME } from './head-report.ts';
import { createJobQueue, type JobQueueParts } from './job-queue.ts';
import { createJobPreviews } from './job-previews.ts';
import { createJobCalls, createStartJob } from './jobs.ts';
import { createLibraryEdits } from './library-edits.ts';
import { BLOBS_FOLDER } from './library-move/copy-library.ts';
import { LIBRARY_FILE, readLocation } from './library-move/library-location.ts';
import { createLibraryMove } from './library-move/move-library.ts';
import { createPackCalls, PACKS_FOLDER } from './imported-packs.ts';
import { createPhotoCalls } from './photos.ts';
import { createModelCalls } from './models.ts';
import { createProjectCalls } from './projects.ts';
import { readProvenance } from './provenance.ts';
import { createProjectFileCalls } from './project-file/calls.ts';
import { MAX_FILE_BYTES } from './project-file/zip-format.ts';
import { createQueueCalls } from './queue.ts';
import { openSamples } from './samples.ts';
import { withShownFolders } from './show-folder.ts';
import { createSettingsCalls, readSettings } from './settings.ts';
import { createStorageCalls } from './storage.ts';
import { createTrashCalls } from './trash.ts';
import { packMark } from './view-packs.ts';
import { acceptTakes, describeViewSet } from './view-sets.ts';
import { createViewCalls } from './views.ts';
import { makeWritable } from './write-files.ts';

export type Studio = {
  /** Never rejects: an unknown method, wrong arguments and failures come back as an error reply. */
  call(method: string, args: unknown): Promise<CallReply>;
  on(listener: (event: WireEvent) => void): () => void;
  upload(chunks: AsyncIterable<Uint8Array>): Promise<UploadReply>;
  blobs: BlobStore;
  /** Throws `not-found`. */
  readSample(id: string): Promise<Uint8Array>;
  /** undefined while no engine runs. */
  enginePid(): number | undefined;
  /** Stops the running job, ends the engine, closes the library. */
  close(): Promise<void>;
};

/** Throws `library-damaged`, `library-in-use`, `bad-request` when the data folder cannot be written to. */
export async function openStudio(host: Host): Promise<Studio> {
  await makeWritable(host.dataDirectory);
  const now = new Date().toISOString();
  const location = await readLocation(host.dataDirectory);
  const library = openLibrary(join(location.directory, LIBRARY_FILE), { now });
  // Asked each time: the library may move while the studio runs.
  const blobsNow = (): string => join(location.directory, BLOBS_FOLDER);
  const blobs = createBlobStore(blobsNow);
  const samples = await openSamples(host.paths.assetsDirectory);
  const { version, assetsDirectory, modelsDirectory } = host.paths;
  const packsDirectory = join(host.dataDirectory, PACKS_FOLDER);
  const packPlaces = [packsDirectory, modelsDirectory];
  // Asked at every start, because the settings, or the pack, may have changed.
  const chooseOptions = (): EngineOptions => {
    const options = {
      blobsDirectory: blobsNow(),
      assetsDirectory,
      modelsDirectory,
      packsDirectory,
      // What another pack made is not reused.
      version: version + packMark(packPlaces),
    };
    const { threads } = readSettings(library);
    return threads === null ? options : { ...options, threads };
  };
  const engine = createEngineClient(() => host.createFork(chooseOptions())());
  const fitter = createFitterClient(() => host.createFork({ ...chooseOptions(), role: 'fit' })());
  const decoder = createDecoderClient(() => host.createFork({ ...chooseOptions(), role: 'decode' })());
  const { emit, on } = createAnnouncer();
  const writeReport: JobQueueParts['writeReport'] = async (job, photo, result) => {
    const report = createHeadReport({
      ...job,
      takes: job.task.takes,
      photo: { name: photo.name, sha256: photo.blob },
      result,
      device: await engine.device(),
      provenance: await readProvenance(host.paths, job.settings.method, packPlaces),
    });
    const bytes = encodeReport(report);
    return {
      name: REPORT_NAME,
      mediaType: 'application/json',
      blob: await blobs.put(bytes),
      bytes: bytes.length,
    };
  };
  const queue = createJobQueue({
    library,
    engine,
    emit,
    log: host.log,
    writeReport,
    acceptTakes: (job, result) => acceptTakes(library, edits, job, result),
    previews: createJobPreviews(blobs, emit),
  });
  const edits = createLibraryEdits({
    library,
    emit,
    onHidden: () => queue.cancelHidden(),
    describeViewSet: (id) => {
      const set = library.views.find(id);
      return set && describeViewSet(set, packPlaces);
    },
  });
  const startJob = createStartJob(library, queue, packPlaces);
  const backups = createBackups(() => join(location.directory, BACKUPS_FOLDER), {
    library,
    queue,
    edits,
    emit,
  });
  // The window does not wait for it, closing does.
  const dailyBackup = backups
    .makeDaily()
    .catch((error: unknown) => host.log(`no backup was made: ${String(error)}`));
  const closing = new AbortController();
  const gate = createCallGate();
  const { close: endMove, ...moveCalls } = createLibraryMove({
    library,
    queue,
    gate,
    emit,
    dataDirectory: host.dataDirectory,
    location,
    askForDirectory: host.chooseDirectory && (() => host.chooseDirectory!('library')),
    endHelpers: async () => {
      engine.release();
      await Promise.all([decoder.close(), fitter.close(), dailyBackup]);
    },
  });

  const headCalls = createHeadCalls(library, blobs, host, edits, closing.signal);
  const projectFileCalls = createProjectFileCalls(library, blobs, host, edits);

  const calls: StudioApi = {
    'app.info': async () => ({ version, host: host.kind, device: await engine.device() }),
    ...createSettingsCalls(library, blobs, emit, fitter, () => engine.release()),
    'device.probe': () =>
      probeDevice((provider) => host.createFork({ ...chooseOptions(), role: 'probe', provider })),
    ...createModelCalls({ ...host.paths, packsDirectory }),
    ...createPackCalls({
      packsDirectory,
      fitter,
      queue,
      chooseDirectory: host.chooseDirectory,
      onChanged: () => engine.release(),
    }),
    ...samples.calls,
    ...createProjectCalls(library, edits),
    ...createPhotoCalls(library, blobs, { decoder, fitter }, samples, edits),
    ...createJobCalls(library, queue, startJob),
    ...headCalls,
    ...createViewCalls({ library, blobs, decoder, edits, startJob, packPlaces }),
    ...createQueueCalls(queue),
    ...moveCalls,
    ...backups.calls,
    ...projectFileCalls,
    ...withShownFolders({ ...headCalls, ...projectFileCalls }, () => location.directory, host.showFolder),
    ...createTrashCalls(library, queue, edits),
    ...createStorageCalls(library, blobs, queue, () => location.directory),
    ...createHistoryCalls(library, edits),
  };
  const isApiName = (method: string): method is ApiName => Object.hasOwn(calls, method);
  const invoke = async <M extends ApiName>(method: M, args: unknown): Promise<ApiResult<M>> => {
    const callee = calls[method] as (args: ApiArgs<M>) => Promise<ApiResult<M>>;
    return callee(checkArgs(method, args));
  };

  return {
    call: async (method, args) => {
      try {
        if (!isApiName(method)) throw unknownMethod(method);
        // JSON knows no undefined: a call that returns nothing answers null in both hosts.
        const work = async (): Promise<unknown> => (await invoke(method, args)) ?? null;
        return { result: await (Object.hasOwn(moveCalls, method) ? work() : gate.pass(work)) };
      } catch (error) {
        return { error: explain(error, host) };
      }
    },
    on,
    upload: async (chunks) => {
      try {
        const { blob } = await gate.pass(() =>
          blobs.putStream(chunks, host.maxUploadBytes ?? MAX_FILE_BYTES),
        );
        return { blob };
      } catch (error) {
        return { error: explain(error, host) };
      }
    },
    blobs,
    readSample: async (id) => (await samples.read(id)).bytes,
    enginePid: () => engine.pid(),
    close: async () => {
      closing.abort();
      await endMove();
      await Promise.all([queue.close(), decoder.close(), fitter.close()]);
      await dailyBackup;
      library.close();
    },
  };
}

function explain(error: unknown, host: Host): ErrorInfo {
  if (isDiskFull(error) || (error as { code?: unknown } | null)?.code === 'SQLITE_FULL') {
    return diskFull(host.dataDirectory, error).toInfo();
  }
  const info = toErrorInfo(error);
  if (info.code === 'internal') {
    host.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return info;
}

function unknownMethod(method: string): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: `The studio has no call ${JSON.stringify(method.slice(0, 80))}.`,
    hint: 'The window and the studio are of different versions: reload the window.',
  });
}
