/**
 * The training step of the bench as an ONNX graph.
 * batch → ModelProto: values (samples), first, second (B) → valuesNext, firstNext, secondNext. R rays, S samples a ray.
 * Forward, backward by hand and Adam as operators; the same sums as render-ray.ts, in its order of names. Minima pass their
 * gradient on to the sample that set them, so the chain of S minima is unrolled in both directions.
 */
import {
  COVERAGE_WEIGHT,
  NORMAL_WEIGHT,
  REACH_CELLS,
  SAMPLES,
} from '../../src-main/pipeline/05-surface/render-ray.ts';
import { OnnxGraph } from '../../tools/models/onnx-graph.ts';
import { adamConstants, type Batch, SHARPNESS } from './neural-step-batch.ts';

/** The first in which ScatterElements adds. */
const OPSET_VERSION = 16;

export function buildStepGraph(batch: Batch): Uint8Array {
  const { grid, band, rays } = batch;
  const count = rays.length;
  const { cells, weights, slopes } = placeSamples(batch);
  const graph = new OnnxGraph('neural-step');
  const values = graph.input('values', [grid.values.length]);
  const op = (operator: string, ...inputs: string[]): string => graph.add(operator, inputs);
  const sum = (value: string, axis: number, keep = 1): string =>
    graph.add('ReduceSum', [value, graph.int64s([axis])], { keepdims: keep });
  const slice = (value: string, from: number, to: number): string =>
    graph.add('Slice', [value, graph.int64s([from]), graph.int64s([to]), graph.int64s([1])]);
  const widen = (value: string, axis: number): string => op('Unsqueeze', value, graph.int64s([axis]));
  const concat = (...parts: string[]): string => graph.add('Concat', parts, { axis: 1 });
  const zeros = graph.floats(new Float32Array(count), [count, 1]);
  const coverageTarget = graph.floats(
    rays.map(({ target }) => target.coverage),
    [count, 1],
  );
  const normalTarget = graph.floats(
    rays.flatMap(({ target }) => target.normal),
    [count, 1, 3],
  );
  const indices = graph.int64s(Array.from(cells), [count, SAMPLES, 8]);
  const cornerWeights = graph.floats(weights, [count, SAMPLES, 8]);
  const cornerSlopes = graph.floats(slopes, [count, SAMPLES, 8, 3]);

  // Forward.
  const corners = op('Gather', values, indices);
  const phi = sum(op('Mul', corners, cornerWeights), 2, 0);
  const slope = sum(op('Mul', widen(corners, 3), cornerSlopes), 2, 0);
  const length = op('Sqrt', sum(op('Mul', slope, slope), 2));
  const units = op('Div', slope, length);
  const opening = op('Sigmoid', op('Mul', phi, graph.scalar(SHARPNESS)));
  const openings = Array.from({ length: SAMPLES }, (_, i) => slice(opening, i, i + 1));
  const minima = [openings[0]!];
  for (let i = 1; i < SAMPLES; i++) minima.push(op('Min', minima[i - 1]!, openings[i]!));
  const base = op('Max', openings[0]!, graph.scalar(1e-3));
  const lowest = concat(...minima);
  const weight = op('Div', op('Sub', slice(lowest, 0, SAMPLES - 1), slice(lowest, 1, SAMPLES)), base);
  const coverage = op('Sub', graph.scalar(1), op('Div', minima[SAMPLES - 1]!, base));
  const seenUnits = slice(units, 0, SAMPLES - 1);
  const rendered = sum(op('Mul', widen(weight, 2), seenUnits), 1);

  // Backward.
  const miss = op('Sub', coverage, coverageTarget);
  const off = op('Sub', rendered, op('Mul', widen(coverage, 2), normalTarget));
  const pull = op('Mul', off, graph.scalar(2 * NORMAL_WEIGHT));
  const shift = op('Div', sum(op('Mul', pull, op('Sub', seenUnits, normalTarget)), 2, 0), base);
  const last = op('Div', op('Mul', miss, graph.scalar(-2 * COVERAGE_WEIGHT)), base);
  const owing = op('Sub', concat(shift, last), concat(zeros, shift));
  let owed = zeros;
  const due: string[] = [];
  for (let i = SAMPLES - 1; i >= 0; i--) {
    owed = op('Add', owed, slice(owing, i, i + 1));
    if (i === 0) {
      due.unshift(owed);
      break;
    }
    const passes = op('Greater', openings[i]!, minima[i - 1]!);
    due.unshift(op('Where', passes, zeros, owed));
    owed = op('Where', passes, owed, zeros);
  }
  const flat = op('Mul', opening, op('Sub', graph.scalar(1), opening));
  const ofPhi = op('Mul', op('Mul', concat(...due), flat), graph.scalar(SHARPNESS * grid.spacing));
  const along = sum(op('Mul', pull, seenUnits), 2);
  const scale = op(
    'Mul',
    op('Div', widen(weight, 2), slice(length, 0, SAMPLES - 1)),
    graph.scalar(grid.spacing),
  );
  const ofSlope = op('Mul', scale, op('Sub', pull, op('Mul', along, seenUnits)));
  const noSlope = graph.floats(new Float32Array(count * 3), [count, 1, 3]);
  const fromSlopes = sum(op('Mul', widen(concat(ofSlope, noSlope), 2), cornerSlopes), 3, 0);
  const ofCorners = op('Add', op('Mul', widen(ofPhi, 2), cornerWeights), fromSlopes);
  const flatten = (value: string): string => op('Reshape', value, graph.int64s([-1]));
  const nothing = graph.floats(new Float32Array(grid.values.length));
  const gradient = graph.add('ScatterElements', [nothing, flatten(indices), flatten(ofCorners)], {
    axis: 0,
    reduction: 'add',
  });

  // Adam on the band.
  const { step, decay, guard } = adamConstants;
  const free = graph.int64s(Array.from(band));
  const g = op('Gather', gradient, free);
  const mixed = (old: string, fresh: string, rate: number): string =>
    op('Add', op('Mul', old, graph.scalar(rate)), op('Mul', fresh, graph.scalar(1 - rate)));
  const first = mixed(graph.input('first', [band.length]), g, decay[0]);
  const second = mixed(graph.input('second', [band.length]), op('Mul', g, g), decay[1]);
  const root = op('Add', op('Sqrt', op('Div', second, graph.scalar(1 - decay[1]))), graph.scalar(guard));
  const change = op('Div', op('Mul', first, graph.scalar(step / (1 - decay[0]))), root);
  const next = op('ScatterElements', values, free, op('Sub', op('Gather', values, free), change));
  graph.output('valuesNext', next, [grid.values.length]);
  graph.output('firstNext', first, [band.length]);
  graph.output('secondNext', second, [band.length]);
  return graph.encode(OPSET_VERSION);
}

