/** View packs from anybody: what is installed is whole and understood, what is not leaves nothing. */
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStudio } from '../../../src-main/app/studio.ts';
import {
  APP_PATHS,
  createTestHost,
  makeTemporaryFolder,
  useStudio,
  type StudioUser,
} from '../../support/studio-host.ts';
import { writeZip } from '../../support/write-zip.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/view-pack/gen3d-small');
const FILES = Object.fromEntries(
  readdirSync(FIXTURE).map((name) => [name, new Uint8Array(readFileSync(join(FIXTURE, name)))]),
);
const LIST = JSON.parse(readFileSync(join(FIXTURE, 'pack.json'), 'utf8')) as Record<string, unknown>;
const listWith = (change: object): Uint8Array => Buffer.from(JSON.stringify({ ...LIST, ...change }));

let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;
const packsFolder = (): string[] => readdirSync(join(folder.path, 'data/packs'));
beforeEach(async () => {
  folder = makeTemporaryFolder();
  // A studio that came without a pack.
  const modelsDirectory = join(folder.path, 'models');
  mkdirSync(modelsDirectory);
  writeFileSync(join(modelsDirectory, 'manifest.json'), JSON.stringify({ formatVersion: 1, models: [] }));
  const host = createTestHost(join(folder.path, 'data'));
  user = useStudio(await openStudio({ ...host, paths: { ...APP_PATHS, modelsDirectory } }));
});
afterEach(async () => {
  await user.studio.close();
  folder.remove();
});

async function upload(bytes: Uint8Array): Promise<{ blob: string }> {
  const reply = await user.studio.upload(
    (async function* () {
      yield bytes;
    })(),
  );
  if ('error' in reply) throw new Error(reply.error.message);
  return reply;
}
const importZip = async (files: Record<string, Uint8Array>, isDeflated = true) =>
  user.call('model.importPack', await upload(writeZip(files, { isDeflated })));
const packs = async () => (await user.call('model.list', {})).filter(({ kind }) => kind === 'pack');

test.each(['a folder', 'a ZIP file', 'a ZIP file of a folder'])(
  '%s is installed, used, and removed',
  async (form) => {
    const photo = await user.addPhoto();
    const diffuse = { photoId: photo.id, settings: { method: 'diffusion' as const } };
    await expect(user.call('job.start', diffuse)).rejects.toMatchObject({ code: 'model-missing' });
    const inFolder = Object.fromEntries(
      Object.entries(FILES).map(([name, bytes]) => [`my-pack/${name}`, bytes]),
    );
    const pack =
      form === 'a folder'
        ? await user.call('model.importPack', { path: FIXTURE })
        : await importZip(
            form === 'a ZIP file' ? { ...FILES, 'readme.txt': Buffer.from('x') } : inFolder,
            form === 'a ZIP file',
          );
    expect(pack).toMatchObject({ kind: 'pack', use: 'imported', licence: LIST.licence, origin: LIST.name });
    expect(await packs()).toEqual([{ ...pack, state: 'unchecked' }]);
    expect(await user.call('model.check', { id: pack!.id })).toMatchObject({ state: 'intact' });
    expect(packsFolder()).toEqual(['gen3d-small']);
    expect(readdirSync(join(folder.path, 'data/packs/gen3d-small')).sort()).toEqual(
      Object.keys(FILES).sort(),
    );
    const job = await user.call('job.start', diffuse);
    await user.call('job.cancel', { jobId: job.id });
    await user.untilState(job.id, 'cancelled', 'done');

    await user.call('model.removePack', { id: pack!.id });
    expect(await packs()).toEqual([]);
    expect(packsFolder()).toEqual([]);
    await expect(user.call('job.start', diffuse)).rejects.toMatchObject({ code: 'model-missing' });
  },
);

describe('refuses, with what to do, and leaves nothing of', () => {
  const { 'pack.json': list, 'encoder.onnx': encoder, 'denoiser.onnx': denoiser } = FILES;
  const cases: [string, string, Record<string, Uint8Array>][] = [
    ['an archive without a list', 'bad-request', { 'encoder.onnx': encoder! }],
    ['a list that is no JSON', 'bad-request', { ...FILES, 'pack.json': Buffer.from('{') }],
    ['a pack without a licence', 'bad-request', { ...FILES, 'pack.json': listWith({ licence: '' }) }],
    [
      'names that lead elsewhere',
      'bad-request',
      {
        ...FILES,
        'pack.json': listWith({
          files: { ...(LIST.files as object), '../evil.onnx': { sha256: '0'.repeat(64) } },
        }),
      },
    ],
    ['a pack of another format', 'bad-request', { ...FILES, 'pack.json': listWith({ version: 2 }) }],
    [
      'one that this version would run wrongly',
      'model-changed',
      {
        ...FILES,
        'pack.json': listWith({ halfExtentM: 0.5 }),
      },
    ],
    ['one that lacks a file', 'model-changed', { 'pack.json': list!, 'encoder.onnx': encoder! }],
    ['one with another file than its list says', 'model-changed', { ...FILES, 'encoder.onnx': denoiser! }],
  ];
  test.each(cases)('%s', async (_, code, files) => {
    await expect(importZip(files)).rejects.toMatchObject({ code, hint: /./ });
    expect(packsFolder()).toEqual([]);
  });

  test('what is no archive, a damaged one, and a folder that is not there', async () => {
    const zip = Buffer.from(writeZip(FILES));
    zip[zip.length >> 1]! ^= 1;
    const wrong = [
      await upload(Buffer.from('not a zip')),
      await upload(zip),
      { path: join(folder.path, 'nowhere') },
      { path: folder.path },
    ];
    for (const source of wrong)
      await expect(user.call('model.importPack', source)).rejects.toMatchObject({ code: 'bad-request' });
    await expect(user.call('model.importPack', {})).rejects.toMatchObject({
      code: 'bad-request',
      hint: /ZIP/,
    });
    expect(packsFolder()).toEqual([]);
  });

  test('an upload that is larger than a pack may be, before it is read', async () => {
    const { blob } = await upload(Buffer.from('a pack'));
    truncateSync(join(folder.path, 'data/blobs', blob.slice(0, 2), blob), 2 ** 29 + 1);
    await expect(user.call('model.importPack', { blob })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('larger than 512 MiB') as string,
    });
  });

  test('and keeps the one that is installed', async () => {
    const pack = await user.call('model.importPack', { path: FIXTURE });
    await expect(importZip({ ...FILES, 'encoder.onnx': denoiser! })).rejects.toThrow();
    expect(await user.call('model.check', { id: pack!.id })).toMatchObject({ state: 'intact' });
    await expect(user.call('model.removePack', { id: 'gen3d-small' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
