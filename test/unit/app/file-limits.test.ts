/** Uploads may be as large as a project file; a picture and a head model are measured where they are used. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTemporaryFolder, openTestStudio, type StudioUser } from '../../support/studio-host.ts';

const MIB = 2 ** 20;

let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;
/** 1 MiB more than a picture may have. */
let blob: string;

beforeAll(async () => {
  folder = makeTemporaryFolder();
  user = await openTestStudio(folder.path);
  const piece = Buffer.alloc(MIB, 'x');
  const reply = await user.studio.upload(
    (async function* () {
      for (let i = 0; i < 257; i++) yield piece;
    })(),
  );
  if ('error' in reply) throw new Error(reply.error.message);
  blob = reply.blob;
});
afterAll(async () => {
  await user.studio.close();
  folder.remove();
});

describe('a file of 257 MiB', () => {
  const tooLargeForPicture = {
    code: 'image-too-large',
    message: expect.stringContaining('256 MiB') as string,
    hint: expect.stringContaining('fewer pixels') as string,
  };

  test('comes in whole', async () => {
    expect(await user.studio.blobs.size(blob)).toBe(257 * MIB);
  });

  test('is no photo', async () => {
    const { id: projectId } = await user.call('project.create', { name: 'Large' });
    await expect(user.call('photo.add', { projectId, name: 'x.tif', blob })).rejects.toMatchObject(
      tooLargeForPicture,
    );
    expect(await user.call('photo.list', { projectId })).toEqual([]);
  });

  test('is no painted view and no mask', async () => {
    const photo = await user.addPhoto();
    const job = await user.call('job.start', { photoId: photo.id, settings: {} });
    const { headId } = await user.untilState(job.id, 'done');
    const { id: viewSetId } = await user.call('views.open', { headId: headId! });
    await expect(user.call('views.paint', { viewSetId, view: 1, blob })).rejects.toMatchObject(
      tooLargeForPicture,
    );
    const masks = [{ view: 1, blob }];
    await expect(
      user.call('views.regenerate', { viewSetId, views: [1], seed: 1, strength: 0.5, masks }),
    ).rejects.toMatchObject(tooLargeForPicture);
  });

  test('is no head model', async () => {
    await expect(user.call('headModel.use', { blob })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('256 MiB') as string,
    });
    expect((await user.call('settings.get', {})).headModel).toBeNull();
  });

  test('may be a project, and is refused as one for what is in it alone', async () => {
    await expect(user.call('project.import', { blob })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.not.stringContaining('larger') as string,
    });
  });
});
