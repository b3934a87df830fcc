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
import ort from 'onnxruntime-node';
import { StudioError } from '../contract/errors.ts';
import { chooseDevice } from './execution-device.ts';
import type { ExecutionDevice, ProviderWish } from './execution-device.ts';
import type { Inference, Tensor } from './inference.ts';
import { modelChanged, modelMissing, readManifest } from './manifest.ts';
import type { ModelManifest } from './manifest.ts';
import { findModelFile, readPack } from './model-file.ts';
import type { ModelFile, Port } from './model-file.ts';

export type OnnxInferenceOptions = {
  /** Folder with manifest.json and the ONNX files; folders in it may be packs (model ids `folder/name`). */
  modelsDir: string;
  /** Folder with packs that stand in for those of the same name in `modelsDir`. */
  packsDir?: string;
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

type OpenModel = { session: ort.InferenceSession; inputs: readonly Port[] };

export async function createOnnxInference(options: OnnxInferenceOptions): Promise<OnnxInference> {
  const { modelsDir, packsDir, provider = 'auto', threads } = options;
  const folders = { modelsDir, ...(packsDir === undefined ? {} : { packsDir }) };
  const manifest = await readManifest(modelsDir);
  const device = await chooseDevice(provider, threads);
  const opened = new Map<string, Promise<OpenModel>>();

  const getModel = (modelId: string): Promise<OpenModel> => {
    const found = opened.get(modelId);
    if (found) return found;
    const opening = findModelFile(folders, manifest, modelId).then((file) => openModel(file, device));
    opened.set(modelId, opening);
    // A file that is repaired while the studio runs must get a second chance.
    opening.catch(() => opened.delete(modelId));
    return opening;
  };

  return {
    device: device.info,
    manifest,
    async run(modelId, inputs) {
      const model = await getModel(modelId);
      checkInputs(modelId, model.inputs, inputs);
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, tensor]) => [
          name,
          new ort.Tensor('float32', tensor.data, tensor.dims),
        ]),
      );
      const results = await model.session.run(feeds).catch((cause: unknown) => {
        throw explainFailure(cause, `Running the model ${modelId} failed`);
      });
      return Object.fromEntries(
        Object.entries(results).map(([name, value]) => [name, toTensor(value, name)]),
      );
    },
    readPack: (folder) => readPack(folders, folder),
    async release(modelId) {
      const ids = modelId === undefined ? [...opened.keys()] : [modelId];
      for (const id of ids) {
        const model = await opened.get(id)?.catch(() => undefined);
        opened.delete(id);
        await model?.session.release();
      }
    },
  };
}

async function openModel(file: ModelFile, device: ExecutionDevice): Promise<OpenModel> {
  const { path } = file;
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw modelMissing(`The model file ${path} is missing.`, cause);
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== file.sha256) {
    throw modelChanged(
      `The model file ${path} is not the one that came with the studio ` +
        `(SHA-256 ${sha256.slice(0, 12)}…, expected ${file.sha256.slice(0, 12)}…).`,
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
    throw explainFailure(cause, `The model ${file.id} could not be opened`);
  });
  const inputs = session.inputMetadata.map(toPort);
  if (
    file.ports &&
    !(agree(inputs, file.ports.inputs) && agree(session.outputMetadata.map(toPort), file.ports.outputs))
  ) {
    await session.release();
    throw modelChanged(`The inputs or outputs of ${path} are not those that the list of models describes.`);
  }
  return { session, inputs };
}

function toPort(metadata: ort.InferenceSession.ValueMetadata): Port {
  return { name: metadata.name, dims: metadata.isTensor ? metadata.shape : [] };
}

function agree(actual: readonly Port[], described: readonly Port[]): boolean {
  const list = (ports: readonly Port[]) =>
    ports
      .map(({ name, dims }) => `${name} ${dims.join()}`)
      .sort()
      .join(';');
  return list(actual) === list(described);
}

/** A wrong input is a mistake of the caller: TypeError with the actual shape. */
function checkInputs(modelId: string, ports: readonly Port[], inputs: Record<string, Tensor>): void {
  for (const name of Object.keys(inputs)) {
    if (!ports.some((port) => port.name === name)) throw new TypeError(`${modelId} has no input '${name}'`);
  }
  for (const port of ports) {
    const tensor = inputs[port.name];
    if (!tensor) throw new TypeError(`${modelId} needs the input '${port.name}'`);
    checkTensor(modelId, port, tensor);
  }
}

function checkTensor(modelId: string, port: Port, tensor: Tensor): void {
  const fits =
    tensor.dims.length === port.dims.length &&
    port.dims.every((wanted, axis) => typeof wanted === 'string' || wanted === tensor.dims[axis]);
  const length = tensor.dims.reduce((product, dim) => product * dim, 1);
  if (!fits || !(tensor.data instanceof Float32Array) || tensor.data.length !== length) {
    throw new TypeError(
      `${modelId} input '${port.name}' must be float32 [${port.dims.join(', ')}], ` +
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
