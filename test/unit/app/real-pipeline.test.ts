/** The whole path with the real stages and models, small: cancelled in every stage, resumed, killed, and at last exported. */
import { readdirSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import validator from 'gltf-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HeadReport } from '../../../src-main/app/head-report.ts';
import { openStudio } from '../../../src-main/app/studio.ts';
import type { HeadSettings, Job, Photo } from '../../../src-main/contract/entities.ts';
import { STAGES } from '../../../src-main/contract/stages.ts';
import {
  createTestHost,
  isAlive,
  makeTemporaryFolder,
  untilGone,
  useStudio,
  type StudioUser,
} from '../../support/studio-host.ts';

/** Eight heads' beginnings and one whole head. */
const TIMEOUT_MS = 240_000;
/** Small, yet every stage takes longer than a message to the engine. */
const SETTINGS: Partial<HeadSettings> = {
  viewSizePx: 128,
  surfaceResolution: 48,
  textureSizePx: 512,
};
/** glTF-Validator: 0 error, 1 warning, 2 information. */
const WARNING = 1;

let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;
let photo: Photo;

beforeAll(async () => {
  folder = makeTemporaryFolder();
  user = useStudio(await openStudio(createTestHost(folder.path, [], {})));
  const { id: projectId } = await user.call('project.create', { name: 'Real' });
  photo = await user.call('photo.addSample', { projectId, sampleId: 'astronaut' });
});
afterAll(async () => {
  await user.studio.close();
  folder.remove();
});

const running = (job: Job): string | undefined => job.stages.find(({ state }) => state === 'running')?.id;
const doneStages = (job: Job): string[] =>
  job.stages.filter(({ state }) => state === 'done').map(({ id }) => id);
const unfinishedFiles = (): string[] => readdirSync(join(folder.path, 'blobs', 'incoming'));

test(
  'cancelled in each stage in turn and resumed, killed in the last, the job ends as a head without a flaw',
  async () => {
    const { id } = await user.call('job.start', { photoId: photo.id, settings: SETTINGS });
    for (const [index, stage] of STAGES.entries()) {
      if (index > 0) await user.call('job.resume', { jobId: id });
      await user.untilJob(id, (job) => running(job) === stage);
      await user.call('job.cancel', { jobId: id });
      const job = await user.untilState(id, 'cancelled', 'done', 'failed', 'interrupted');
      expect([stage, job.state, job.error, job.headId]).toEqual([stage, 'cancelled', null, null]);
      // A stage that is one short piece may be over before it hears of the cancel; the next one never is.
      const done = doneStages(job);
      expect(done, stage).toEqual(STAGES.slice(0, done.length));
      expect([index, index + 1], stage).toContain(done.length);
      expect(running(job), stage).toBeUndefined();
      expect(unfinishedFiles(), stage).toEqual([]);
      expect(await user.call('head.list', { projectId: photo.projectId })).toEqual([]);
    }

    await user.call('job.resume', { jobId: id });
    await user.untilJob(id, (job) => running(job) === '08-export');
    const pid = user.studio.enginePid()!;
    expect(getPriority(pid)).toBeGreaterThanOrEqual(constants.priority.PRIORITY_BELOW_NORMAL);
    process.kill(pid, 'SIGKILL');
    expect((await user.untilState(id, 'interrupted')).error).toMatchObject({ code: 'engine-stopped' });
    await untilGone(pid);
    expect(await user.call('head.list', { projectId: photo.projectId })).toEqual([]);

    await user.call('job.resume', { jobId: id });
    const done = await user.untilState(id, 'done', 'failed');
    expect(done.error).toBeNull();
    expect(done.stages.filter(({ reused }) => reused).map(({ id: stage }) => stage)).toEqual(
      STAGES.slice(0, -1),
    );
    const [head] = await user.call('head.list', { projectId: photo.projectId });
    const models = head!.files.filter(({ name }) => name.endsWith('.glb'));
    expect(models.map(({ name }) => name)).toEqual(expect.arrayContaining(['head.glb', 'surface.glb']));
    for (const { name, blob } of models) {
      const { issues } = await validator.validateBytes(await user.studio.blobs.get(blob), { maxIssues: 0 });
      const flaws = issues.messages.filter(({ severity }) => severity <= WARNING);
      expect(flaws, name).toEqual([]);
    }
    const report = head!.files.find(({ name }) => name === 'report.json')!;
    const { licences } = JSON.parse(
      Buffer.from(await user.studio.blobs.get(report.blob)).toString('utf8'),
    ) as HeadReport;
    expect(licences.at(-1)).toMatchObject({ name: 'gen3d-head', licence: 'Apache-2.0' });
    const engine = user.studio.enginePid()!;
    await user.studio.close();
    expect(isAlive(engine)).toBe(false);
    expect(unfinishedFiles()).toEqual([]);
  },
  TIMEOUT_MS,
);
