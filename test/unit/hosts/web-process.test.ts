/** The web host as a process of its own: how it starts, is stopped and is killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Job, Photo, Project } from '../../../src-main/contract/entities.ts';
import {
  APP_PATHS,
  isAlive,
  makeTemporaryFolder,
  makeTinyPhoto,
  openTestStudio,
  TINY_PIPELINE,
  untilGone,
} from '../../support/studio-host.ts';
import type { TinyBehaviour } from '../../support/tiny-pipeline.ts';
import { openAsBrowser, type WebUser } from '../../support/web-user.ts';

const ENTRY = join(APP_PATHS.root, 'src-main', 'hosts', 'web', 'web-main.ts');

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

function startHost(...args: string[]): ChildProcess {
  return spawn(process.execPath, [ENTRY, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GEN3D_DATA_DIR: folder.path, GEN3D_PIPELINE_MODULE: TINY_PIPELINE },
  });
}

async function readUrl(host: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: host.stdout! })) {
    const url = /^Studio: (http:\/\/127\.0\.0\.1:\d+\/\?t=\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the host ended without an address');
}

/** Starts a job whose second stage does what it is told, and waits until it runs. */
async function startJob(
  user: WebUser,
  behaviour: TinyBehaviour,
): Promise<{ projectId: string; enginePid: number }> {
  const result = async <T>(method: string, args: unknown): Promise<T> =>
    ((await user.call(method, args)) as { result: T }).result;
  const project = await result<Project>('project.create', { name: 'p' });
  const upload = (await user.upload(await makeTinyPhoto({ behaviour: { '02-analyse': behaviour } }))) as {
    blob: string;
  };
  const photo = await result<Photo>('photo.add', { projectId: project.id, name: 'p.png', blob: upload.blob });
  const running = new Promise<void>((resolve) => {
    user.on(({ event, payload }) => {
      if (event === 'job.changed' && (payload as { job: Job }).job.stages[1]!.state === 'running') resolve();
    });
  });
  await result<Job>('job.start', { photoId: photo.id, settings: {} });
  await running;
  return { projectId: project.id, enginePid: childOf() };
}

let hostPid = 0;
/** Linux lists a process's children; elsewhere the engine's end is tested through the client alone. */
function childOf(): number {
  return Number(readFileSync(`/proc/${hostPid}/task/${hostPid}/children`, 'utf8').trim().split(' ').at(-1));
}

test.skipIf(process.platform !== 'linux').each([
  ['SIGTERM', 'wait', 0],
  ['SIGINT', 'block', 0],
  ['SIGKILL', 'wait', null],
] as const)(
  '%s in the middle of a job (%s) leaves no process, and a library with the job interrupted',
  async (signal, behaviour, code) => {
    const host = startHost();
    hostPid = host.pid!;
    const user = await openAsBrowser(await readUrl(host));
    const { projectId, enginePid } = await startJob(user, behaviour);
    expect(isAlive(enginePid)).toBe(true);
    user.close();
    const exit = once(host, 'exit');
    host.kill(signal);
    expect(await exit).toEqual([code, code === null ? signal : null]);
    await untilGone(enginePid);
    const again = await openTestStudio(folder.path);
    const [job] = await again.call('job.list', { projectId });
    expect(job).toMatchObject({
      state: 'interrupted',
      stages: [{ state: 'done' }, { state: 'waiting' }, {}, {}, {}, {}, {}, {}],
    });
    await again.studio.close();
  },
);

/** One request by hand, as any program can send it: the answer's first line, or '' when the client resets at once. */
async function sendRaw(port: number, lines: readonly string[], reset = false): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, () => reset && socket.resetAndDestroy());
  await once(socket, 'close');
  return answer.split('\r\n', 1)[0]!;
}

test('no request of a stranger ends the studio: addresses that are none, connections that are reset', async () => {
  const host = startHost();
  const url = await readUrl(host);
  const { port } = new URL(url);
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
  const names = [`Host: 127.0.0.1:${port}`];
  for (const path of ['//', 'http://[', '///?#']) {
    const start = `GET ${path} HTTP/1.1`;
    expect(await sendRaw(Number(port), [start, 'Connection: close', ...names])).toBe(
      'HTTP/1.1 400 Bad Request',
    );
    expect(await sendRaw(Number(port), [start, ...names, ...upgrade])).toBe('HTTP/1.1 403 Forbidden');
  }
  const user = await openAsBrowser(url);
  const entered = [...names, `Cookie: ${user.cookie}`, `Origin: http://127.0.0.1:${port}`];
  expect(await sendRaw(Number(port), ['GET // HTTP/1.1', ...entered, ...upgrade])).toBe(
    'HTTP/1.1 404 Not Found',
  );
  // The reset meets the refusal in most of them, not in each.
  for (let attempt = 0; attempt < 50; attempt++) {
    await sendRaw(Number(port), ['GET /ws HTTP/1.1', ...names, ...upgrade], true);
  }
  expect(await user.call('project.list', {})).toHaveProperty('result');
  user.close();
  host.kill('SIGTERM');
  expect(await once(host, 'exit')).toEqual([0, null]);
});

test('a second studio on the same data says so and ends', async () => {
  const first = startHost();
  await readUrl(first);
  const second = startHost();
  second.stderr!.setEncoding('utf8');
  let said = '';
  second.stderr!.on('data', (text: string) => (said += text));
  const [code] = await once(second, 'close');
  expect(code).toBe(4);
  expect(said).toContain('another window');
  first.kill('SIGTERM');
  await once(first, 'exit');
});

test('--port is kept to, and checked', async () => {
  const wrong = startHost('--port', 'eighty');
  expect((await once(wrong, 'exit'))[0]).toBe(2);
});
