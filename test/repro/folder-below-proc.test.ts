/**
 * Writing below Linux' /proc hung for ever: there `mkdir` says ENOENT although the parent exists, and Node's recursive one
 * then starts over. Commands, exports and the studio itself now end with a refusal, before any work.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStudio } from '../../src-main/app/studio.ts';
import { createFolder, writeFileInPieces } from '../../src-main/app/write-files.ts';
import {
  APP_PATHS,
  createTestHost,
  makeTemporaryFolder,
  makeTinyPhoto,
  TINY_PIPELINE,
  useStudio,
  type StudioUser,
} from '../support/studio-host.ts';

const hasProc = existsSync('/proc/self');
if (!hasProc) console.log('skipped in part: this system has no /proc');

const folder = makeTemporaryFolder();
const file = join(folder.path, 'file');
let user: StudioUser;
beforeAll(async () => {
  writeFileSync(file, '');
  user = useStudio(await openStudio(createTestHost(join(folder.path, 'data'))));
});
afterAll(async () => {
  await user.studio.close();
  folder.remove();
});

async function endOf(child: ChildProcessByStdio<null, null, Readable>): Promise<object> {
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close');
  // The hang was a busy loop that hears no polite signal.
  const watchdog = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const [code] = await ended;
  clearTimeout(watchdog);
  return { said, code };
}

test.runIf(hasProc).each(['/proc/nope', '/proc/nope/deeper', '/proc'])(
  'the command refuses %s and starts no work',
  async (out) => {
    const photo = join(folder.path, 'face.png');
    writeFileSync(photo, await makeTinyPhoto({}));
    const entry = join(APP_PATHS.root, 'src-main', 'hosts', 'cli', 'cli-main.ts');
    const child = spawn(process.execPath, [entry, photo, '--out', out], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, GEN3D_PIPELINE_MODULE: TINY_PIPELINE },
    });
    expect(await endOf(child)).toEqual({
      said: 'Nothing can be written to /proc (ENOENT). Choose a folder that you may write to.\n',
      code: 4,
    });
  },
);

test.runIf(hasProc).each(['/proc/nope/deeper', '/proc'])(
  'the studio refuses %s as its data folder and ends',
  async (data) => {
    const entry = join(APP_PATHS.root, 'src-main', 'hosts', 'web', 'web-main.ts');
    const child = spawn(process.execPath, [entry], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, GEN3D_DATA_DIR: data },
    });
    expect(await endOf(child)).toEqual({
      said: expect.stringMatching(/^Nothing can be written to \/proc \(ENOENT\)\.\nChoose a folder/),
      code: 4,
    });
  },
);

test('exports to places where nothing can be written are refused', async () => {
  const photo = await user.addPhoto();
  const job = await user.call('job.start', { photoId: photo.id, settings: {} });
  const { headId } = await user.untilState(job.id, 'done');
  const places = [file, join(file, 'below'), ...(hasProc ? ['/proc/nope/deeper', '/proc'] : [])];
  for (const directory of places) {
    const refusal = { code: 'bad-request', message: /^Nothing can be written to / };
    const head = user.call('head.export', { headId: headId!, names: [], directory });
    await expect(head, directory).rejects.toMatchObject(refusal);
    const project = user.call('project.export', { projectId: photo.projectId, directory });
    await expect(project, directory).rejects.toMatchObject(refusal);
  }
});

test('folders are made with all above them, also by several at once; a link to nowhere is refused', async () => {
  const deep = join(folder.path, 'a/b/c');
  await Promise.all([createFolder(deep), createFolder(deep), createFolder(join(deep, 'd'))]);
  await createFolder(deep);
  const chunks = (async function* () {
    yield Buffer.from('x');
  })();
  expect(existsSync(await writeFileInPieces(join(deep, 'e/file'), chunks))).toBe(true);
  const link = join(folder.path, 'link');
  symlinkSync(join(folder.path, 'nowhere'), link);
  await expect(createFolder(link)).rejects.toMatchObject({
    code: 'bad-request',
    message: `Nothing can be written to ${link} (EEXIST).`,
  });
});
