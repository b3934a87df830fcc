import { expect, test } from 'vitest';
import type { Head } from '../../src-main/contract/entities.ts';
import { type ExportTarget, isFor } from '../../src-main/contract/export-targets.ts';
import { canExport } from '../../src-renderer/steps/can-export.ts';
import { chooseCompared } from '../../src-renderer/steps/choose-compared.ts';
import { describeScore } from '../../src-renderer/steps/describe-score.ts';
import { describeStop } from '../../src-renderer/steps/describe-stop.ts';
import { groupFiles } from '../../src-renderer/steps/group-files.ts';
import { viewFiles } from '../../src-renderer/steps/view-files.ts';
import { formatBytes, formatDuration, formatPercent, strings } from '../../src-renderer/strings.ts';
import { madeHead } from '../support/made-head.ts';

const file = (name: string, mediaType = 'image/png') => ({ name, mediaType, blob: 'b', bytes: 1 });
const head = (names: string[]): Head => madeHead({ files: names.map((name) => file(name)) });

test('views come in the order of the rig, with the angle of each', () => {
  const names = Array.from(
    { length: 16 },
    (_, index) => `views/view-${String(15 - index).padStart(2, '0')}.png`,
  );
  const views = viewFiles(head([...names, 'views/sheet.png', 'textures/base-colour.png']));
  expect(views.map((view) => view.file.name)).toEqual([...names].reverse());
  expect(views[4]).toMatchObject({ number: 5, azimuthDeg: 90 });
  expect(views.at(-1)?.azimuthDeg).toBe(337.5);
});

test('export groups: every file in exactly one, no empty group', () => {
  const files = [
    file('head.glb', 'model/gltf-binary'),
    file('views/view-00.png'),
    file('textures/a.png'),
    file('r.json', 'application/json'),
  ];
  const groups = groupFiles(files);
  expect(groups.map(({ id, files: members }) => [id, members.map(({ name }) => name)])).toEqual([
    ['mesh', ['head.glb', 'textures/a.png']],
    ['views', ['views/view-00.png']],
    ['report', ['r.json']],
  ]);
  expect(groupFiles([file('views/view-00.png')]).map(({ id }) => id)).toEqual(['views']);
});

test('export targets: each program gets what it can use, its report, and no maps of where texels come from', () => {
  const names = [
    ...['head.glb', 'head-lod1.glb', 'head.fbx', 'head.obj', 'head-neutral.obj', 'head.mtl', 'surface.glb'],
    ...[
      'base-colour',
      'normal',
      'hair-colour',
      'occlusion-roughness',
      'texel-source',
      'hair-texel-source',
    ].map((map) => `textures/${map}.png`),
    ...['views/view-00.png', 'cameras.json', 'report.json'],
  ];
  const of = (target: ExportTarget) => names.filter((name) => isFor(target, name));
  const pictures = names.filter((name) => /textures\/(?!.*source)/.test(name));
  expect(of('everything')).toEqual(names);
  for (const target of ['maya', 'unreal', 'unity'] as const)
    expect(of(target)).toEqual(['head.fbx', ...pictures, 'report.json']);
  expect(of('blender')).toEqual(['head.glb', 'head.fbx', ...pictures, 'report.json']);
  expect(of('zbrush')).toEqual([
    ...['head.obj', 'head-neutral.obj', 'head.mtl'],
    ...['textures/base-colour.png', 'textures/hair-colour.png', 'report.json'],
  ]);
});

test('an export in the browser waits for a folder; the desktop application asks for one itself', () => {
  expect(canExport(3, '', 'web')).toBe(false);
  expect(canExport(3, '  ', 'web')).toBe(false);
  expect(canExport(3, '/out', 'web')).toBe(true);
  expect(canExport(3, '', 'electron')).toBe(true);
  expect(canExport(0, '/out', 'electron')).toBe(false);
});

test('a job that stopped says why: the engine its own words, the studio that it was closed', () => {
  const error = {
    code: 'engine-stopped',
    message: 'The engine stopped unexpectedly.',
    hint: 'Close other programs.',
  } as const;
  for (const state of ['failed', 'interrupted'] as const)
    expect(describeStop({ state, error })).toEqual({ message: error.message, hint: error.hint });
  expect(describeStop({ state: 'interrupted', error: null }).message).toBe(strings.interruptedText);
  expect(describeStop({ state: 'cancelled', error: null }).message).toBe(strings.cancelledText);
});

test('the head that is compared stays while the heads of the project are read, and as long as it is there', () => {
  const ids = (text: string) => [...text].map((id) => ({ id }));
  const [head] = ids('b');
  const choose = (comparedId: string | null, others: string | null) =>
    chooseCompared(comparedId, head!, ids('abc'), others === null ? null : ids(others));
  expect(choose(null, null)).toBe('c');
  expect(choose('x', null)).toBe('x');
  expect(choose('x', 'wx')).toBe('x');
  expect(choose('x', 'w')).toBe('c');
  expect(choose('a', 'w')).toBe('a');
  expect(choose('b', null)).toBe('c');
  expect(chooseCompared(null, head!, ids('ab'), [])).toBe('a');
  expect(chooseCompared(null, head!, ids('b'), null)).toBeNull();
  expect(chooseCompared(null, head!, ids('b'), ids('xb'))).toBe('x');
});

test('scores are read by the unit that ends their name', () => {
  expect(describeScore('wrapMeanDistanceMm', 0.4213, {})).toEqual({
    title: 'Wrap mean distance',
    value: '0.42 mm',
  });
  expect(describeScore('identityCosine', 0.71234, {})).toEqual({ title: 'Identity cosine', value: '0.712' });
  expect(describeScore('yawDeg', -12.04, { yawDeg: 'Head turn' })).toEqual({
    title: 'Head turn',
    value: '-12.0°',
  });
});

test('numbers as they are read', () => {
  expect([0.04, 9.94, 59.4, 60, 61, 725].map(formatDuration)).toEqual([
    '0.0 s',
    '9.9 s',
    '59 s',
    '1 min 0 s',
    '1 min 1 s',
    '12 min 5 s',
  ]);
  expect([12, 4200, 3_140_000].map(formatBytes)).toEqual(['12 B', '4 kB', '3.1 MB']);
  // 100 % only when it is done.
  expect([0, 0.999, 1].map(formatPercent)).toEqual(['0 %', '99 %', '100 %']);
});
