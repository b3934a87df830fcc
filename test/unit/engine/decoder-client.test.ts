import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBlobStore, type BlobStore } from '../../../src-main/blobs/blob-store.ts';
import { createDecoderClient, type DecoderClient } from '../../../src-main/engine/decoder-client.ts';
import { createNodeFork } from '../../../src-main/engine/fork-engine.ts';
import { APP_PATHS, makeTemporaryFolder, makeTinyPhoto, untilGone } from '../../support/studio-host.ts';

const HEIC = join(import.meta.dirname, '../../fixtures/photo/corners.heic');

let folder: ReturnType<typeof makeTemporaryFolder>;
let blobs: BlobStore;
let decoder: DecoderClient;

const connect = (idleMs?: number): DecoderClient =>
  createDecoderClient(
    createNodeFork(
      APP_PATHS.engineEntry,
      {
        role: 'decode',
        blobsDirectory: folder.path,
        modelsDirectory: '',
        assetsDirectory: '',
        version: 'test',
      },
      () => undefined,
    ),
    idleMs,
  );

beforeAll(() => {
  folder = makeTemporaryFolder();
  blobs = createBlobStore(folder.path);
  decoder = connect();
});
afterAll(async () => {
  await decoder.close();
  folder.remove();
});

test('decodes in one process that is not this one, several at once, HEIC too', async () => {
  const png = await blobs.put(await makeTinyPhoto());
  const heic = await blobs.put(readFileSync(HEIC));
  const [first, same, other] = await Promise.all([png, png, heic].map((photo) => decoder.decode(photo)));
  const pid = decoder.pid();
  expect(pid).not.toBe(process.pid);
  expect(first).toMatchObject({ widthPx: 160, heightPx: 128 });
  expect(same).toEqual(first);
  expect(other!.widthPx * other!.heightPx).toBeGreaterThan(0);
  for (const { thumbnail } of [first!, other!]) {
    expect(Buffer.from((await blobs.get(thumbnail)).subarray(1, 4)).toString()).toBe('PNG');
  }
  await decoder.decode(png);
  expect(decoder.pid()).toBe(pid);
});

test('refuses with the codes of stage 01, and goes on', async () => {
  const text = await blobs.put(Buffer.from('this is a text, not a picture'));
  await expect(decoder.decode(text)).rejects.toMatchObject({ code: 'unsupported-image' });
  await expect(decoder.decode('0'.repeat(64))).rejects.toMatchObject({ code: 'not-found' });
  await expect(decoder.decode(await blobs.put(await makeTinyPhoto()))).resolves.toMatchObject({
    widthPx: 160,
  });
});

test('a decoder that dies over a picture says so, the next picture gets a new one', async () => {
  const photo = await blobs.put(await makeTinyPhoto());
  const pid = decoder.pid()!;
  const decoding = decoder.decode(photo);
  process.kill(pid, 'SIGKILL');
  await expect(decoding).rejects.toMatchObject({ code: 'engine-stopped', message: /SIGKILL/ });
  await expect(decoder.decode(photo)).resolves.toMatchObject({ heightPx: 128 });
  expect(decoder.pid()).not.toBe(pid);
});

test('ends when nothing was asked for a while, and starts again', async () => {
  const shortly = connect(1);
  const photo = await blobs.put(await makeTinyPhoto());
  const decoding = shortly.decode(photo);
  const pid = shortly.pid()!;
  await decoding;
  await untilGone(pid);
  expect(shortly.pid()).toBeUndefined();
  await expect(shortly.decode(photo)).resolves.toMatchObject({ widthPx: 160 });
  await shortly.close();
});
