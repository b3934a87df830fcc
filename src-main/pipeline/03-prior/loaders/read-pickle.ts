/**
 * The data of a Python pickle without Python and without running anything.
 * bytes → plain values. Format: pickletools.py of CPython 3.13 (protocols 0 to 5), classes of numpy, scipy and chumpy.
 *
 * A pickle is a program for a stack machine that may call any function. This reader has no calls: a name that is not on
 * the list below is refused, and the names on it only label data. Extension codes, persistent ids, INST and OBJ, which
 * head models do not use, are refused too.
 */
import { type PickleValue, applyState, makeReduced, requireKnownName } from './pickle-classes.ts';

/** Where opcodes 'I' … '\x96' of pickletools.py lead. Each pops and pushes on the machine's stack. */
type Machine = {
  bytes: Uint8Array;
  view: DataView;
  at: number;
  stack: PickleValue[];
  /** Stack heights at MARK. */
  marks: number[];
  memo: Map<number, PickleValue>;
};

const STOP = '.';

export function readPickle(bytes: Uint8Array): PickleValue {
  const machine: Machine = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: 0,
    stack: [],
    marks: [],
    memo: new Map(),
  };
  for (;;) {
    if (machine.at >= bytes.length) throw new Error('pickle is truncated');
    const code = String.fromCharCode(bytes[machine.at++]!);
    if (code === STOP) return pop(machine);
    const run = OPCODES[code];
    if (run === undefined)
      throw new Error(`pickle opcode 0x${code.charCodeAt(0).toString(16)} is not supported`);
    run(machine);
  }
}

const OPCODES: Record<string, (m: Machine) => void> = {
  '\x80': (m) => void (m.at += 1), // PROTO
  '\x95': (m) => void (m.at += 8), // FRAME
  '(': (m) => void m.marks.push(m.stack.length),
  '0': (m) => void pop(m),
  '1': (m) => void popToMark(m),
  '2': (m) => void m.stack.push(top(m)),
  N: (m) => void m.stack.push(null),
  '\x88': (m) => void m.stack.push(true),
  '\x89': (m) => void m.stack.push(false),
  I: (m) => void m.stack.push(parseInteger(readLine(m))),
  J: (m) => void m.stack.push(m.view.getInt32(advance(m, 4), true)),
  K: (m) => void m.stack.push(m.view.getUint8(advance(m, 1))),
  M: (m) => void m.stack.push(m.view.getUint16(advance(m, 2), true)),
  L: (m) => void m.stack.push(Number(readLine(m).replace(/L$/, ''))),
  '\x8a': (m) => void m.stack.push(readLong(take(m, m.view.getUint8(advance(m, 1))))),
  '\x8b': (m) => void m.stack.push(readLong(take(m, m.view.getInt32(advance(m, 4), true)))),
  F: (m) => void m.stack.push(Number(readLine(m))),
  G: (m) => void m.stack.push(m.view.getFloat64(advance(m, 8), false)),
  S: (m) => void m.stack.push(parseQuoted(readLine(m))),
  T: (m) => void m.stack.push(take(m, m.view.getInt32(advance(m, 4), true))),
  U: (m) => void m.stack.push(latin1(take(m, m.view.getUint8(advance(m, 1))))),
  V: (m) => void m.stack.push(parseEscapes(readLine(m))),
  X: (m) => void m.stack.push(utf8(take(m, m.view.getUint32(advance(m, 4), true)))),
  '\x8c': (m) => void m.stack.push(utf8(take(m, m.view.getUint8(advance(m, 1))))),
  '\x8d': (m) => void m.stack.push(utf8(take(m, readLength8(m)))),
  B: (m) => void m.stack.push(take(m, m.view.getUint32(advance(m, 4), true))),
  C: (m) => void m.stack.push(take(m, m.view.getUint8(advance(m, 1)))),
  '\x8e': (m) => void m.stack.push(take(m, readLength8(m))),
  '\x96': (m) => void m.stack.push(take(m, readLength8(m))),
  ']': (m) => void m.stack.push([]),
  l: (m) => void m.stack.push(popToMark(m)),
  a: (m) => {
    const item = pop(m);
    requireList(top(m)).push(item);
  },
  e: (m) => {
    const items = popToMark(m);
    const list = requireList(top(m));
    for (const item of items) list.push(item);
  },
  ')': (m) => void m.stack.push([]),
  t: (m) => void m.stack.push(popToMark(m)),
  '\x85': (m) => void m.stack.push(m.stack.splice(-1)),
  '\x86': (m) => void m.stack.push(m.stack.splice(-2)),
  '\x87': (m) => void m.stack.push(m.stack.splice(-3)),
  '}': (m) => void m.stack.push(new Map()),
  d: (m) => void m.stack.push(fillMap(new Map(), popToMark(m))),
  s: (m) => {
    const value = pop(m);
    const key = pop(m);
    fillMap(requireMap(top(m)), [key, value]);
  },
  u: (m) => {
    const items = popToMark(m);
    fillMap(requireMap(top(m)), items);
  },
  g: (m) => void m.stack.push(recall(m, Number(readLine(m)))),
  h: (m) => void m.stack.push(recall(m, m.view.getUint8(advance(m, 1)))),
  j: (m) => void m.stack.push(recall(m, m.view.getUint32(advance(m, 4), true))),
  p: (m) => void m.memo.set(Number(readLine(m)), top(m)),
  q: (m) => void m.memo.set(m.view.getUint8(advance(m, 1)), top(m)),
  r: (m) => void m.memo.set(m.view.getUint32(advance(m, 4), true), top(m)),
  '\x94': (m) => void m.memo.set(m.memo.size, top(m)),
  c: (m) => {
    const module = readLine(m);
    m.stack.push(requireKnownName(module, readLine(m)));
  },
  '\x93': (m) => {
    const name = pop(m);
    const module = pop(m);
    m.stack.push(requireKnownName(String(module), String(name)));
  },
  R: (m) => {
    const args = requireList(pop(m));
    m.stack.push(makeReduced(pop(m), args));
  },
  '\x81': (m) => {
    const args = requireList(pop(m));
    m.stack.push(makeReduced(pop(m), args));
  },
  b: (m) => {
    const state = pop(m);
    applyState(top(m), state);
  },
};

