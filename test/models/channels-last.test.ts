/** Operators on N H W C against loops that follow TensorFlow's definitions. */
import { describe, expect, it } from 'vitest';
import { createOnnxInference } from '../../src-main/inference/onnx-inference.ts';
import { ChannelsLast } from '../../tools/models/channels-last.ts';
import type { Padding, Value } from '../../tools/models/channels-last.ts';
import { transposeConstant } from '../../tools/models/constant.ts';
import type { Constant } from '../../tools/models/constant.ts';
import { OnnxGraph } from '../../tools/models/onnx-graph.ts';
import { writeModelFolder } from './model-folder.ts';
import { toPlanes } from './portrait.ts';

const SEED = 20221;

/** Values in [-1, 1), by a linear congruential generator (Numerical Recipes). */
function randomValues(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Builds a graph on one (H, W, C) picture and returns its result in row order. */
async function run(
  picture: Float32Array,
  dims: readonly number[],
  build: (emit: ChannelsLast, image: Value) => Value,
) {
  const [, height = 0, width = 0, channels = 0] = dims;
  const emit = new ChannelsLast(new OnnxGraph('test'));
  const result = build(emit, emit.image('image', height, width, channels));
  const outDims = [...result.dims];
  emit.exportRows('result', result, outDims);
  const port = {
    inputs: [{ name: 'image', dims: [1, channels, height, width] }],
    outputs: [{ name: 'result', dims: outDims }],
  };
  const modelsDir = writeModelFolder([{ id: 'test', graph: emit.graph, ...port }]);
  const inference = await createOnnxInference({ modelsDir, provider: 'cpu', threads: 1 });
  const image = { data: toPlanes(picture, channels), dims: [1, channels, height, width] };
  const { result: tensor } = await inference.run('test', { image });
  await inference.release();
  expect([...tensor!.dims]).toEqual(outDims);
  return tensor!.data;
}

function convolve(
  picture: Float32Array,
  [, height = 0, width = 0, channels = 0]: readonly number[],
  filter: Float32Array,
  [filterHeight = 0, filterWidth = 0, , outChannels = 0]: readonly number[],
  stride: number,
  padding: Padding,
): Float32Array {
  const count = (length: number, extent: number) =>
    padding === 'same' ? Math.ceil(length / stride) : Math.floor((length - extent) / stride) + 1;
  const before = (length: number, extent: number) =>
    padding === 'same' ? Math.max(0, (count(length, extent) - 1) * stride + extent - length) >> 1 : 0;
  const [outHeight, outWidth] = [count(height, filterHeight), count(width, filterWidth)];
  const [top, left] = [before(height, filterHeight), before(width, filterWidth)];
  const result = new Float32Array(outHeight * outWidth * outChannels);
  for (let k = 0; k < result.length; k++) {
    const [o, x, y] = [
      k % outChannels,
      Math.floor(k / outChannels) % outWidth,
      Math.floor(k / outChannels / outWidth),
    ];
    for (let i = 0; i < filterHeight * filterWidth * channels; i++) {
      const [c, fx, fy] = [
        i % channels,
        Math.floor(i / channels) % filterWidth,
        Math.floor(i / channels / filterWidth),
      ];
      const [row, column] = [y * stride + fy - top, x * stride + fx - left];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      result[k]! += picture[(row * width + column) * channels + c]! * filter[i * outChannels + o]!;
    }
  }
  return result;
}

function expectClose(actual: Float32Array, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let k = 0; k < expected.length; k++) expect(actual[k]).toBeCloseTo(expected[k]!, 4);
}

describe(`channels-last operators (seed ${SEED})`, () => {
  const cases = [5, 6].flatMap((side) =>
    [1, 2].flatMap((stride) => (['same', 'valid'] as const).map((padding) => ({ side, stride, padding }))),
  );
  it.each(cases)('convolves $side px, stride $stride, $padding', async ({ side, stride, padding }) => {
    const [dims, filterDims] = [
      [1, side, side + 2, 3],
      [3, 2, 3, 4],
    ];
    const picture = randomValues(side * (side + 2) * 3, SEED + side);
    const values = randomValues(3 * 2 * 3 * 4, SEED + stride);
    const filter: Constant = { kind: 'float32', dims: filterDims, values };
    const actual = await run(picture, dims, (emit, image) =>
      emit.convolve(image, transposeConstant(filter, [3, 2, 0, 1]), undefined, 1, {
        strides: [stride, stride],
        padding,
      }),
    );
    expectClose(actual, convolve(picture, dims, values, filterDims, stride, padding));
  });

  it('adds a constant to the channels, pads them, and keeps the order of a reshape', async () => {
    const picture = randomValues(4 * 3 * 2, SEED);
    const bias: Constant = { kind: 'float32', dims: [2], values: Float32Array.of(10, 20) };
    const actual = await run(picture, [1, 4, 3, 2], (emit, image) => {
      const sum = emit.binary('Add', emit.constant(bias), image);
      const padded = emit.pad(sum, [0, 0, 1, 0, 0, 0, 0, 1]);
      return emit.reshape(padded, [1, -1, 3]);
    });
    const rows = Array.from({ length: 5 * 3 * 3 }, (_, k) => {
      const [c, pixel] = [k % 3, Math.floor(k / 3) - 3];
      return pixel < 0 || c === 2 ? 0 : picture[pixel * 2 + c]! + (c + 1) * 10;
    });
    expectClose(actual, rows);
  });

  it('joins a value in row order with one in planes', async () => {
    const picture = randomValues(2 * 2 * 2, SEED);
    const actual = await run(picture, [1, 2, 2, 2], (emit, image) => {
      const reversed = emit.reshape(emit.reshape(image, [1, 8]), [1, 2, 2, 2]);
      return emit.concat([emit.unary('Neg', image), reversed], -1);
    });
    expectClose(
      actual,
      Array.from({ length: 16 }, (_, k) => {
        const value = picture[Math.floor(k / 4) * 2 + (k % 2)]!;
        return k % 4 < 2 ? -value : value;
      }),
    );
  });
});

describe('transposeConstant', () => {
  it('moves half floats and codes like floats, and leaves its input alone', () => {
    const values = Float32Array.from({ length: 24 }, (_, k) => k);
    const expected = Array.from(
      { length: 24 },
      (_, k) => (k % 2) * 12 + (Math.floor(k / 2) % 3) * 4 + Math.floor(k / 6),
    );
    const dims = [2, 3, 4];
    const order = [2, 1, 0];
    const codes = Uint8Array.from(Buffer.from(values));
    for (const constant of [
      { kind: 'float32', dims, values } as const,
      { kind: 'float16', dims, values: Float16Array.from(values) } as const,
      { kind: 'uint8', dims, values: codes, scale: 1, min: 0 } as const,
    ]) {
      const result = transposeConstant<Constant>(constant, order);
      expect(result.dims).toEqual([4, 3, 2]);
      expect(Array.from(result.values)).toEqual(expected);
    }
    expect(codes[1]).toBe(1);
  });
});
