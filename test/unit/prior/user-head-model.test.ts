import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { HeadModel } from '../../../src-main/pipeline/03-prior/head-model.ts';
import { loadUserHeadModel } from '../../../src-main/pipeline/03-prior/loaders/load-user-head-model.ts';
import { readNpz } from '../../../src-main/pipeline/03-prior/loaders/read-npy.ts';
import { readPickle } from '../../../src-main/pipeline/03-prior/loaders/read-pickle.ts';
import { readZip } from '../../../src-main/pipeline/03-prior/loaders/read-zip.ts';
import { gatherPointBasis } from '../../../src-main/pipeline/03-prior/point-basis.ts';
import { makeSyntheticHead } from '../../support/synthetic-head-model.ts';
import { type NpyContent, writeNpy, writeNpz } from '../../support/write-npz.ts';
import { type PickledArray, writePickle } from '../../support/write-pickle.ts';

const own = makeSyntheticHead({ rows: 20, columns: 40 }).model;
const COUNT = own.topology.vertexCount;
/** Where the foreign model has its origin, m. */
const SHIFT = [0.004, 0.03, -0.02];

/** The synthetic head with a stronger chin, moved and in other units: a head that is not ours. */
function foreignPositions(unitsPerM: number): Float64Array {
  const CHIN = 2;
  return Float64Array.from(own.neutralHead, (value, i) => {
    return unitsPerM * (value + own.identity[CHIN * COUNT * 3 + i]! + SHIFT[i % 3]!);
  });
}

function triangles(): Uint32Array {
  const { quads } = own.topology;
  const out: number[] = [];
  for (let i = 0; i < quads.length; i += 4) {
    out.push(quads[i]!, quads[i + 1]!, quads[i + 2]!);
    if (quads[i + 2] !== quads[i + 3]) out.push(quads[i]!, quads[i + 2]!, quads[i + 3]!);
  }
  return Uint32Array.from(out);
}

/** FLAME's layout: 300 identity and 100 expression directions, of which the first few are ours and the rest zero. */
function flameArrays(): Record<string, PickledArray> {
  const DIRECTIONS = 400;
  const FIRST_EXPRESSION = 300;
  const shapedirs = new Float64Array(COUNT * 3 * DIRECTIONS);
  for (let i = 0; i < COUNT * 3; i++) {
    for (let k = 0; k < own.identityCount; k++)
      shapedirs[i * DIRECTIONS + k] = own.identity[k * COUNT * 3 + i]!;
    shapedirs[i * DIRECTIONS + FIRST_EXPRESSION] = own.expression[COUNT * 3 * 3 + i]!;
  }
  const regressor = new Float64Array(5 * COUNT);
  const weights = new Float64Array(COUNT * 5);
  for (let v = 0; v < COUNT; v++) {
    const isJaw = own.neutralHead[v * 3 + 1]! < -0.05 && own.neutralHead[v * 3 + 2]! > 0;
    weights[v * 5 + (isJaw ? 2 : 1)] = 1;
  }
  for (let j = 0; j < 5; j++) regressor[j * COUNT + 10 + j] = 1;
  const faces = triangles();
  return {
    v_template: { shape: [COUNT, 3], values: foreignPositions(1), as: 'chumpy' },
    shapedirs: { shape: [COUNT, 3, DIRECTIONS], values: shapedirs, as: 'chumpy' },
    f: { shape: [faces.length / 3, 3], values: faces },
    J_regressor: { shape: [5, COUNT], values: regressor, as: 'csc' },
    weights: { shape: [COUNT, 5], values: weights },
    kintree_table: { shape: [2, 5], values: Int32Array.of(-1, 0, 1, 1, 1, 0, 1, 2, 3, 4) },
  };
}

/** Largest distance of carried landmarks from where the same surface points went, mm. */
function landmarkGapMm(model: HeadModel, unitsPerM: number): number {
  const carried = gatherPointBasis(model, model.landmarks.vertices, model.landmarks.weights).neutralHead;
  const truth = foreignPositions(unitsPerM);
  let worst = 0;
  const offset = [0, 1, 2].map((axis) => truth[axis]! / unitsPerM - model.neutralHead[axis]!);
  for (let i = 0; i < carried.length; i += 3) {
    const gap = [0, 1, 2].map((axis) => {
      const at = [0, 1, 2].reduce((sum, k) => {
        const vertex = own.landmarks.vertices[i + k]! * 3 + axis;
        return sum + own.landmarks.weights[i + k]! * (truth[vertex]! / unitsPerM - offset[axis]!);
      }, 0);
      return carried[i + axis]! - at;
    });
    worst = Math.max(worst, Math.hypot(...gap));
  }
  return worst * 1000;
}

