/** A disk that is really full: a tiny tmpfs, where the tests may mount one. */
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createTestHost,
  makeTemporaryFolder,
  useStudio,
  type StudioUser,
} from '../../support/studio-host.ts';
import { openStudio } from '../../../src-main/app/studio.ts';

const folder = makeTemporaryFolder();
const data = folder.path;
const mounted = tryMount();
let user: StudioUser;

function tryMount(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', data], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  if (mounted) user = useStudio(await openStudio(createTestHost(data)));
  else console.log('skipped: a full disk needs a tmpfs, and this user may not mount one');
});
afterAll(async () => {
  if (mounted) {
    await user.studio.close();
    execFileSync('umount', [data]);
  }
  folder.remove();
});

const filler = join(data, 'filler');
function fillUp(): void {
  // Down to the last byte: a page that is left over would take a small write.
  for (const size of [4096, 512, 1]) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  }
}

test.runIf(mounted)(
  'every call says disk-full, nothing is half done, and it goes on when there is room',
  async () => {
    const photo = await user.addPhoto({ behaviour: { '04-views': 'wait' } });
    const started = await user.call('job.start', { photoId: photo.id, settings: {} });
    await user.untilJob(started.id, ({ stages }) => stages[3]!.state === 'running');
    fillUp();

    // The library's log has room for a few more rows before it must grow.
    const refusals: string[] = [];
    for (let i = 0; i < 200 && refusals.length === 0; i++) {
      await user.call('project.create', { name: `p${i}` }).catch(({ code }) => refusals.push(code));
    }
    expect(refusals).toEqual(['disk-full']);
    await expect(user.addPhoto()).rejects.toMatchObject({ code: 'disk-full' });
    expect(readdirSync(join(data, 'blobs', 'incoming'))).toEqual([]);
    await user.call('job.cancel', { jobId: started.id });
    await user.untilState(started.id, 'cancelled');
    const stateOf = async (): Promise<string | undefined> =>
      (await user.call('job.list', { projectId: photo.projectId })).find(({ id }) => id === started.id)
        ?.state;
    expect(await stateOf()).toBe('cancelled');

    rmSync(filler);
    const next = await user.call('job.start', { photoId: (await user.addPhoto()).id, settings: {} });
    expect((await user.untilState(next.id, 'done', 'failed')).error).toBeNull();
    await user.studio.close();
    user = useStudio(await openStudio(createTestHost(data)));
    expect(await stateOf()).toBe('cancelled');
  },
);
