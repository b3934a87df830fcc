/** Corrections of a photo: kept, undone, taken over by jobs, moved with the project. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  PHOTO_EDITS_DEFAULTS,
  type HeadSettings,
  type LandmarkPin,
  type Photo,
} from '../../../src-main/contract/entities.ts';
import type { WireEvent } from '../../../src-main/contract/wire.ts';
import { makeTemporaryFolder, openTestStudio, type StudioUser } from '../../support/studio-host.ts';

const CHIN: LandmarkPin = { landmark: 152, xPx: 80.5, yPx: 110 };
const NOSE: LandmarkPin = { landmark: 1, xPx: 80, yPx: 70 };

let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;

beforeAll(async () => {
  folder = makeTemporaryFolder();
  user = await openTestStudio(folder.path);
});
afterAll(async () => {
  await user.studio.close();
  folder.remove();
});

const photoNow = async ({ id, projectId }: Photo): Promise<Photo> =>
  (await user.call('photo.list', { projectId })).find((photo) => photo.id === id)!;
const pin = (photoId: string, ...pins: LandmarkPin[]) =>
  user.call('photo.correct', { photoId, edits: { pins } });
const jobOf = async (photoId: string, settings: Partial<HeadSettings> = {}) => {
  const { id } = await user.call('job.start', { photoId, settings });
  return user.untilState(id, 'done');
};

test('are kept with the photo, announced and undone one by one', async () => {
  const photo = await user.addPhoto();
  expect(photo.edits).toEqual(PHOTO_EDITS_DEFAULTS);
  const events: WireEvent[] = [];
  const stop = user.studio.on((event) => void events.push(event));
  await pin(photo.id, CHIN);
  const both = await pin(photo.id, CHIN, NOSE);
  stop();
  expect(both.edits).toMatchObject({ pins: [CHIN, NOSE] });
  expect(events).toContainEqual({ event: 'photo.changed', payload: { photo: both } });
  expect((await user.call('history.state', {})).undo).toEqual({
    action: 'correct',
    kind: 'photo',
    name: 'tiny.png',
    count: 1,
  });
  await user.call('history.undo', {});
  expect((await photoNow(photo)).edits).toMatchObject({ pins: [CHIN] });
  await user.call('history.undo', {});
  expect((await photoNow(photo)).edits).toMatchObject({ pins: [] });
  await user.call('history.redo', {});
  await user.call('history.redo', {});
  expect(await photoNow(photo)).toEqual(both);
});

test('are settings of the job that starts, and stay those of its head when the photo is corrected again', async () => {
  const photo = await user.addPhoto();
  await pin(photo.id, CHIN);
  const first = await jobOf(photo.id);
  expect(first.settings.photoEdits).toMatchObject({ pins: [CHIN] });
  await pin(photo.id, NOSE);
  const second = await jobOf(photo.id, { seed: 2 });
  expect(second.settings.photoEdits).toMatchObject({ pins: [NOSE] });
  const heads = await user.call('head.list', { projectId: photo.projectId });
  const firstHead = heads.find(({ id }) => id === first.headId)!;
  expect(firstHead.settings.photoEdits).toMatchObject({ pins: [CHIN] });
  const branch = await user.call('head.branch', { headId: firstHead.id, settings: {} });
  expect(branch.settings.photoEdits).toMatchObject({ pins: [CHIN] });
  const report = firstHead.files.find(({ name }) => name === 'report.json')!;
  const json: unknown = JSON.parse(Buffer.from(await user.studio.blobs.get(report.blob)).toString());
  expect(json).toMatchObject({ settings: { photoEdits: { pins: [CHIN] } } });
});

test('move with the project file', async () => {
  const photo = await user.addPhoto();
  await pin(photo.id, CHIN);
  const file = await user.call('project.export', { projectId: photo.projectId, directory: folder.path });
  const { path } = file as { name: string; path: string };
  const project = await user.call('project.import', { path });
  expect(await user.call('photo.list', { projectId: project.id })).toMatchObject([
    { edits: { pins: [CHIN] } },
  ]);
});

test('that are none are refused', async () => {
  const { id: photoId } = await user.addPhoto();
  const refused = { error: { code: 'bad-request' } };
  const correct = (pins: unknown) => user.studio.call('photo.correct', { photoId, edits: { pins } });
  expect(await correct([{ ...CHIN, landmark: 478 }])).toMatchObject(refused);
  expect(await correct([{ ...CHIN, xPx: Number.NaN }])).toMatchObject(refused);
  expect(await correct([CHIN, { ...CHIN, xPx: 3 }])).toMatchObject(refused);
  expect(await correct('chin')).toMatchObject(refused);
});

test('a fit is asked of a process of its own; a picture without a face is refused there', async () => {
  const { id: photoId } = await user.addPhoto();
  const waiting = await user.addPhoto({ behaviour: { '03-prior': 'block' } });
  const { id: jobId } = await user.call('job.start', { photoId: waiting.id, settings: {} });
  await user.untilJob(jobId, ({ stages }) => stages[2]!.state === 'running');
  expect(await user.studio.call('photo.fit', { photoId })).toMatchObject({
    error: { code: 'no-face-found' },
  });
  // The engine is deaf meanwhile.
  await user.call('job.cancel', { jobId });
  await user.untilState(jobId, 'cancelled');
});
