/**
 * Google's TensorFlow Lite runtime, compiled to WebAssembly, as tfjs-tflite carries it. The archive is read directly:
 * the package itself asks for a browser and for an old tfjs-core. Only its wasm part is used.
 */
import { createRequire } from 'node:module';
import { readPackageFiles } from '../../../tools/models/npm-package.ts';

type Tensor = { name: string; shape: string; data(): Float32Array };
type Vector = { size(): number; get(k: number): Tensor };
type Runner = { GetInputs(): Vector; GetOutputs(): Vector; Infer(): boolean };
type Module = {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  TFLiteWebModelRunner: {
    CreateFromBufferAndOptions(
      pointer: number,
      bytes: number,
      options: Record<string, unknown>,
    ): { ok(): boolean; errorMessage(): string; value(): Runner };
  };
};

const WASM_NAME = 'wasm/tflite_web_api_cc_simd';
let loading: Promise<Module> | undefined;

/** Runs a model on one (H, W, C) picture; a model for several pictures gets it several times. */
export async function runTflite(model: Uint8Array, image: Float32Array): Promise<Map<string, Float32Array>> {
  const module = await (loading ??= loadModule());
  const pointer = module._malloc(model.length);
  module.HEAPU8.set(model, pointer);
  const created = module.TFLiteWebModelRunner.CreateFromBufferAndOptions(pointer, model.length, {
    numThreads: 1,
    enableWebNNDelegate: false,
    webNNDevicePreference: 0,
    enableProfiling: false,
    maxProfilingBufferEntries: 0,
    bufferProfilingEvents: false,
  });
  if (!created.ok()) throw new Error(created.errorMessage());
  const runner = created.value();
  const input = runner.GetInputs().get(0).data();
  for (let offset = 0; offset < input.length; offset += image.length) input.set(image, offset);
  if (!runner.Infer()) throw new Error('TensorFlow Lite could not run the model');
  const outputs = runner.GetOutputs();
  return new Map(
    Array.from({ length: outputs.size() }, (_, k) => {
      const output = outputs.get(k);
      return [output.name, output.data().slice()];
    }),
  );
}

async function loadModule(): Promise<Module> {
  const [script, wasmBinary] = await readPackageFiles('@tensorflow/tfjs-tflite', [
    `${WASM_NAME}.js`,
    `${WASM_NAME}.wasm`,
  ]);
  const source = `${Buffer.from(script!).toString('utf8')}\nreturn tflite_web_api_ModuleFactory;`;
  const makeFactory = new Function('require', '__filename', '__dirname', source);
  const factory: (options: object) => Promise<Module> = makeFactory(
    createRequire(import.meta.url),
    import.meta.filename,
    import.meta.dirname,
  );
  return factory({ wasmBinary, print: () => undefined, printErr: () => undefined });
}
