/**
 * The engine process: runs the pipeline for one job after the other. It has no database and no window and may be killed
 * at any time; what a finished stage made is in the blob store. Started by `fork-engine.ts` or Electron's utilityProcess
 * with {@link EngineOptions} as its JSON argument.
 */
import { readFile } from 'node:fs/promises';
import { constants, getPriority, setPriority } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createBlobStore, type BlobStore } from '../blobs/blob-store.ts';
import { StudioError } from '../contract/errors.ts';
import type { Inference } from '../inference/inference.ts';
import { answerPicture } from './decode-photo.ts';
import { createPreviews } from './draw-previews.ts';
import type { FitPhotoParts } from './fit-photo.ts';
import { mapError } from './map-error.ts';
import type { EngineOptions, EngineTask } from './messages.ts';
import { connectParentPort, type ParentPort } from './parent-port.ts';
import { performTask, type PipelineModule } from './perform-task.ts';
import { createJobRun } from './run-stage.ts';
import { serveQuestions } from './serve-questions.ts';

// The last argument: what stands before it differs between Node and Electron.
await serve(JSON.parse(process.argv.at(-1)!) as EngineOptions);

async function serve(options: EngineOptions): Promise<void> {
  const port = connectParentPort();
  port.onClosed(() => process.exit(0));
  const blobs = createBlobStore(options.blobsDirectory);
  if (options.role === 'decode') return serveQuestions(port, (question) => answerPicture(question, blobs));
  if (options.role === 'fit') return serveFitter(port, blobs, options);
  if (options.role === 'probe') return serveProbe(port, options.provider ?? 'cpu');
  giveWay();
  let running: { jobId: string; controller: AbortController } | null = null;

  let pipeline: PipelineModule;
  let inference: Inference;
  try {
    pipeline = await loadPipeline(options);
    inference = await pipeline.createInference(options);
  } catch (error) {
    return endUnusable(port, error);
  }

  const start = async (task: EngineTask): Promise<void> => {
    const { jobId } = task;
    const controller = new AbortController();
    running = { jobId, controller };
    const previews = createPreviews(blobs, (report) => port.send({ type: 'stage', jobId, report }));
    const job = createJobRun({
      seed: task.settings.seed,
      version: options.version,
      blobs,
      artefacts: task.artefacts,
      inference,
      signal: controller.signal,
      readAsset: (name) => readAsset(options.assetsDirectory, name),
      readUserFile: (id) => readUserFile(blobs, id),
      report: (report) => port.send({ type: 'stage', jobId, report }),
      log: (message) => process.stderr.write(`${jobId} ${message}\n`),
      preview: previews.show,
      previewMesh: previews.showMesh,
    });
    try {
      const made = await performTask(task, pipeline, blobs, job.run);
      await previews.settled();
      port.send({ type: 'done', jobId, result: { ...made, peakMb: job.peakMb() } });
    } catch (error) {
      // Who hears of the end may clear the store: no preview may still be on its way there.
      await previews.settled();
      const info = mapError(error, job.currentStage(), controller.signal);
      if (info.code === 'internal') process.stderr.write(`${jobId} ${describe(error)}\n`);
      port.send({ type: 'failed', jobId, error: info });
    } finally {
      running = null;
    }
  };

  port.onRequest((request) => {
    if (request.type === 'start') void start(request.task);
    else if (request.type === 'cancel' && running?.jobId === request.jobId) running.controller.abort();
  });
  port.send({ type: 'ready', device: inference.device });
}

function endUnusable(port: ParentPort, error: unknown): void {
  port.send({ type: 'unusable', error: mapError(error, undefined, new AbortController().signal) });
  // The message must leave before the process does; without listeners on the port it ends by itself.
  setTimeout(() => process.exit(1), 100);
}

/** The fit is the real one also where jobs run another pipeline: it has no eight stages to stand in for. */
async function serveFitter(port: ParentPort, blobs: BlobStore, options: EngineOptions): Promise<void> {
  try {
    const [{ createPhotoFitter, describeHeadModel }, { stageViewPack }, { createOnnxInference }] =
      await Promise.all([
        import('./fit-photo.ts'),
        import('./stage-view-pack.ts'),
        import('../inference/onnx-inference.ts'),
      ]);
    const { modelsDirectory, assetsDirectory, threads } = options;
    const parts: FitPhotoParts = {
      blobs,
      inference: await createOnnxInference({
        modelsDir: modelsDirectory,
        ...(threads === undefined ? {} : { threads }),
      }),
      readAsset: (name) => readAsset(assetsDirectory, name),
      readUserFile: (id) => readUserFile(blobs, id),
    };
    const fit = createPhotoFitter(parts);
    serveQuestions(port, async (question) => {
      if (question.about === 'fit') return fit(question);
      if (question.about === 'view-pack') return stageViewPack(question, blobs);
      if (question.about === 'head-model') return describeHeadModel(question.blob, parts);
      throw new Error(`a fitter was asked about a ${question.about}`);
    });
  } catch (error) {
    endUnusable(port, error);
  }
}

async function serveProbe(port: ParentPort, provider: string): Promise<void> {
  const { probeProvider } = await import('../inference/probe-provider.ts');
  port.send({ type: 'probed', reason: (await probeProvider(provider)) ?? '' });
  // The studio ends the process when it has the answer; without a listener it would end before that left.
  port.onRequest(() => undefined);
}

/** Imported when it is needed, so that a broken model or stage is reported instead of ending the process unheard. */
async function loadPipeline(options: EngineOptions): Promise<PipelineModule> {
  if (options.pipelineModule !== undefined) {
    return (await import(/* @vite-ignore */ pathToFileURL(options.pipelineModule).href)) as PipelineModule;
  }
  const [head, views, { createOnnxInference }] = await Promise.all([
    import('../pipeline/generate-head.ts'),
    import('../pipeline/edit-views.ts'),
    import('../inference/onnx-inference.ts'),
  ]);
  return {
    generateHead: head.generateHead,
    editViews: views.editViews,
    createInference: ({ modelsDirectory, packsDirectory, threads }) =>
      createOnnxInference({
        modelsDir: modelsDirectory,
        ...(packsDirectory === undefined ? {} : { packsDir: packsDirectory }),
        ...(threads === undefined ? {} : { threads }),
      }),
  };
}

async function readAsset(directory: string, name: string): Promise<Uint8Array> {
  const path = resolve(directory, name);
  if (!path.startsWith(resolve(directory) + sep)) throw new Error(`asset ${name} is not below ${directory}`);
  return readFile(join(directory, name)).catch((cause: unknown) => {
    throw new StudioError(
      {
        code: 'model-missing',
        message: `The file ${name} that belongs to the studio could not be read.`,
        hint: 'Install the studio again; files of its assets folder must not be removed.',
      },
      { cause },
    );
  });
}

async function readUserFile(blobs: BlobStore, id: string): Promise<Uint8Array> {
  return blobs.get(id).catch((cause: unknown) => {
    throw new StudioError(
      {
        code: 'model-missing',
        message: 'The head model file that was chosen is not in this library.',
        hint: 'Choose the file again in the settings, or go back to the head model of the studio.',
      },
      { cause },
    );
  });
}

/** The window and whatever else the artist works with come first. Threads that are started later inherit it. */
function giveWay(): void {
  const { PRIORITY_BELOW_NORMAL } = constants.priority;
  if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
