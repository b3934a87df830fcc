/**
 * Where inference runs. · wish ('cpu' | 'cuda' | 'auto') → execution provider that works here + a note that says why.
 * CUDA is never assumed: its provider library is not part of the package (onnxruntime-node downloads it at install
 * time, which the studio does not do), and where it is present the driver may not fit. So a session is opened on a
 * one-node graph; if that throws, inference runs on the CPU and DeviceInfo.note carries the reason to the user.
 * WebGPU is bundled with onnxruntime-node but not offered: its sums differ from run to run between drivers, and the
 * studio promises the same bytes for the same photo, settings, seed and provider.
 */
import { availableParallelism } from 'node:os';
import type { DeviceInfo } from '../contract/entities.ts';
import { probeProvider } from './probe-provider.ts';

export type ProviderWish = 'cpu' | 'cuda' | 'auto';
export type Provider = 'cpu' | 'cuda';
export type ExecutionDevice = { provider: Provider; info: DeviceInfo };

/** More threads do not pay for networks of 1–80 ms, and the renderer and the rasteriser want cores as well. */
const MAX_DEFAULT_THREADS = 4;

export async function chooseDevice(wish: ProviderWish, threads?: number): Promise<ExecutionDevice> {
  const cores = availableParallelism();
  const threadCount = threads ?? Math.min(MAX_DEFAULT_THREADS, cores);
  if (!Number.isInteger(threadCount) || threadCount < 1) throw new TypeError(`threads: ${threads}`);
  const cpu = (note: string): ExecutionDevice => ({
    provider: 'cpu',
    info: { provider: 'cpu', threads: threadCount, note },
  });
  if (wish === 'cpu') return cpu(`CPU as asked, ${threadCount} of ${cores} cores.`);

  const reason = await probeProvider('cuda');
  if (reason === undefined) {
    return {
      provider: 'cuda',
      info: { provider: 'cuda', threads: threadCount, note: 'CUDA works on this machine.' },
    };
  }
  return cpu(`CPU, ${threadCount} of ${cores} cores. CUDA is not used: ${reason}.`);
}
