/**
 * The objects of an FBX and how they hang together, as they are added.
 * Object 0 is the scene's root. Numbers count up from FIRST_ID in the order of adding, so that equal scenes are equal bytes.
 */
import { type FbxNode, type FbxValue, node } from './encode-fbx.ts';

export type FbxScene = {
  objects: FbxNode[];
  connections: FbxNode[];
  /** Returns the object's number. `kind`: Model, Geometry …, `label`: the class that is written after its name. */
  add(kind: string, name: string, label: string, subtype: string, children: (FbxNode | FbxNode[])[]): bigint;
  /** `to` = 0n: the scene. `slot`: the property of `to` that `from` feeds. */
  connect(from: bigint, to: bigint, slot?: string): void;
};

/** Above all numbers with a meaning. */
const FIRST_ID = 1_000_000n;
/** FBX is in centimetres. */
export const CENTIMETRES = 100;

export function createFbxScene(): FbxScene {
  const objects: FbxNode[] = [];
  const connections: FbxNode[] = [];
  let nextId = FIRST_ID;
  return {
    objects,
    connections,
    add: (kind, name, label, subtype, children) => {
      const id = nextId++;
      objects.push(node(kind, [id, `${name}\0\x01${label}`, subtype], children.flat()));
      return id;
    },
    connect: (from, to, slot) => {
      const values: FbxValue[] = slot === undefined ? ['OO', from, to] : ['OP', from, to, slot];
      connections.push(node('C', values));
    },
  };
}

/** A row of Properties70. */
export function property(
  name: string,
  type: string,
  label: string,
  flags: string,
  ...values: FbxValue[]
): FbxNode {
  return node('P', [name, type, label, flags, ...values]);
}

export const properties = (rows: FbxNode[]): FbxNode => node('Properties70', [], rows);

/** Letters, digits and underscores: Maya writes anything else as a code (`eyeFBXASC045left`). */
export function fbxName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]/g, '_');
}

/** Metres → centimetres, as 32-bit values: their last 29 bits are 0, which a zlib stream stores in half the space. */
export function centimetres(metres: ArrayLike<number>): Float64Array<ArrayBuffer> {
  return Float64Array.from(metres, (value) => Math.fround(value * CENTIMETRES));
}

/** A shift by (x, y, z) cm as a matrix of 16, row vectors. */
export function shift(x: number, y: number, z: number): Float64Array<ArrayBuffer> {
  return Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1);
}
