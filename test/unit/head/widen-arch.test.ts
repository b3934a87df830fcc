import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nameVertexGroups } from '../../../src-main/mesh/vertex-groups.ts';
import { readHeadModel } from '../../../src-main/pipeline/03-prior/read-head-model.ts';
import { widenArch } from '../../../src-main/pipeline/06-head/widen-arch.ts';

const model = readHeadModel(new Uint8Array(readFileSync('assets/head-model.bin')));
const groups = nameVertexGroups(model.topology);
const members = (name: string): number[] => [...groups.keys()].filter((v) => groups[v] === name);

it('the front of both rows comes forward and gets wider, the upper one more; molars and skin stay', () => {
  const before = model.neutralHead;
  const after = before.slice();
  widenArch(model.topology, after);
  const forward = (name: string): number =>
    Math.max(...members(name).map((v) => after[v * 3 + 2]!)) -
    Math.max(...members(name).map((v) => before[v * 3 + 2]!));
  expect(forward('teeth-upper')).toBeCloseTo(0.002, 4);
  expect(forward('teeth-lower')).toBeGreaterThan(0.0005);
  expect(forward('teeth-lower')).toBeLessThan(0.0012);
  expect(forward('tongue')).toBeCloseTo(-0.001, 5);
  const upper = members('teeth-upper').sort((a, b) => before[b * 3 + 2]! - before[a * 3 + 2]!);
  const widthOf = (list: number[], p: Float32Array): number =>
    Math.max(...list.map((v) => p[v * 3]!)) - Math.min(...list.map((v) => p[v * 3]!));
  const front = upper.slice(0, upper.length / 2);
  expect(widthOf(front, after)).toBeGreaterThan(1.1 * widthOf(front, before));
  for (const v of upper.slice(-20))
    for (let k = 0; k < 3; k++) expect(after[v * 3 + k]).toBeCloseTo(before[v * 3 + k]!, 6);
  for (const name of ['skin', 'mouth', 'eye-left', 'eye-right'])
    for (const v of members(name)) expect(after[v * 3 + 2]).toBe(before[v * 3 + 2]);
});
