/**
 * The machine's own convolution throughput through onnxruntime, measured in the same run as the stages: machines are
 * shared and differ, so only stage seconds × GFLOP/s compare across days.
 */
import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { OnnxGraph } from '../../tools/models/onnx-graph.ts';

const CHANNELS = 64;
const SIZE_PX = 256;
const LAYERS = 4;
const RUNS = 7;
const FLOP = 2 * CHANNELS * CHANNELS * 9 * SIZE_PX * SIZE_PX * LAYERS;

/** Median GFLOP/s of four 3×3 convolutions of 64 channels at 256² on `threads` threads. */
export async function measureConvGflops(threads = Math.min(4, availableParallelism())): Promise<number> {
  const session = await InferenceSession.create(buildGraph(), {
    intraOpNumThreads: threads,
    executionProviders: ['cpu'],
  });
  const dims = [1, CHANNELS, SIZE_PX, SIZE_PX];
  const x = new Tensor('float32', new Float32Array(CHANNELS * SIZE_PX * SIZE_PX).fill(0.01), dims);
  await session.run({ x });
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    await session.run({ x });
    seconds.push((performance.now() - started) / 1000);
  }
  await session.release();
  seconds.sort((a, b) => a - b);
  return FLOP / seconds[(RUNS - 1) / 2]! / 1e9;
}

function buildGraph(): Uint8Array {
  const graph = new OnnxGraph('convolution');
  const dims = [1, CHANNELS, SIZE_PX, SIZE_PX];
  let value = graph.input('x', dims);
  const weights = new Float32Array(CHANNELS * CHANNELS * 9).map((_, index) => Math.sin(index) * 0.01);
  for (let layer = 0; layer < LAYERS; layer++) {
    const weight = graph.floats(weights, [CHANNELS, CHANNELS, 3, 3]);
    value = graph.add('Conv', [value, weight], { pads: [1, 1, 1, 1] });
  }
  graph.output('y', value, dims);
  return graph.encode();
}