/** (R, S, 8) corners of each sample's cell, their weights, and (R, S, 8, 3) what they add to the slope, per m. */
export function placeSamples({ grid, camera, rays }: Batch): {
  cells: Int32Array;
  weights: Float32Array;
  slopes: Float32Array;
} {
  const { size, originHead, spacing } = grid;
  const [sy, sz] = [size[0], size[0] * size[1]];
  const m = camera.cameraFromHead;
  const cells = new Int32Array(rays.length * SAMPLES * 8);
  const weights = new Float32Array(cells.length);
  const slopes = new Float32Array(cells.length * 3);
  let at = 0;
  for (const { x, y, depth } of rays) {
    const step = (2 * REACH_CELLS * spacing) / (SAMPLES - 1) / Math.hypot(x, y, 1);
    for (let i = 0; i < SAMPLES; i++) {
      const z = depth + (i - (SAMPLES - 1) / 2) * step;
      const cx = x * z - m[12]!;
      const cy = y * z - m[13]!;
      const cz = -z - m[14]!;
      const gx = (m[0]! * cx + m[1]! * cy + m[2]! * cz - originHead[0]) / spacing;
      const gy = (m[4]! * cx + m[5]! * cy + m[6]! * cz - originHead[1]) / spacing;
      const gz = (m[8]! * cx + m[9]! * cy + m[10]! * cz - originHead[2]) / spacing;
      const ix = Math.floor(gx);
      const iy = Math.floor(gy);
      const iz = Math.floor(gz);
      const low = ix + sy * iy + sz * iz;
      for (let corner = 0; corner < 8; corner++, at++) {
        const bx = corner & 1;
        const by = (corner >> 1) & 1;
        const bz = corner >> 2;
        const wx = bx === 1 ? gx - ix : 1 - gx + ix;
        const wy = by === 1 ? gy - iy : 1 - gy + iy;
        const wz = bz === 1 ? gz - iz : 1 - gz + iz;
        cells[at] = low + bx + sy * by + sz * bz;
        weights[at] = wx * wy * wz;
        slopes[at * 3] = ((bx === 1 ? wy : -wy) * wz) / spacing;
        slopes[at * 3 + 1] = ((by === 1 ? wx : -wx) * wz) / spacing;
        slopes[at * 3 + 2] = ((bz === 1 ? wx : -wx) * wy) / spacing;
      }
    }
  }
  return { cells, weights, slopes };
}
