/** The names under which pictures are added: whatever a file system or a web page calls a file. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Photo } from '../../../src-main/contract/entities.ts';
import { makeTemporaryFolder, openTestStudio, type StudioUser } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;
let photo: Photo;

beforeAll(async () => {
  folder = makeTemporaryFolder();
  user = await openTestStudio(folder.path);
  photo = await user.addPhoto();
});
afterAll(async () => {
  await user.studio.close();
  folder.remove();
});

const nameOf = async (name: string): Promise<string> => {
  const { projectId, blob } = photo;
  return (await user.call('photo.add', { projectId, name, blob })).name;
};

test.each([
  ['120 stay as they are', `${'a'.repeat(116)}.jpg`, `${'a'.repeat(116)}.jpg`],
  ['of 200 the extension is kept', `${'a'.repeat(196)}.jpg`, `${'a'.repeat(116)}.jpg`],
  ['no half of a pair is left', `${'😀'.repeat(100)}.jpeg`, `${'😀'.repeat(57)}.jpeg`],
  ['no space before the extension', `${'a'.repeat(115)} ${'b'.repeat(50)}.jpg`, `${'a'.repeat(115)}.jpg`],
  ['what follows a far point is no extension', `a.${'b'.repeat(200)}`, `a.${'b'.repeat(118)}`],
  ['of a path the last part', `${'/long/folder'.repeat(200)}/face.png`, 'face.png'],
])('%s', async (_, name, expected) => {
  const added = await nameOf(name);
  expect(added).toBe(expected);
  // A name that the studio gave is one that it takes.
  expect((await user.call('photo.edit', { photoId: photo.id, name: added })).name).toBe(expected);
});

test('a name longer than a path may be is refused', async () => {
  await expect(nameOf('a'.repeat(4097))).rejects.toMatchObject({ code: 'bad-request' });
});
