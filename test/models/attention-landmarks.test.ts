/** The refinement tables against the graph that MediaPipe ships, decoded from its WebAssembly file. */
import { describe, expect, it } from 'vitest';
import { IRIS_DEPTH_LANDMARKS, REFINED_LANDMARKS } from '../../tools/models/attention-landmarks.ts';
import { readPackageFiles } from '../../tools/models/npm-package.ts';
import { cannotReach } from './sources.ts';

type Field = { number: number; value: number; bytes: Uint8Array };

/** The fields of a protobuf message: https://protobuf.dev/programming-guides/encoding. */
function readMessage(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let position = 0;
  const varint = () => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[position++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (position < bytes.length) {
    const [tag, value] = [varint(), varint()];
    const length = tag % 8 === 2 ? value : 0;
    fields.push({ number: Math.floor(tag / 8), value, bytes: bytes.subarray(position, position + length) });
    position += length;
  }
  return fields;
}

const child = (bytes: Uint8Array, number: number) =>
  readMessage(bytes).filter((field) => field.number === number);

const skip = await cannotReach('comparing the refinement tables', ['@mediapipe/face_mesh']);

describe('attention landmarks', () => {
  it.skipIf(skip)('are refined as in the MediaPipe graph', async () => {
    const [wasm] = await readPackageFiles('@mediapipe/face_mesh', ['face_mesh_solution_simd_wasm_bin.wasm']);
    // Node of a CalculatorGraphConfig: field 2 is the calculator, 3 its inputs, 7 its options.
    const name = Buffer.from('\x12\x1dLandmarksRefinementCalculator\x1a\x1aLANDMARKS:0:mesh');
    const start = Buffer.from(wasm!).indexOf(name);
    const length = wasm![start - 2]! - 128 + wasm![start - 1]! * 128;
    const [options] = child(wasm!.subarray(start, start + length), 7);
    const [extension] = readMessage(options!.bytes);
    const refinements = child(extension!.bytes, 1).map(({ bytes }) => ({
      landmarks: child(bytes, 1).map((field) => field.value),
      depth: child(child(bytes, 2)[0]!.bytes, 3).flatMap((field) =>
        child(field.bytes, 1).map((index) => index.value),
      ),
    }));
    const [mesh, ...parts] = refinements;
    expect(mesh!.landmarks).toEqual(Array.from({ length: 468 }, (_, k) => k));
    expect(parts.map((part) => part.landmarks)).toEqual(Object.values(REFINED_LANDMARKS));
    const { rightIris, leftIris } = IRIS_DEPTH_LANDMARKS;
    expect(parts.map((part) => part.depth)).toEqual([[], [], [], rightIris, leftIris]);
  });
});
