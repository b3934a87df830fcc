/**
 * The WebAssembly module behind `outer-products.ts`, byte by byte: one loop nest needs no toolchain.
 *
 * Out: a module that exports `memory` and `add(weighted, plain, sum, rowsBytes, strideBytes)`, addresses and sizes in bytes:
 *   for each tile of TILE × TILE of the lower triangle of `sum`: for each point: tile += a·uᵀ + b·vᵀ + c·dᵀ
 * with a, b, c the point's rows in `weighted` and u, v, d those in `plain`. A tile is eight registers of two numbers.
 * Opcodes: WebAssembly core specification 2.0, section 5.
 */

/** Rows of a point. */
export const ROWS = 3;
/** Side of a tile; rows are padded to a multiple. */
export const TILE = 4;
const TILE_BYTES = TILE * 8;
/** Vectors of two numbers along a tile. */
const VECTORS = TILE / 2;

const I32 = 0x7f;
const V128 = 0x7b;
const FUNCTION = 0x60;
const LOOP = [0x03, 0x40];
const END = 0x0b;
const BRANCH_IF = [0x0d, 0x00];
const IS_LESS = 0x49;
const IS_AT_MOST = 0x4d;
const ADD = 0x6a;
const MULTIPLY_F64X2 = [0xfd, 0xf2, 0x01];
const ADD_F64X2 = [0xfd, 0xf0, 0x01];
/** Alignment is a hint: 2³ bytes. */
const loadVector = (offset: number): number[] => [0xfd, 0x00, 0x03, offset];
const loadBoth = (offset: number): number[] => [0xfd, 0x0a, 0x03, offset];
const storeVector = (offset: number): number[] => [0xfd, 0x0b, 0x03, offset];
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const increase = (local: number, by: number[]): number[] => [...get(local), ...by, ADD, ...set(local)];

/** Locals: parameters, then numbers, then vectors. */
const [WEIGHTED, PLAIN, SUM, ROWS_BYTES, STRIDE] = [0, 1, 2, 3, 4];
const [ROW, COLUMN, TILE_AT, WEIGHTED_AT, PLAIN_AT, PLAIN_END] = [5, 6, 7, 8, 9, 10];
const NUMBERS = 6;
const FIRST_VECTOR = 11;
const tile = (row: number, vector: number): number => FIRST_VECTOR + row * VECTORS + vector;
const plain = (row: number, vector: number): number => FIRST_VECTOR + (TILE + row) * VECTORS + vector;
const factor = (row: number): number => FIRST_VECTOR + (TILE + ROWS) * VECTORS + row;
const VECTOR_LOCALS = (TILE + ROWS) * VECTORS + ROWS;

export function assembleOuterProducts(): Uint8Array<ArrayBuffer> {
  const parameters = [WEIGHTED, PLAIN, SUM, ROWS_BYTES, STRIDE].map(() => I32);
  const locals = vector([
    [NUMBERS, I32],
    [VECTOR_LOCALS, V128],
  ]);
  const body = [...locals, ...everyTile(), END];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[FUNCTION, ...vector(parameters.map((type) => [type])), 0]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0, 1]])),
    ...section(
      7,
      vector([
        [...name('memory'), 2, 0],
        [...name('add'), 0, 0],
      ]),
    ),
    ...section(10, vector([[...unsigned(body.length), ...body]])),
  ]);
}

/** Rows of tiles from the top, in each the tiles up to the diagonal. `SUM` moves along with the rows. */
function everyTile(): number[] {
  const nextRow = [...increase(ROW, constant(TILE_BYTES)), ...repeat(TILE, increase(SUM, get(STRIDE)))];
  const oneTile = [
    ...loadTile(),
    ...[...get(WEIGHTED), ...get(ROW), ADD, ...set(WEIGHTED_AT)],
    ...[...get(PLAIN), ...get(COLUMN), ADD, ...set(PLAIN_AT)],
    ...[...get(PLAIN_AT), ...get(ROWS_BYTES), ADD, ...set(PLAIN_END)],
    ...[...LOOP, ...onePoint(), ...get(PLAIN_AT), ...get(PLAIN_END), IS_LESS, ...BRANCH_IF, END],
    ...storeTile(),
  ];
  return [
    ...LOOP,
    ...[...constant(0), ...set(COLUMN)],
    ...LOOP,
    ...oneTile,
    ...increase(COLUMN, constant(TILE_BYTES)),
    ...[...get(COLUMN), ...get(ROW), IS_AT_MOST, ...BRANCH_IF, END],
    ...nextRow,
    ...[...get(ROW), ...get(STRIDE), IS_LESS, ...BRANCH_IF, END],
  ];
}

function loadTile(): number[] {
  const rows = range(TILE).flatMap((row) => [
    ...range(VECTORS).flatMap((v) => [...get(TILE_AT), ...loadVector(16 * v), ...set(tile(row, v))]),
    ...increase(TILE_AT, get(STRIDE)),
  ]);
  return [...startOfTile(), ...rows];
}

function storeTile(): number[] {
  const rows = range(TILE).flatMap((row) => [
    ...range(VECTORS).flatMap((v) => [...get(TILE_AT), ...get(tile(row, v)), ...storeVector(16 * v)]),
    ...increase(TILE_AT, get(STRIDE)),
  ]);
  return [...startOfTile(), ...rows];
}

const startOfTile = (): number[] => [...get(SUM), ...get(COLUMN), ADD, ...set(TILE_AT)];

/** Adds one point to the tile in its registers and moves on to the next point. */
function onePoint(): number[] {
  const loadPlain = range(ROWS).flatMap((row) => [
    ...range(VECTORS).flatMap((v) => [...get(PLAIN_AT), ...loadVector(16 * v), ...set(plain(row, v))]),
    ...increase(PLAIN_AT, get(STRIDE)),
  ]);
  const rows = range(TILE).flatMap((row) => [
    ...range(ROWS).flatMap((k) => [
      ...get(WEIGHTED_AT),
      ...repeat(k, [...get(STRIDE), ADD]),
      ...loadBoth(8 * row),
      ...set(factor(k)),
    ]),
    ...range(VECTORS).flatMap((v) => [
      ...get(tile(row, v)),
      ...range(ROWS).flatMap((k) => [
        ...[...get(factor(k)), ...get(plain(k, v)), ...MULTIPLY_F64X2],
        ...(k > 0 ? ADD_F64X2 : []),
      ]),
      ...[...ADD_F64X2, ...set(tile(row, v))],
    ]),
  ]);
  return [...loadPlain, ...rows, ...repeat(ROWS, increase(WEIGHTED_AT, get(STRIDE)))];
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const repeat = (count: number, code: number[]): number[] => range(count).flatMap(() => code);
const section = (id: number, bytes: number[]): number[] => [id, ...unsigned(bytes.length), ...bytes];
const vector = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];
const name = (text: string): number[] => [text.length, ...Array.from(text, (c) => c.charCodeAt(0))];

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >> 7)];
}

/** LEB128 of a number that is not negative: bit 6 of the last byte is the sign. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >> 7)];
}
