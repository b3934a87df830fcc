import { describe, expect, it } from 'vitest';
import { decodeArrayFile, encodeArrayFile } from '../../../src-main/tensor/array-file.ts';

const value = {
  name: 'Ärger ✓',
  flag: true,
  nothing: null,
  list: [1, { deep: new Float32Array([1.5, -2.25, Number.NaN]) }],
  bytes: new Uint8Array([1, 2, 3]),
  clamped: new Uint8ClampedArray([0, 255]),
  signed: new Int8Array([-128, 127]),
  wide: new Float64Array([Math.PI]),
  words: new Uint16Array([65535]),
  shorts: new Int16Array([-1]),
  indices: new Uint32Array([4294967295]),
  ids: new Int32Array([-1]),
  empty: new Float32Array(0),
};

describe('array file', () => {
  it('reads what it wrote, types included', () => {
    expect(decodeArrayFile(encodeArrayFile(value))).toEqual(value);
  });

  it('reads from a view that does not start at its buffer’s start', () => {
    const bytes = encodeArrayFile(value);
    const shifted = new Uint8Array(bytes.length + 7);
    shifted.set(bytes, 7);
    expect(decodeArrayFile(shifted.subarray(7))).toEqual(value);
  });

  it('reads from a Node Buffer, whose slice() is a view', () => {
    expect(decodeArrayFile(Buffer.from(encodeArrayFile(value)))).toEqual(value);
  });

  it('hands out copies', () => {
    const bytes = encodeArrayFile({ a: new Uint8Array([7]) });
    const decoded = decodeArrayFile(bytes) as { a: Uint8Array };
    bytes.fill(0);
    expect([...decoded.a]).toEqual([7]);
  });

  it('starts arrays at multiples of 16, so that a reader may map them in place', () => {
    const bytes = encodeArrayFile(value);
    const length = new DataView(bytes.buffer).getUint32(12, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(16, 16 + length))) as {
      arrays: { offset: number }[];
    };
    expect(header.arrays.length).toBe(10);
    for (const { offset } of header.arrays) expect(offset % 16).toBe(0);
  });

  it('widens float16 arrays', () => {
    const header = new TextEncoder().encode(
      JSON.stringify({
        value: { $array: 0 },
        arrays: [{ dtype: 'float16', shape: [2], offset: 0, bytes: 4 }],
      }),
    );
    const start = Math.ceil((16 + header.length) / 16) * 16;
    const bytes = new Uint8Array(start + 16);
    bytes.set(new TextEncoder().encode('G3DARRAY'));
    new DataView(bytes.buffer).setUint32(8, 1, true);
    new DataView(bytes.buffer).setUint32(12, header.length, true);
    bytes.set(header, 16);
    // IEEE 754 half: 0x3E00 = 1.5, 0xC000 = −2.
    new DataView(bytes.buffer).setUint16(start, 0x3e00, true);
    new DataView(bytes.buffer).setUint16(start + 2, 0xc000, true);
    expect(decodeArrayFile(bytes)).toEqual(new Float32Array([1.5, -2]));
  });

  it('refuses what is damaged or cannot be stored', () => {
    const bytes = encodeArrayFile({ a: new Float64Array(100) });
    expect(() => decodeArrayFile(bytes.subarray(0, bytes.length - 64))).toThrow(/truncated in its arrays/);
    expect(() => decodeArrayFile(bytes.subarray(0, 20))).toThrow(/truncated in its header/);
    expect(() => decodeArrayFile(new Uint8Array(40))).toThrow(/not an array file/);
    const newer = bytes.slice();
    newer[8] = 9;
    expect(() => decodeArrayFile(newer)).toThrow(/version 9/);
    expect(() => encodeArrayFile({ a: new Map() })).toThrow(/cannot store a Map/);
  });
});
