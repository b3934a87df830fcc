import { describe, expect, it } from 'vitest';
import { createOnnxInference } from '../../src-main/inference/onnx-inference.ts';
import { OnnxGraph } from '../../tools/models/onnx-graph.ts';
import { writeModelFolder } from './model-folder.ts';

const HALVES = Float16Array.of(0.5, -2, 4);
const CODES = Uint8Array.of(0, 128, 255);

/** y = x · halves + codes / 10 - 1, z = y with a leak of 1/8 */
function makeGraph(withStray = false): OnnxGraph {
  const graph = new OnnxGraph('tiny');
  const x = graph.input('x', [2, 3]);
  const scaled = graph.add('Mul', [x, graph.constant({ kind: 'float16', dims: [3], values: HALVES })]);
  const offset = graph.constant({ kind: 'uint8', dims: [3], values: CODES, scale: 0.1, min: -1 });
  const y = graph.add('Add', [scaled, offset]);
  graph.output('y', y, [2, 3]);
  graph.output('z', graph.add('LeakyRelu', [y], { alpha: { float: 0.125 } }), [2, 3]);
  if (withStray) graph.add('Relu', [graph.floats(new Float32Array(1000))]);
  return graph;
}

const ports = {
  inputs: [{ name: 'x', dims: [2, 3] }],
  outputs: [
    { name: 'y', dims: [2, 3] },
    { name: 'z', dims: [2, 3] },
  ],
};

describe('OnnxGraph', () => {
  it('is understood by ONNX Runtime, with half and 8-bit weights', async () => {
    const modelsDir = writeModelFolder([{ id: 'tiny', graph: makeGraph(), ...ports }]);
    const inference = await createOnnxInference({ modelsDir, provider: 'cpu', threads: 1 });
    const data = Float32Array.of(1, 2, 3, -4, -5, -6);
    const { y, z } = await inference.run('tiny', { x: { data, dims: [2, 3] } });
    const expected = Array.from(data, (x, k) => x * HALVES[k % 3]! + CODES[k % 3]! * 0.1 - 1);
    expected.forEach((value, k) => {
      expect(y!.data[k]).toBeCloseTo(value, 5);
      expect(z!.data[k]).toBeCloseTo(value < 0 ? value / 8 : value, 5);
    });
    await inference.release();
  });

  it('writes the same bytes every time and leaves out what no output needs', () => {
    const bytes = makeGraph().encode();
    expect(Buffer.compare(makeGraph().encode(), bytes)).toBe(0);
    expect(Buffer.compare(makeGraph(true).encode(), bytes)).toBe(0);
  });

  it('refuses weights that do not fill their shape', () => {
    expect(() => new OnnxGraph('tiny').floats([1, 2, 3], [2, 2])).toThrow(/3 values for \[2, 2\]/);
  });
});
