/**
 * Where inference runs. · wish ('cpu' | 'cuda' | 'auto') → execution provider that works here + a note that says why.
 * CUDA is never assumed: its provider library is not part of the package (onnxruntime-node downloads it at install
 * time, which the studio does not do), and where it is present the driver may not fit. So a session is opened on a
 * one-node graph; if that throws, inference runs on the CPU and DeviceInfo.note carries the reason to the user.
 * WebGPU is bundled with onnxruntime-node but not offered: its sums differ from run to run between drivers, and the
 * studio promises the same bytes for the same photo, settings, seed and provider.
 */
import { availableParallelism } from 'node:os';
import ort from 'onnxruntime-node';
import type { DeviceInfo } from '../contract/entities.ts';

export type ProviderWish = 'cpu' | 'cuda' | 'auto';
export type Provider = 'cpu' | 'cuda';
export type ExecutionDevice = { provider: Provider; info: DeviceInfo };

/** More threads do not pay for networks of 1–80 ms, and the renderer and the rasteriser want cores as well. */
const MAX_DEFAULT_THREADS = 4;

// The runtime reads this once, at its first session, and would otherwise print the absence of CUDA as an error. What
// goes wrong later arrives as an exception all the same.
ort.env.logLevel = 'fatal';

/** ONNX, opset 13: y = Identity(x), float32 [1]. Encoded by tools/models/onnx-graph.ts. */
const PROBE_MODEL_BASE64 =
  'CAg6OwoQCgF4EgF5IghJZGVudGl0eRIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN';

export async function chooseDevice(wish: ProviderWish, threads?: number): Promise<ExecutionDevice> {
  const cores = availableParallelism();
  const threadCount = threads ?? Math.min(MAX_DEFAULT_THREADS, cores);
  if (!Number.isInteger(threadCount) || threadCount < 1) throw new TypeError(`threads: ${threads}`);
  const cpu = (note: string): ExecutionDevice => ({
    provider: 'cpu',
    info: { provider: 'cpu', threads: threadCount, note },
  });
  if (wish === 'cpu') return cpu(`CPU as asked, ${threadCount} of ${cores} cores.`);

  const listed = ort.listSupportedBackends().some((backend) => backend.name === 'cuda');
  const reason = listed ? await probeCuda() : 'this build of ONNX Runtime has no CUDA support';
  if (reason === undefined) {
    return {
      provider: 'cuda',
      info: { provider: 'cuda', threads: threadCount, note: 'CUDA works on this machine.' },
    };
  }
  return cpu(`CPU, ${threadCount} of ${cores} cores. CUDA is not used: ${reason}.`);
}

/** Undefined when a session runs on CUDA here, otherwise why not. */
async function probeCuda(): Promise<string | undefined> {
  try {
    const session = await ort.InferenceSession.create(Buffer.from(PROBE_MODEL_BASE64, 'base64'), {
      executionProviders: ['cuda'],
      logSeverityLevel: 4,
    });
    await session.run({ x: new ort.Tensor('float32', Float32Array.of(1), [1]) });
    await session.release();
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.split('\n', 1)[0]?.replace(/\.$/, '') ?? 'unknown reason';
  }
}