function pop(m: Machine): PickleValue {
  const value = m.stack.pop();
  if (value === undefined) throw new Error('pickle takes more from its stack than it put there');
  return value;
}

function top(m: Machine): PickleValue {
  const value = m.stack.at(-1);
  if (value === undefined) throw new Error('pickle looks at an empty stack');
  return value;
}

function popToMark(m: Machine): PickleValue[] {
  const height = m.marks.pop();
  if (height === undefined) throw new Error('pickle has no mark');
  return m.stack.splice(height);
}

function recall(m: Machine, key: number): PickleValue {
  const value = m.memo.get(key);
  if (value === undefined) throw new Error(`pickle refers to memo ${key}, which it has not written`);
  return value;
}

/** Moves on by `length` and returns where the bytes start. */
function advance(m: Machine, length: number): number {
  const start = m.at;
  if (!(length >= 0) || start + length > m.bytes.length) throw new Error('pickle is truncated');
  m.at += length;
  return start;
}

function take(m: Machine, length: number): Uint8Array {
  const start = advance(m, length);
  return m.bytes.subarray(start, start + length);
}

function readLength8(m: Machine): number {
  return Number(m.view.getBigUint64(advance(m, 8), true));
}

function readLine(m: Machine): string {
  const end = m.bytes.indexOf(10, m.at);
  if (end < 0) throw new Error('pickle is truncated');
  return latin1(take(m, end + 1 - m.at)).slice(0, -1);
}

function parseInteger(text: string): number | boolean {
  if (text === '00') return false;
  return text === '01' ? true : Number(text);
}

/** Python's raw-unicode-escape: \uXXXX and nothing else. */
function parseEscapes(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A Python 2 string literal as repr() writes it. */
function parseQuoted(text: string): string {
  return text.slice(1, -1).replace(/\\x([0-9a-f]{2})|\\(.)/g, (_, hex: string | undefined, char: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return { n: '\n', r: '\r', t: '\t' }[char] ?? char;
  });
}

/** Two's complement, little-endian, any length. */
function readLong(bytes: Uint8Array): number {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return Number(BigInt.asIntN(bytes.length * 8, value));
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function requireList(value: PickleValue): PickleValue[] {
  if (!Array.isArray(value)) throw new Error('pickle appends to what is no list');
  return value;
}

function requireMap(value: PickleValue): Map<PickleValue, PickleValue> {
  if (!(value instanceof Map)) throw new Error('pickle sets items of what is no dictionary');
  return value;
}

function fillMap(map: Map<PickleValue, PickleValue>, items: PickleValue[]): Map<PickleValue, PickleValue> {
  for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
  return map;
}
