/**
 * A head model file in FLAME's layout, as a user would bring it: our own head's quarter level in FLAME's names, with 300
 * identity and 100 expression directions and five joints. No number of FLAME itself is in it.
 */
import type { HeadModel } from '../../src-main/pipeline/03-prior/head-model.ts';
import { writeNpz } from './write-npz.ts';

const IDENTITY = 300;
const DIRECTIONS = 400;
const JOINTS = 5;

export function writeFlame(model: HeadModel): Uint8Array {
  const level = model.lods!.find(({ name }) => name === 'quarter')!;
  const rows = [...new Set(level.quads)].sort((a, b) => a - b);
  const rowOf = new Map(rows.map((vertex, row) => [vertex, row]));
  const count = rows.length;
  const stride = model.topology.vertexCount * 3;
  const positions = new Float64Array(count * 3);
  const shapedirs = new Float64Array(count * 3 * DIRECTIONS);
  const jaw = model.expressionNames.indexOf('jawOpen');
  const weights = new Float64Array(count * JOINTS);
  for (const [row, vertex] of rows.entries()) {
    for (let axis = 0; axis < 3; axis++) {
      const [from, to] = [vertex * 3 + axis, row * 3 + axis];
      positions[to] = model.neutralHead[from]!;
      for (let k = 0; k < model.identityCount; k++)
        shapedirs[to * DIRECTIONS + k] = model.identity[k * stride + from]!;
      for (const [e, name] of ['mouthSmileLeft', 'mouthSmileRight', 'browInnerUp'].entries()) {
        const shape = model.expressionNames.indexOf(name) * stride;
        shapedirs[to * DIRECTIONS + IDENTITY + e] = model.expression[shape + from]!;
      }
    }
    weights[row * JOINTS + (model.expression[jaw * stride + vertex * 3 + 1]! < -0.01 ? 2 : 1)] = 1;
  }
  const regressor = new Float64Array(JOINTS * count);
  for (let joint = 0; joint < JOINTS; joint++) regressor[joint * count + joint] = 1;
  const faces: number[] = [];
  for (let q = 0; q < level.quads.length; q += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => rowOf.get(level.quads[q + k]!)!);
    faces.push(a!, b!, c!, a!, c!, d!);
  }
  return writeNpz(
    {
      v_template: { shape: [count, 3], values: positions },
      shapedirs: { shape: [count, 3, DIRECTIONS], values: shapedirs },
      f: { shape: [faces.length / 3, 3], values: Uint32Array.from(faces) },
      J_regressor: { shape: [JOINTS, count], values: regressor },
      weights: { shape: [count, JOINTS], values: weights },
      kintree_table: { shape: [2, JOINTS], values: Int32Array.of(-1, 0, 1, 1, 1, 0, 1, 2, 3, 4) },
    },
    { isDeflated: true },
  );
}
