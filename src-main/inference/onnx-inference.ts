/**
 * Runs the models of a folder with ONNX Runtime. · model id + named float32 tensors → named float32 tensors.
 * A session is opened the first time its model runs: the file is read once, its SHA-256 compared with the manifest,
 * and the very bytes that were hashed are handed to the runtime, so no other file can slip in between. Sessions stay
 * open until release(). Same inputs, provider and thread count give the same bytes: sequential execution, fixed thread
 * counts, no autotuning.
 * Longest uninterruptible piece: one run (1–150 ms for the face models on one core).
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { StudioError } from '../contract/errors.ts';
import { chooseDevice } from './execution-device.ts';
import type { ExecutionDevice, ProviderWish } from './execution-device.ts';
import type { Inference, Tensor } from './inference.ts';
import { modelChanged, modelMissing, readManifest } from './manifest.ts';
import type { ModelEntry, ModelInput, ModelManifest } from './manifest.ts';

export type OnnxInferenceOptions = {
  /** Folder with manifest.json and the ONNX files. */
  modelsDir: string;
  /** Default `auto`: CUDA where it works, else CPU. A wish that cannot be met is explained in `device.note`. */
  provider?: ProviderWish;
  /** Threads within one operator; default min(4, cores). */
  threads?: number;
};

export type OnnxInference = Inference & {
  manifest: ModelManifest;
  /** Closes one model's session or, without an id, all of them. They open again when needed. */
  release(modelId?: string): Promise<void>;
};

export async function createOnnxInference(options: OnnxInferenceOptions): Promise<OnnxInference> {
  const { modelsDir, provider = 'auto', threads } = options;
  const manifest = await readManifest(modelsDir);
  const device = await chooseDevice(provider, threads);
  const entries = new Map(manifest.models.map((entry) => [entry.id, entry]));
  const sessions = new Map<string, Promise<ort.InferenceSession>>();

  const findEntry = async (modelId: string): Promise<ModelEntry> => {
    const entry = entries.get(modelId);
    if (entry) return entry;
    const stray = await readFile(join(modelsDir, `${modelId}.onnx`)).then(
      () => true,
      () => false,
    );
    if (stray) throw modelChanged(`${modelId}.onnx is not described by the list of models.`);
    throw modelMissing(`There is no model called ${modelId}.`);
  };

  const getSession = (entry: ModelEntry): Promise<ort.InferenceSession> => {
    const open = sessions.get(entry.id);
    if (open) return open;
    const opening = openSession(modelsDir, entry, device);
    sessions.set(entry.id, opening);
    // A file that is repaired while the studio runs must get a second chance.
    opening.catch(() => sessions.delete(entry.id));
    return opening;
  };

  return {
    device: device.info,
    manifest,
    async run(modelId, inputs) {
      const entry = await findEntry(modelId);
      checkInputs(entry, inputs);
      const session = await getSession(entry);
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, tensor]) => [
          name,
          new ort.Tensor('float32', tensor.data, tensor.dims),
        ]),
      );
      const results = await session.run(feeds).catch((cause: unknown) => {
        throw explainFailure(cause, `Running the model ${modelId} failed`);
      });
      return Object.fromEntries(
        Object.entries(results).map(([name, value]) => [name, toTensor(value, name)]),
      );
    },
    async release(modelId) {
      const ids = modelId === undefined ? [...sessions.keys()] : [modelId];
      for (const id of ids) {
        const session = await sessions.get(id)?.catch(() => undefined);
        sessions.delete(id);
        await session?.release();
      }
    },
  };
}

async function openSession(
  modelsDir: string,
  entry: ModelEntry,
  device: ExecutionDevice,
): Promise<ort.InferenceSession> {
  const path = join(modelsDir, entry.file);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw modelMissing(`The model file ${path} is missing.`, cause);
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== entry.sha256) {
    throw modelChanged(
      `The model file ${path} is not the one that came with the studio ` +
        `(SHA-256 ${sha256.slice(0, 12)}…, expected ${entry.sha256.slice(0, 12)}…).`,
    );
  }
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [device.provider],
    intraOpNumThreads: device.info.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw explainFailure(cause, `The model ${entry.id} could not be opened`);
  });
  const sameNames = (names: readonly string[], described: readonly { name: string }[]) =>
    [...names].sort().join() ===
    described
      .map((item) => item.name)
      .sort()
      .join();
  if (!sameNames(session.inputNames, entry.inputs) || !sameNames(session.outputNames, entry.outputs)) {
    await session.release();
    throw modelChanged(`The inputs or outputs of ${path} are not those that the list of models describes.`);
  }
  return session;
}

/** A wrong input is a mistake of the caller: TypeError with the actual shape. */
function checkInputs(entry: ModelEntry, inputs: Record<string, Tensor>): void {
  for (const name of Object.keys(inputs)) {
    if (!entry.inputs.some((input) => input.name === name))
      throw new TypeError(`${entry.id} has no input '${name}'`);
  }
  const axes = new Map<string, number>();
  for (const input of entry.inputs) {
    const tensor = inputs[input.name];
    if (!tensor) throw new TypeError(`${entry.id} needs the input '${input.name}'`);
    checkTensor(entry.id, input, tensor, axes);
  }
}

function checkTensor(modelId: string, input: ModelInput, tensor: Tensor, axes: Map<string, number>): void {
  const fits =
    tensor.dims.length === input.dims.length &&
    input.dims.every((wanted, axis) => {
      const actual = tensor.dims[axis] ?? 0;
      if (typeof wanted === 'number') return wanted === actual;
      if (!axes.has(wanted)) axes.set(wanted, actual);
      return axes.get(wanted) === actual;
    });
  const length = tensor.dims.reduce((product, dim) => product * dim, 1);
  if (!fits || !(tensor.data instanceof Float32Array) || tensor.data.length !== length) {
    throw new TypeError(
      `${modelId} input '${input.name}' must be float32 [${input.dims.join(', ')}], ` +
        `got ${tensor.data.constructor.name} of ${tensor.data.length} values as [${tensor.dims.join(', ')}]`,
    );
  }
}

function toTensor(value: ort.OnnxValue, name: string): Tensor {
  if (!('data' in value) || !(value.data instanceof Float32Array))
    throw new Error(`output '${name}' is not float32`);
  return { data: value.data, dims: value.dims };
}

/** ONNX Runtime reports everything as Error with a text; memory is the one case the user can act on. */
function explainFailure(cause: unknown, what: string): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/out of memory|bad_alloc|failed to allocate|allocation failed/i.test(reason)) {
    return new StudioError(
      {
        code: 'out-of-memory',
        message: `${what}: not enough memory.`,
        hint: 'Close other programs, or choose smaller views and a smaller texture, and start the job again.',
      },
      { cause },
    );
  }
  return new Error(`${what}: ${reason}`, { cause });
}
