import { expect, test } from 'vitest';
import { fileFor } from '../../../src-main/app/export-target.ts';
import type { ExportTarget } from '../../../src-main/contract/export-targets.ts';

const OBJ =
  '# gen3d-studio head; units: metres; +Y up\no head\nv 0.012346 -0.100000 0.000001\nvt 0.5 0.25\nvn 0 0 1\nf 1/1/1\n';
const read = async (target: ExportTarget, name: string): Promise<string> => {
  const file = { name, read: () => Promise.resolve(new TextEncoder().encode(OBJ)) };
  return new TextDecoder().decode(await fileFor(target, file).read());
};

test('ZBrush gets OBJ in centimetres, said in the first line, without a digit lost', async () => {
  expect(await read('zbrush', 'head.obj')).toBe(
    '# gen3d-studio head; units: centimetres; +Y up\no head\nv 1.2346 -10.0000 0.0001\nvt 0.5 0.25\nvn 0 0 1\nf 1/1/1\n',
  );
});

test('other files, and OBJ for everybody else, are as they were made', async () => {
  expect(await read('zbrush', 'head.mtl')).toBe(OBJ);
  for (const target of ['everything', 'maya', 'blender'] as const)
    expect(await read(target, 'head.obj')).toBe(OBJ);
});
