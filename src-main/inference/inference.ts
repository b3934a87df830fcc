/** What the pipeline sees of inference: named models of `models/manifest.json`, float32 tensors in and out. */
import type { DeviceInfo } from '../contract/entities.ts';

/** Row-major float32 values; the model's manifest entry gives layout, colour space and range. */
export type Tensor = { data: Float32Array; dims: readonly number[] };

export type Inference = {
  device: DeviceInfo;
  /**
   * Runs a model of the manifest. Blocks its thread while it runs, so only the engine process calls it.
   * Throws StudioError `model-missing` or `model-changed` (file and manifest disagree), TypeError on a wrong input.
   */
  run(modelId: string, inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  /** What `pack.json` of a model pack (a folder of models) says. Throws StudioError `model-missing` or `model-changed`. */
  readPack(folder: string): Promise<unknown>;
};
