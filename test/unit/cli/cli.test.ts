/** The command as a process, with the tiny pipeline: what it writes, says and returns. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { STAGES } from '../../../src-main/contract/stages.ts';
import type { MadeHeads } from '../../../src-main/hosts/cli/make-heads.ts';
import { type CliArguments, parseArguments } from '../../../src-main/hosts/cli/parse-arguments.ts';
import { createProgressLine } from '../../../src-main/hosts/cli/progress-line.ts';
import {
  APP_PATHS,
  isAlive,
  makeTemporaryFolder,
  makeTinyPhoto,
  TINY_PIPELINE,
  untilGone,
} from '../../support/studio-host.ts';
import type { TinyPhoto } from '../../support/tiny-pipeline.ts';

const ENTRY = join(APP_PATHS.root, 'src-main', 'hosts', 'cli', 'cli-main.ts');

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

async function addPhoto(name: string, photo: TinyPhoto = {}): Promise<string> {
  const path = join(folder.path, name);
  writeFileSync(path, await makeTinyPhoto(photo));
  return path;
}

function start(args: string[]) {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GEN3D_PIPELINE_MODULE: TINY_PIPELINE },
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, said, ended };
}
const run = (...args: string[]) => start(args).ended;
const below = (path: string): string[] => readdirSync(join(folder.path, path), { encoding: 'utf8' }).sort();

test('makes a folder a photo, tells two of the same name apart, goes on after one that fails', async () => {
  mkdirSync(join(folder.path, 'other'));
  const photos = [
    await addPhoto('face.png'),
    await addPhoto('none.png', { behaviour: { '02-analyse': 'no-face' } }),
    await addPhoto('other/face.png', { salt: 'other', behaviour: { '03-prior': 'warn' } }),
  ];
  const { code, out, err } = await run(...photos, 'missing.png', '--out', 'heads', '--seed', '9', '--json');
  expect(code).toBe(3);
  expect(below('heads')).toEqual(['face', 'face-2']);
  expect(below('heads/face')).toEqual(['cameras.json', 'head.glb', 'report.json', 'views']);
  expect(below('heads/face/views')).toHaveLength(16);
  const made = JSON.parse(out) as MadeHeads;
  expect(made.heads.map(({ directory }) => directory)).toEqual([
    join(folder.path, 'heads/face'),
    join(folder.path, 'heads/face-2'),
  ]);
  expect(made.failures.map(({ error }) => error.code)).toEqual(['no-face-found', 'not-found']);
  const { directory: _, ...report } = made.heads[1]!;
  expect(JSON.parse(readFileSync(join(folder.path, 'heads/face-2/report.json'), 'utf8'))).toEqual(report);
  expect(report).toMatchObject({
    seed: 9,
    method: 'diffusion',
    provider: 'cpu',
    threads: 1,
    warnings: [{ code: 'tiny' }],
  });
  expect(report.photo.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(report.versions).toMatchObject({
    app: APP_PATHS.version,
    node: process.versions.node,
    onnxruntime: /^\d+\.\d+/,
  });
  expect(report.licences.at(-1)).toEqual({ name: 'tiny-head', licence: 'CC0-1.0', credits: 'nobody' });
  expect(report.licences.map(({ name }) => name)).not.toContain('gen3d-head');
  expect(report.stages.map(({ id }) => id)).toEqual([...STAGES]);
  expect(report.peakMb).toBeGreaterThan(20);
  expect(err).toContain('none.png: No face was found. Use another picture.');
  expect(err).toContain('[8/8] Write files');
});

test('a repeated command replaces its own result, and leaves a folder alone that is not one', async () => {
  const photo = await addPhoto('face.png');
  mkdirSync(join(folder.path, 'heads/face'), { recursive: true });
  writeFileSync(join(folder.path, 'heads/face/mine.txt'), 'mine');
  expect((await run(photo, '--out', 'heads')).code).toBe(0);
  writeFileSync(join(folder.path, 'heads/face-2/head.glb'), 'of an earlier run');
  const { code, out } = await run(photo, '--out', 'heads');
  expect([code, out]).toEqual([0, '']);
  expect(below('heads')).toEqual(['face', 'face-2']);
  expect(below('heads/face')).toEqual(['mine.txt']);
  expect(readFileSync(join(folder.path, 'heads/face-2/head.glb'), 'latin1')).not.toBe('of an earlier run');
  // A scene beside a head is somebody's work.
  mkdirSync(join(folder.path, 'heads/face-2/scenes'));
  writeFileSync(join(folder.path, 'heads/face-2/scenes/face.blend'), 'mine');
  expect((await run(photo, '--out', 'heads')).code).toBe(0);
  expect(below('heads')).toEqual(['face', 'face-2', 'face-3']);
  expect(readFileSync(join(folder.path, 'heads/face-2/scenes/face.blend'), 'utf8')).toBe('mine');
});

test.each([
  ['disk-full', 4, 'There is no room left'],
  ['crash', 4, 'The engine stopped unexpectedly'],
  ['mistake', 4, 'at behave'],
  ['wrong-argument', 2, 'The head model file cannot be used. Choose another.'],
] as const)(
  '%s ends the command with %d, says why, and leaves nothing',
  async (behaviour, expected, words) => {
    const photo = await addPhoto('face.png', { behaviour: { '06-head': behaviour } });
    const { code, err } = await run(photo, photo, '--out', 'heads');
    expect(code).toBe(expected);
    expect(err).toContain(words);
    expect(below('heads')).toEqual([]);
  },
);

describe('a cancel', () => {
  const listening = STAGES.map((stage) => [stage, 'wait'] as const);
  test.each([...listening, ['04-views', 'block'] as const])(
    'during %s, which does %s, ends with 130 and leaves no file and no process',
    async (stage, behaviour) => {
      const photo = await addPhoto('face.png', { behaviour: { [stage]: behaviour } });
      const { child, said, ended } = start([photo, '--out', 'heads', '--json']);
      const before = STAGES.indexOf(stage);
      const reached = before === 0 ? 'face.png' : `[${before}/8]`;
      while (!said.err.includes(reached)) await new Promise((resolve) => setTimeout(resolve, 10));
      const children = `/proc/${child.pid}/task/${child.pid}/children`;
      const engines = existsSync(children)
        ? readFileSync(children, 'utf8').split(' ').filter(Boolean).map(Number)
        : [];
      child.kill('SIGINT');
      const { code, out } = await ended;
      expect(code).toBe(130);
      expect(JSON.parse(out)).toMatchObject({ heads: [], failures: [{ error: { code: 'cancelled' } }] });
      expect(below('heads')).toEqual([]);
      for (const pid of engines) await untilGone(pid);
      expect(engines.some(isAlive)).toBe(false);
    },
  );
});

describe('arguments', () => {
  test.each([
    [[], 'no photo'],
    [['a.jpg'], '--out'],
    [['a.jpg', '--out', ''], '--out'],
    [
      ['a.jpg', '--out', 'x', '--texture', '1000'],
      '--texture 1000 is not possible: Invalid option: expected one of 512|1024',
    ],
    [['a.jpg', '--out', 'x', '--views', '3'], '--views 3'],
    [['a.jpg', '--out', 'x', '--delight', '101'], '--delight must be 0 to 100'],
    [['a.jpg', '--out', 'x', '--seed', 'abc'], 'whole number'],
    [['a.jpg', '--out', 'x', '--seed', ''], 'whole number'],
    [['a.jpg', '--out', 'x', '--method', 'magic'], '--method magic'],
    [['a.jpg', '--out', 'x', '--threads', '0'], '--threads'],
    [['a.jpg', '--out', 'x', '--unknown'], 'unknown'],
  ])('%j are explained', (args, words) => {
    const parsed = parseArguments(args);
    expect(parsed).toHaveProperty('problem');
    expect((parsed as { problem: string }).problem).toContain(words);
  });

  test('ask for super-resolution by name', () => {
    expect(parseArguments(['a', '--out', 'o'])).toMatchObject({ settings: { superResolution: false } });
    expect(parseArguments(['a', '--out', 'o', '--super-resolution'])).toMatchObject({
      settings: { superResolution: true },
    });
  });

  test('have the studio’s defaults', () => {
    expect(parseArguments(['a', 'b', '--out', 'o', '--views', '8', '--texture', '512'])).toMatchObject({
      photos: ['a', 'b'],
      out: 'o',
      json: false,
      settings: { seed: 1, method: 'reproject', views: 8, textureSizePx: 512, viewSizePx: 512 },
    });
    const method = (...more: string[]): unknown =>
      (parseArguments(['a', '--out', 'o', ...more]) as CliArguments).settings.method;
    expect(method()).toBe('diffusion');
    expect(method('--views', '16')).toBe('diffusion');
    // Asked for by name it is kept, and refused where the pack draws another number.
    expect(method('--views', '8', '--method', 'diffusion')).toBe('diffusion');
  });

  test('--for names a program of the list', () => {
    expect(parseArguments(['a', '--out', 'o'])).toMatchObject({ target: 'everything' });
    expect(parseArguments(['a', '--out', 'o', '--for', 'zbrush'])).toMatchObject({ target: 'zbrush' });
    const { problem } = parseArguments(['a', '--out', 'o', '--for', 'paint']) as { problem: string };
    expect(problem).toContain('blender, maya, zbrush, unreal, unity');
  });

  test('wrong ones end the command with 2 and the usage; --help is no mistake', async () => {
    const wrong = await run('face.png');
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain('usage: npm run');
    const help = await run('--help');
    expect([help.code, help.err]).toEqual([0, '']);
  });

  test.each([
    ['a head model that is not there', ['--head-model', 'nope.npz'], 'nope.npz could not be read (ENOENT)'],
    ['a head model that is a folder', ['--head-model', '.'], '. could not be read (EISDIR)'],
    [
      'views that the pack does not draw',
      ['--method', 'diffusion', '--views', '8'],
      'The view pack makes 16 views, not 8. Set the number of views to 16',
    ],
  ])('%s ends the command with 2 before any work, and no photo is blamed', async (_, args, words) => {
    const { code, out, err } = await run(await addPhoto('face.png'), '--out', 'heads', '--json', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
    expect(existsSync(join(folder.path, 'heads'))).toBe(false);
  });

  test('diffusion without a pack ends with 4 before any work', async () => {
    if (existsSync(join(APP_PATHS.modelsDirectory, 'gen3d-small', 'pack.json')))
      return console.log('skipped: a pack is installed');
    const { code, err } = await run(await addPhoto('face.png'), '--out', 'heads', '--method', 'diffusion');
    expect(code).toBe(4);
    expect(err).toContain('No multi-view model is installed yet');
    expect(existsSync(join(folder.path, 'heads'))).toBe(false);
  });
});

test('--for writes only what the program can use, and the report', async () => {
  const photo = await addPhoto('face.png');
  expect((await run(photo, '--out', 'heads', '--for', 'maya')).code).toBe(0);
  expect(below('heads/face')).toEqual(['report.json']);
  expect((await run(photo, '--out', 'heads', '--for', 'blender')).code).toBe(0);
  expect(below('heads/face')).toEqual(['head.glb', 'report.json']);
});

test('progress is one line on a terminal, a line a stage elsewhere', () => {
  const show = (isTTY: boolean): string => {
    let text = '';
    const line = createProgressLine({ isTTY, columns: 40, write: (part) => (text += part) });
    line.begin('face.png');
    line.show({ type: 'stage-started', stage: '04-views' });
    line.show({ type: 'progress', stage: '04-views', fraction: 0.505 });
    line.show({
      type: 'stage-done',
      stage: '04-views',
      slot: '04-views',
      seconds: 1.26,
      peakMb: 1,
      reused: false,
      artefact: null,
    });
    line.say('done');
    return text;
  };
  expect(show(false)).toBe('face.png\n  [4/8] Generate views 1.3 s\ndone\n');
  const terminal = show(true);
  expect(terminal.match(/\n/g)).toHaveLength(1);
  expect(terminal).toContain('[4/8] Generate views 50');
  expect(terminal.endsWith('\r\x1b[Kdone\n')).toBe(true);
  for (const part of terminal.split('\r\x1b[K')) expect(part.trimEnd().length).toBeLessThan(40);
});
