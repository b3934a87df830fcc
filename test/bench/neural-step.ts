/**
 * `node test/bench/neural-step.ts`: one training step of the neural surface (forward, backward, Adam), both ways it can be run, on
 * the same batch: typed arrays (render-ray.ts) on one thread and on worker threads, and an ONNX graph whose operators are
 * forward, backward and update, run by onnxruntime. Prints milliseconds and processor milliseconds a step, and how far the fields
 * are apart after one. Where samples lie is constant in the graph; what placing them takes, which every batch needs anew, is
 * printed by itself.
 */
import { Worker } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { renderRay } from '../../src-main/pipeline/05-surface/render-ray.ts';
import { adamConstants, type Batch, makeBatch, SHARPNESS } from './neural-step-batch.ts';
import { buildStepGraph, placeSamples } from './neural-step-graph.ts';

const STEPS = 12;
const WORKERS = 2;
const { step, decay, guard } = adamConstants;

type State = { values: Float32Array; first: Float32Array; second: Float32Array };
type Way = { name: string; run: () => Promise<void>; state: () => State; close: () => Promise<unknown> };

function startState({ grid, band }: Batch): State {
  return {
    values: grid.values.slice(),
    first: new Float32Array(band.length),
    second: new Float32Array(band.length),
  };
}

function update({ band }: Batch, state: State, gradient: Float32Array): void {
  // The first step's correction of both moments, in every step: the same numbers in all ways.
  for (let at = 0; at < band.length; at++) {
    const i = band[at]!;
    const g = gradient[i]!;
    state.first[at] = decay[0] * state.first[at]! + (1 - decay[0]) * g;
    state.second[at] = decay[1] * state.second[at]! + (1 - decay[1]) * g * g;
    const root = Math.sqrt(state.second[at]! / (1 - decay[1])) + guard;
    state.values[i] = state.values[i]! - (step * state.first[at]!) / (1 - decay[0]) / root;
  }
}

function typedArrays(batch: Batch): Way {
  const state = startState(batch);
  const gradient = new Float32Array(state.values.length);
  const run = async (): Promise<void> => {
    gradient.fill(0);
    const grid = { ...batch.grid, values: state.values };
    for (const { x, y, depth, target } of batch.rays)
      renderRay(grid, batch.camera, x, y, depth, SHARPNESS, target, gradient);
    update(batch, state, gradient);
  };
  return { name: 'typed arrays, one thread', run, state: () => state, close: async () => undefined };
}

/** Each worker has a share of the rays and a gradient of its own; field and gradients are shared memory. */
async function workers(batch: Batch): Promise<Way> {
  const shared = (count: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * count));
  const state = startState(batch);
  const values = shared(state.values.length);
  values.set(state.values);
  state.values = values;
  const gradients = Array.from({ length: WORKERS }, () => shared(values.length));
  const threads = gradients.map(
    (gradient, share) =>
      new Worker(new URL('./neural-step-worker.ts', import.meta.url), {
        workerData: { values, gradient, share, of: WORKERS },
      }),
  );
  const answers = (): Promise<unknown> =>
    Promise.all(threads.map((thread) => new Promise((resolve) => thread.once('message', resolve))));
  await answers();
  const run = async (): Promise<void> => {
    const done = answers();
    for (const thread of threads) thread.postMessage('step');
    await done;
    const [sum, ...rest] = gradients as [Float32Array, ...Float32Array[]];
    for (const gradient of rest) for (const i of batch.band) sum[i] = sum[i]! + gradient[i]!;
    update(batch, state, sum);
  };
  return {
    name: `typed arrays, ${WORKERS} workers`,
    run,
    state: () => state,
    close: () => Promise.all(threads.map((thread) => thread.terminate())),
  };
}

async function onnxGraph(batch: Batch, threads: number): Promise<Way> {
  const state = startState(batch);
  const session = await InferenceSession.create(buildStepGraph(batch), {
    intraOpNumThreads: threads,
    executionProviders: ['cpu'],
  });
  const run = async (): Promise<void> => {
    const feeds = Object.fromEntries(
      Object.entries(state).map(([name, data]) => [name, new Tensor('float32', data, [data.length])]),
    );
    const out = await session.run(feeds);
    for (const key of ['values', 'first', 'second'] as const)
      state[key] = out[`${key}Next`]!.data as Float32Array;
  };
  return {
    name: `ONNX graph, ${threads} thread${threads > 1 ? 's' : ''}`,
    run,
    state: () => state,
    close: () => session.release(),
  };
}

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

const batch = makeBatch();
const reference = typedArrays(batch);
await reference.run();
const after = reference.state().values;
const moved = batch.band.filter((i) => after[i] !== batch.grid.values[i]);
console.log(
  `${batch.rays.length} rays, ${batch.band.length} free samples of ${batch.grid.values.length}, ${moved.length} of them moved by a step; ` +
    `median of ${STEPS} steps`,
);
for (const way of [
  typedArrays(batch),
  await workers(batch),
  await onnxGraph(batch, 1),
  await onnxGraph(batch, 2),
]) {
  await way.run();
  const off = way.state().values;
  const far = moved.filter((i) => Math.abs(off[i]! - after[i]!) > 0.01 * step).length;
  const wall: number[] = [];
  const processor: number[] = [];
  for (let k = 0; k < STEPS; k++) {
    const cpu = process.cpuUsage();
    const started = performance.now();
    await way.run();
    wall.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    processor.push((user + system) / 1000);
  }
  await way.close();
  console.log(
    `${way.name.padEnd(26)} wall ${median(wall).toFixed(1)} ms, processor ${median(processor).toFixed(1)} ms; ` +
      `after one step ${((100 * far) / moved.length).toFixed(2)} % of what moved is over 1 % of a step off`,
  );
}
const placing: number[] = [];
for (let k = 0; k < STEPS; k++) {
  const cpu = process.cpuUsage();
  placeSamples(batch);
  const { user, system } = process.cpuUsage(cpu);
  placing.push((user + system) / 1000);
}
console.log(`placing the samples for the graph: processor ${median(placing).toFixed(1)} ms`);
