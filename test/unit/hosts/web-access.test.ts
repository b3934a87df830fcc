/** The web host can be reached by every program and page of this machine: what it lets in. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openStudio, type Studio } from '../../../src-main/app/studio.ts';
import { startWebServer, type WebServer } from '../../../src-main/hosts/web/web-server.ts';
import { createTestHost, makeTemporaryFolder } from '../../support/studio-host.ts';
import { openAsBrowser } from '../../support/web-user.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let studio: Studio;
let server: WebServer;
let cookie: string;

beforeAll(async () => {
  folder = makeTemporaryFolder();
  studio = await openStudio(createTestHost(join(folder.path, 'data')));
  server = await startWebServer({ studio, rendererDirectory: folder.path, port: 0, log: () => undefined });
  const user = await openAsBrowser(server.url);
  cookie = user.cookie;
  user.close();
});
afterAll(async () => {
  await server.close();
  await studio.close();
  folder.remove();
});

/** fetch() does not let Host and Origin be chosen. */
async function status(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  const request = httpRequest({ host: '127.0.0.1', port: server.port, path, method, headers });
  request.end(method === 'GET' ? undefined : 'body');
  const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

async function socketAnswer(path: string, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
  const answer = await new Promise<string>((resolve) => {
    socket.once('open', () => resolve('open'));
    socket.once('error', ({ message }) => resolve(message));
  });
  socket.terminate();
  return answer;
}

test('an upload is on the disk before all of it is here, so that no size of it fills the memory', async () => {
  const incoming = join(folder.path, 'data/blobs/incoming');
  const piece = Buffer.alloc(2 ** 20, 1);
  const headers = { cookie, origin: server.origin, 'content-length': 2 * piece.length };
  const request = httpRequest({
    host: '127.0.0.1',
    port: server.port,
    path: '/upload',
    method: 'POST',
    headers,
  });
  request.write(piece);
  await expect
    .poll(() => readdirSync(incoming).map((name) => statSync(join(incoming, name)).size), { timeout: 10_000 })
    .toEqual([piece.length]);
  request.end(piece);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(JSON.parse(await text(response))).toEqual({
    blob: createHash('sha256').update(piece).update(piece).digest('hex'),
  });
});

describe('the token', () => {
  test('opens the studio once, then leaves the address', async () => {
    const response = await fetch(server.url, { redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const setCookie = response.headers.get('set-cookie')!;
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('opened from another page or a file, leaves the address by the page itself: Strict cookies miss a redirect', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    const response = await fetch(server.url, { redirect: 'manual', headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('refresh')).toBe('0; url=/');
    expect(response.headers.get('set-cookie')).toContain(cookie);
    expect(await response.text()).toBe('');
  });

  test('is needed for everything', async () => {
    for (const path of ['/', '/index.html', '/upload', '/blob/x', '/sample/astronaut', '/ws']) {
      expect([path, await status(path, {})]).toEqual([path, 401]);
    }
    expect(await status('/', { cookie })).toBe(404);
    expect(await status('/upload', { origin: server.origin }, 'POST')).toBe(401);
  });

  test('is not guessed from a part, another value or another name', async () => {
    const [name, token] = cookie.split('=') as [string, string];
    for (const wrong of [
      `${name}=`,
      `${name}=${token.slice(1)}`,
      `${name}=${token}x`,
      `other=${token}`,
      `x${cookie}`,
    ]) {
      expect([wrong, await status('/', { cookie: wrong })]).toEqual([wrong, 401]);
    }
    expect(await status('/?t=wrong', {})).toBe(401);
    expect(await status('/', { cookie: `a=b; ${cookie}; c=d` })).toBe(404);
    expect(token.length).toBe(32);
  });
});

describe('other pages and names', () => {
  test('a wrong Host is refused, whatever it brings (DNS rebinding)', async () => {
    const token = new URL(server.url).search;
    for (const host of [
      'evil.example',
      `evil.example:${server.port}`,
      '127.0.0.1',
      `127.0.0.1:${server.port + 1}`,
    ]) {
      expect([host, await status('/', { host, cookie })]).toEqual([host, 403]);
      expect([host, await status(`/${token}`, { host })]).toEqual([host, 403]);
    }
    expect(await status('/', { host: `localhost:${server.port}`, cookie })).toBe(404);
  });

  test('a wrong or missing Origin is refused where something is changed', async () => {
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${server.port + 1}`]) {
      expect([origin, await status('/', { cookie, origin })]).toEqual([origin, 403]);
      expect([origin, await status('/upload', { cookie, origin }, 'POST')]).toEqual([origin, 403]);
    }
    expect(await status('/upload', { cookie }, 'POST')).toBe(403);
    expect(await status('/upload', { cookie, origin: server.origin }, 'POST')).toBe(200);
    expect(await status('/upload', { cookie, origin: server.origin }, 'PUT')).toBe(200);
    expect(await status('/upload', { cookie, origin: server.origin }, 'DELETE')).toBe(405);
    expect(await status('/index.html', { cookie, origin: server.origin }, 'POST')).toBe(405);
  });
});

describe('the socket', () => {
  test('opens for the studio’s own page alone', async () => {
    const { origin } = server;
    expect(await socketAnswer('/ws', { cookie, origin })).toBe('open');
    expect(await socketAnswer('/ws', { origin })).toContain('401');
    expect(await socketAnswer('/ws', { cookie })).toContain('403');
    expect(await socketAnswer('/ws', { cookie, origin: 'http://evil.example' })).toContain('403');
    expect(await socketAnswer('/ws', { cookie, origin, host: 'evil.example' })).toContain('403');
    expect(await socketAnswer('/other', { cookie, origin })).toContain('404');
  });

  test.each([
    ['no JSON', 'hello'],
    ['no id', '{"method":"project.list","args":{}}'],
    ['a method that is no text', '{"id":1,"method":7}'],
    ['null', 'null'],
    ['bytes', Buffer.from([1, 2, 3])],
  ])('is closed on %s, and the studio goes on', async (_, message) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, {
      headers: { cookie, origin: server.origin },
    });
    await once(socket, 'open');
    socket.send(message);
    const [code] = await once(socket, 'close');
    expect(code).toBe(1003);
    expect(await studio.call('project.list', {})).toHaveProperty('result');
  });

  test('is closed on a message that is far too long', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, {
      headers: { cookie, origin: server.origin },
    });
    await once(socket, 'open');
    socket.on('error', () => undefined);
    socket.send('x'.repeat(2 ** 20 + 1));
    const [code] = await once(socket, 'close');
    expect(code).toBe(1009);
  });
});

test('it listens on this machine only', async () => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((entry) => entry?.family === 'IPv4' && !entry.internal)?.address;
  if (address === undefined) return console.log('skipped: this machine has no other address');
  const socket = connect(server.port, address);
  const outcome = await new Promise((resolve) => {
    socket.once('connect', () => resolve('open'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  socket.destroy();
  expect(outcome).toBe('ECONNREFUSED');
});
