import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createNodeFork, type ForkEngine } from '../../../src-main/engine/fork-engine.ts';
import { probeDevice } from '../../../src-main/engine/probe-device.ts';
import { APP_PATHS, isAlive, makeTemporaryFolder } from '../../support/studio-host.ts';

const folder = makeTemporaryFolder();
afterAll(() => folder.remove());

const OPTIONS = { blobsDirectory: folder.path, modelsDirectory: '', assetsDirectory: '', version: 'test' };
const forkOf =
  (entry: string, pids: number[] = []) =>
  (provider: string): ForkEngine =>
  () => {
    const child = createNodeFork(entry, { ...OPTIONS, role: 'probe', provider }, () => undefined)();
    pids.push(child.pid!);
    return child;
  };
function program(name: string, source: string): string {
  const path = join(folder.path, `${name}.mjs`);
  writeFileSync(path, source);
  return path;
}

test('the CPU works, every other one says why not, and no process stays', async () => {
  const pids: number[] = [];
  const probes = await probeDevice(forkOf(APP_PATHS.engineEntry, pids));
  expect(probes.map(({ provider }) => provider)).toEqual(['cpu', 'cuda', 'dml', 'coreml']);
  expect(probes[0]).toEqual({ provider: 'cpu', works: true, used: true, reason: '' });
  for (const { works, reason } of probes) expect(works).toBe(reason === '');
  expect(pids.some(isAlive)).toBe(false);
});

test('on another system a provider is not asked for', async () => {
  const asked: string[] = [];
  const entry = program('yes', `process.send({ type: 'probed', reason: '' }); setInterval(() => {}, 1000);`);
  const fork = forkOf(entry);
  const probes = await probeDevice(
    (provider) => {
      asked.push(provider);
      return fork(provider);
    },
    5000,
    'darwin',
  );
  expect(asked).toEqual(['cpu', 'coreml']);
  expect(probes.filter(({ works }) => !works).map(({ reason }) => reason)).toEqual([
    'it needs Linux or Windows and an NVIDIA card',
    'it needs Windows',
  ]);
});

test('a driver that crashes or hangs takes its own process along, and that is what is said', async () => {
  const crash = program('crash', `process.kill(process.pid, 'SIGKILL');`);
  const [crashed] = await probeDevice(forkOf(crash), 5000, 'freebsd');
  expect(crashed).toMatchObject({ works: false, reason: /SIGKILL/ });
  const pids: number[] = [];
  const hang = program('hang', `for (;;) Math.sqrt(2);`);
  const [hung] = await probeDevice(forkOf(hang, pids), 200, 'freebsd');
  expect(hung).toMatchObject({ works: false, reason: 'it did not answer within 0.2 seconds' });
  expect(pids.some(isAlive)).toBe(false);
});