function bytesOf(array: Float32Array | Uint8Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** Loaded once: registration takes about a second. */
let loaded: HeadModel | null = null;
const flame = (): HeadModel => (loaded ??= loadUserHeadModel(writePickle(flameArrays()), own));

describe('loadUserHeadModel', () => {
  it('reads a FLAME pickle with chumpy and sparse arrays', () => {
    const model = flame();
    expect(model.id).toBe('flame');
    expect(model.licence).toMatch(/FLAME licence/);
    expect(model.topology.vertexCount).toBe(COUNT);
    expect(model.joints.map((joint) => joint.name)).toEqual(['root', 'neck', 'jaw', 'eye-left', 'eye-right']);
    expect(model.joints.map((joint) => joint.parent)).toEqual([-1, 0, 1, 1, 1]);
    expect(landmarkGapMm(model, 1)).toBeLessThan(2.5);
    expect(model.expressionNames).toContain('jawOpen');
    const jaw = model.expressionNames.indexOf('jawOpen');
    const chin = model.landmarks.vertices[152 * 3]!;
    expect(model.expression[(jaw * COUNT + chin) * 3 + 1]!).toBeLessThan(-0.01);
    const moved = own.regions.filter((region, v) => model.regions[v] !== region).length;
    expect(moved / COUNT).toBeLessThan(0.05);
    for (let v = 0; v < COUNT; v++) {
      const sum = [0, 1, 2, 3].reduce((total, slot) => total + model.skinWeights[v * 4 + slot]!, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  it('lays out a map for it in which no face reaches across', () => {
    const { uvs, quadUvs, quads } = flame().topology;
    expect(quadUvs.length).toBe(quads.length);
    let longest = 0;
    for (let i = 0; i < quadUvs.length; i++) {
      const next = quadUvs[i % 4 === 3 ? i - 3 : i + 1]!;
      for (let axis = 0; axis < 2; axis++) {
        const [here, there] = [uvs[quadUvs[i]! * 2 + axis]!, uvs[next * 2 + axis]!];
        expect(here >= 0 && here <= 1).toBe(true);
        longest = Math.max(longest, Math.abs(here - there));
      }
    }
    expect(longest).toBeLessThan(0.2);
  });

  it('reads the same model from an npz', () => {
    const arrays = Object.fromEntries(
      Object.entries(flameArrays()).map(([key, { shape, values }]): [string, NpyContent] => [
        key,
        { shape, values },
      ]),
    );
    const fromNpz = loadUserHeadModel(writeNpz(arrays, { isDeflated: true }), own);
    for (const key of ['neutralHead', 'identity', 'expression', 'regions', 'skinWeights'] as const) {
      expect(Buffer.compare(bytesOf(fromNpz[key]), bytesOf(flame()[key])), key).toBe(0);
    }
    expect(fromNpz.expressionNames).toEqual(flame().expressionNames);
  });

  it('reads a GNM-style npz in centimetres with quads, names and mirror indices', () => {
    const CM = 100;
    const length = COUNT * 3;
    const scaled = (values: Float32Array): Float32Array => values.map((value) => value * CM);
    const model = loadUserHeadModel(
      writeNpz({
        template_vertex_positions: { shape: [COUNT, 3], values: foreignPositions(CM) },
        vertex_identity_basis: { shape: [own.identityCount, COUNT, 3], values: scaled(own.identity) },
        expression_basis: { shape: [2, COUNT, 3], values: scaled(own.expression.slice(0, 2 * length)) },
        expression_names: ['lower_face_region_000', 'lower_face_region_001'],
        quads: { shape: [own.topology.quads.length / 4, 4], values: own.topology.quads },
        mirror_indices: { shape: [COUNT], values: own.topology.mirror },
      }),
      own,
    );
    expect(model.id).toBe('gnm');
    expect(landmarkGapMm(model, CM)).toBeLessThan(2.5);
    expect(model.identityCount).toBe(own.identityCount);
    expect(model.expressionNames).toContain('lower_face_region_000Minus');
    expect(model.topology.mirror).toEqual(own.topology.mirror);
    expect(model.topology.quads).toEqual(own.topology.quads);
  });

  it('says what is wrong with a file that is no head model', () => {
    const npz = writeNpz({ weights: { shape: [2], values: Float32Array.of(1, 2) } });
    expect(() => loadUserHeadModel(npz, own)).toThrow(/weights.*no head model/);
    const arrays = flameArrays();
    arrays.weights = { shape: [3, 5], values: new Float64Array(15) };
    expect(() => loadUserHeadModel(writePickle(arrays), own)).toThrow(/number of vertices/);
    expect(() => loadUserHeadModel(Buffer.from('hello'), own)).toThrow(/cannot be used/);
  });
});

describe('readPickle', () => {
  it('refuses whatever would run code', () => {
    const system = Buffer.from("cos\nsystem\n(S'echo'\ntR.", 'latin1');
    expect(() => readPickle(system)).toThrow(/os\.system/);
    const hidden = Buffer.from('\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.', 'latin1');
    expect(() => readPickle(hidden)).toThrow(/builtins\.eval/);
    const inherited = Buffer.from('c__proto__\ntoString\n.', 'latin1');
    expect(() => readPickle(inherited)).toThrow(/no head model needs/);
  });

  it('refuses to call what is only a name of a base class', () => {
    expect(() => readPickle(Buffer.from('c__builtin__\nobject\n(tR.', 'latin1'))).toThrow(/calls/);
  });

  it('stops at a truncated or senseless pickle', () => {
    const whole = writePickle({ f: { shape: [1, 3], values: Uint32Array.of(0, 1, 2) } });
    expect(() => readPickle(whole.subarray(0, whole.length - 20))).toThrow(/truncated|not supported|stack/);
    expect(() => readPickle(Buffer.from('.'))).toThrow(/stack/);
    expect(() => readPickle(Buffer.from('i', 'latin1'))).toThrow(/not supported/);
  });
});

describe('readNpz', () => {
  it('reads what numpy writes, stored and deflated', () => {
    const arrays = {
      numbers: { shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6) },
      names: ['jawOpen', 'ä'],
    };
    for (const isDeflated of [false, true]) {
      const read = readNpz(writeNpz(arrays, { isDeflated }));
      expect(read.get('numbers')).toEqual(arrays.numbers);
      expect(read.get('names')).toEqual(arrays.names);
    }
  });

  it('turns Fortran order into row-major', () => {
    const file = Buffer.from(writeNpy({ shape: [2, 3], values: Int32Array.of(1, 4, 2, 5, 3, 6) }));
    const fortran = Buffer.from(file.toString('latin1').replace('False', 'True '), 'latin1');
    const read = readNpz(zipOf('a.npy', fortran)).get('a');
    expect(read).toEqual({ shape: [2, 3], values: Int32Array.of(1, 2, 3, 4, 5, 6) });
  });

  it('notices damage', () => {
    const file = Buffer.from(writeNpz({ a: { shape: [3], values: Float32Array.of(1, 2, 3) } }));
    const damaged = Buffer.from(file);
    damaged[file.indexOf('NUMPY') + 130]! ^= 1;
    expect(() => readZip(damaged)).toThrow(/damaged/);
    expect(() => readZip(file.subarray(10))).toThrow(/truncated|header/);
    expect(() => readZip(Buffer.from('no zip at all, but long enough'))).toThrow(/end record/);
  });
});

/** An archive with one stored entry, made by replacing the content of another. */
function zipOf(name: string, bytes: Buffer): Uint8Array {
  const key = name.replace('.npy', '');
  const plain = { shape: [2, 3], values: Int32Array.of(1, 4, 2, 5, 3, 6) };
  const zip = Buffer.from(writeNpz({ [key]: plain }));
  const at = zip.indexOf('\x93NUMPY', 0, 'latin1');
  bytes.copy(zip, at);
  const checksum = crc32(bytes);
  zip.writeUInt32LE(checksum, 14);
  zip.writeUInt32LE(checksum, zip.lastIndexOf(Buffer.of(0x50, 0x4b, 1, 2)) + 16);
  return zip;
}
