/**
 * Pickles of a dictionary of arrays as Python 2 writes them (protocol 2): what FLAME's files are. Plain numpy arrays,
 * chumpy arrays and scipy sparse columns.
 */
import { descrOf } from './write-npz.ts';

export type PickledArray = {
  shape: number[];
  values: Float64Array | Uint32Array | Int32Array;
  /** How the array is wrapped. */
  as?: 'numpy' | 'chumpy' | 'csc';
};

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const line = (text: string): Buffer => latin1(`${text}\n`);
const MARK = latin1('(');

function shortText(text: string): Buffer {
  return Buffer.concat([latin1('U'), Buffer.of(text.length), latin1(text)]);
}

function integer(value: number): Buffer {
  const out = Buffer.alloc(5);
  out.write('J', 'latin1');
  out.writeInt32LE(value, 1);
  return out;
}

function longText(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write('T', 'latin1');
  head.writeInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function global(module: string, name: string): Buffer {
  return Buffer.concat([latin1('c'), line(module), line(name)]);
}

function tuple(...items: Buffer[]): Buffer {
  return Buffer.concat([MARK, ...items, latin1('t')]);
}

function dictionary(entries: [string, Buffer][]): Buffer {
  return Buffer.concat([
    latin1('}'),
    MARK,
    ...entries.flatMap(([key, value]) => [shortText(key), value]),
    latin1('u'),
  ]);
}

function numpyArray(shape: number[], values: Float64Array | Uint32Array | Int32Array): Buffer {
  const dtype = Buffer.concat([
    global('numpy', 'dtype'),
    tuple(shortText(descrOf(values).slice(1)), integer(0), integer(1)),
    latin1('R'),
    tuple(
      integer(3),
      shortText('<'),
      latin1('N'),
      latin1('N'),
      latin1('N'),
      integer(-1),
      integer(-1),
      integer(0),
    ),
    latin1('b'),
  ]);
  return Buffer.concat([
    global('numpy.core.multiarray', '_reconstruct'),
    tuple(global('numpy', 'ndarray'), tuple(integer(0)), shortText('b')),
    latin1('R'),
    tuple(
      integer(1),
      tuple(...shape.map(integer)),
      dtype,
      Buffer.of(0x89),
      longText(Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
    ),
    latin1('b'),
  ]);
}

function instance(module: string, name: string, state: Buffer): Buffer {
  return Buffer.concat([
    global('copy_reg', '_reconstructor'),
    tuple(global(module, name), global('__builtin__', 'object'), latin1('N')),
    latin1('R'),
    state,
    latin1('b'),
  ]);
}

function sparseColumns(shape: number[], dense: ArrayLike<number>): Buffer {
  const [rows, columns] = shape as [number, number];
  const data: number[] = [];
  const indices: number[] = [];
  const starts = [0];
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const value = dense[row * columns + column]!;
      if (value === 0) continue;
      data.push(value);
      indices.push(row);
    }
    starts.push(data.length);
  }
  return instance(
    'scipy.sparse.csc',
    'csc_matrix',
    dictionary([
      ['_shape', tuple(integer(rows), integer(columns))],
      ['data', numpyArray([data.length], Float64Array.from(data))],
      ['indices', numpyArray([indices.length], Int32Array.from(indices))],
      ['indptr', numpyArray([starts.length], Int32Array.from(starts))],
      ['maxprint', integer(50)],
    ]),
  );
}

export function writePickle(arrays: Record<string, PickledArray>): Uint8Array {
  const entries = Object.entries(arrays).map(([key, { shape, values, as }]): [string, Buffer] => {
    if (as === 'csc') return [key, sparseColumns(shape, values)];
    const array = numpyArray(shape, values);
    return [key, as === 'chumpy' ? instance('chumpy.ch', 'Ch', dictionary([['x', array]])) : array];
  });
  return Buffer.concat([
    Buffer.of(0x80, 2),
    dictionary([...entries, ['bs_style', shortText('lbs')]]),
    latin1('.'),
  ]);
}
