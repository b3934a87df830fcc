/**
 * The few classes that head model pickles hold, as data: numpy arrays, dtypes and scalars, scipy sparse matrices,
 * chumpy arrays, and bytes that Python 3 wrote for Python 2. A closed list; nothing is called.
 */
import { type NpyArray, decodeValues, toRowMajor } from './read-npy.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleName
  | PickleArray
  | PickleDtype
  | PickleObject;

export type PickleName = { kind: 'name'; name: string };
export type PickleDtype = { kind: 'dtype'; type: string; byteOrder: string };
export type PickleArray = { kind: 'array'; array: NpyArray | null };
/** Any other class of the list, with its state as it was stored. */
export type PickleObject = { kind: 'object'; className: string; state: PickleValue };

type Role = 'array' | 'buffer' | 'dtype' | 'scalar' | 'bytes' | 'reconstructor' | 'map' | 'object' | 'base';

const ROLES: Record<string, Role> = {
  'numpy.core.multiarray._reconstruct': 'array',
  'numpy._core.multiarray._reconstruct': 'array',
  'numpy.core.numeric._frombuffer': 'buffer',
  'numpy._core.numeric._frombuffer': 'buffer',
  'numpy.ndarray': 'base',
  'numpy.dtype': 'dtype',
  'numpy.core.multiarray.scalar': 'scalar',
  'numpy._core.multiarray.scalar': 'scalar',
  '_codecs.encode': 'bytes',
  'copy_reg._reconstructor': 'reconstructor',
  'copyreg._reconstructor': 'reconstructor',
  '__builtin__.object': 'base',
  'builtins.object': 'base',
  'collections.OrderedDict': 'map',
  'scipy.sparse.csc.csc_matrix': 'object',
  'scipy.sparse._csc.csc_matrix': 'object',
  'scipy.sparse.csr.csr_matrix': 'object',
  'scipy.sparse._csr.csr_matrix': 'object',
  'chumpy.ch.Ch': 'object',
};

export function requireKnownName(module: string, name: string): PickleName {
  const full = `${module}.${name}`;
  if (!Object.hasOwn(ROLES, full))
    throw new Error(`pickle names ${full}, which no head model needs; it was not read`);
  return { kind: 'name', name: full };
}

/** What REDUCE and NEWOBJ leave on the stack. */
export function makeReduced(callee: PickleValue, args: PickleValue[]): PickleValue {
  if (!isKind(callee, 'name')) throw new Error('pickle calls what is no name');
  switch (ROLES[callee.name]) {
    case 'array':
      return { kind: 'array', array: null };
    case 'buffer':
      // (bytes, dtype, shape, order): the same as an array's state in another order.
      return { kind: 'array', array: arrayOfState([0, args[2]!, args[1]!, args[3] === 'F', args[0]!]) };
    case 'dtype':
      return { kind: 'dtype', type: text(args[0]), byteOrder: '|' };
    case 'scalar': {
      const dtype = args[0] ?? null;
      if (!isKind(dtype, 'dtype')) throw new Error('pickle has a numpy scalar without a dtype');
      return decodeValues(toBytes(args[1] ?? null), descrOf(dtype), [])[0]!;
    }
    case 'bytes':
      return toBytes(args[0] ?? null);
    case 'map':
      return new Map();
    case 'reconstructor': {
      const target = args[0] ?? null;
      if (!isKind(target, 'name') || ROLES[target.name] !== 'object')
        throw new Error('pickle rebuilds an unknown class');
      return { kind: 'object', className: target.name, state: null };
    }
    case 'object':
      return { kind: 'object', className: callee.name, state: null };
    default:
      throw new Error(`pickle calls ${callee.name}`);
  }
}

/** What BUILD does: numpy's and Python's `__setstate__`. */
export function applyState(target: PickleValue, state: PickleValue): void {
  if (isKind(target, 'object')) {
    target.state = state;
  } else if (isKind(target, 'dtype')) {
    if (!Array.isArray(state)) throw new Error('pickle has a dtype without state');
    target.byteOrder = text(state[1]);
  } else if (isKind(target, 'array')) {
    target.array = arrayOfState(state);
  } else {
    throw new Error('pickle sets the state of plain data');
  }
}

/** (version, shape, dtype, is Fortran, bytes), as ndarray.__reduce__ gives it. */
function arrayOfState(state: PickleValue): NpyArray {
  if (!Array.isArray(state) || state.length !== 5) throw new Error('pickle has an array of unknown state');
  const [, shape, dtype, isFortran, data] = state;
  if (!Array.isArray(shape) || !shape.every((size) => typeof size === 'number')) {
    throw new Error('pickle has an array without a shape');
  }
  if (!isKind(dtype ?? null, 'dtype')) throw new Error('pickle has an array without a dtype');
  const values = decodeValues(toBytes(data ?? null), descrOf(dtype as PickleDtype), shape);
  const order = isFortran === true || isFortran === 1;
  return { shape, values: order ? toRowMajor(values, shape) : values };
}

export function isKind<K extends 'name' | 'dtype' | 'array' | 'object'>(
  value: PickleValue,
  kind: K,
): value is Extract<PickleValue, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

function descrOf(dtype: PickleDtype): string {
  return `${dtype.byteOrder}${dtype.type}`;
}

function text(value: PickleValue | undefined): string {
  if (typeof value !== 'string') throw new Error('pickle has something else where a text belongs');
  return value;
}

/** Bytes, or a Python 2 string, whose characters are bytes. */
function toBytes(value: PickleValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string') throw new Error('pickle has something else where bytes belong');
  return Uint8Array.from(value, (char) => char.charCodeAt(0));
}
