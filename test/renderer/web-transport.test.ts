import { describe, expect, test } from 'vitest';
import { type ConnectionStatus, CallError } from '../../src-renderer/api/transport.ts';
import { RECONNECT_DELAYS_MS, createWebTransport } from '../../src-renderer/api/web-transport.ts';
import { FakeBrowser } from './fake-socket.ts';

function connect() {
  const browser = new FakeBrowser();
  const transport = createWebTransport(browser);
  const statuses: ConnectionStatus[] = [];
  transport.onStatus((status) => statuses.push(status));
  return { browser, transport, statuses };
}

describe('web transport', () => {
  test('answers go to the call that asked, in whatever order they come', async () => {
    const { browser, transport } = connect();
    browser.socket.onopen?.();
    const projects = transport.call('project.list', {});
    const samples = transport.call('sample.list', {});
    const [first, second] = browser.socket.sent;
    expect(first).toMatchObject({ method: 'project.list', args: {} });
    browser.socket.receive({ id: second!.id, result: [{ id: 's' }] });
    browser.socket.receive({ id: first!.id, result: [{ id: 'p' }] });
    expect(await projects).toEqual([{ id: 'p' }]);
    expect(await samples).toEqual([{ id: 's' }]);
  });

  test('a call before the socket is open waits for it', async () => {
    const { browser, transport, statuses } = connect();
    const info = transport.call('app.info', {});
    expect(browser.socket.sent).toEqual([]);
    browser.socket.onopen?.();
    browser.socket.receive({ id: browser.socket.sent[0]!.id, result: { version: '1' } });
    expect(await info).toEqual({ version: '1' });
    expect(statuses).toEqual(['connecting', 'open']);
  });

  test('an error arrives with its code and hint', async () => {
    const { browser, transport } = connect();
    browser.socket.onopen?.();
    const started = transport.call('job.start', { photoId: 'p', settings: {} });
    const info = {
      code: 'model-missing',
      message: 'The pack is missing.',
      hint: 'Install it.',
      stage: '04-views',
    };
    browser.socket.receive({ id: browser.socket.sent[0]!.id, error: info });
    const error = await started.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CallError);
    expect((error as CallError).info).toEqual(info);
  });

  test('a broken connection rejects what was under way, comes back with growing waits, and sends what waited', async () => {
    const { browser, transport, statuses } = connect();
    browser.socket.onopen?.();
    const lost = transport.call('project.list', {}).catch((thrown: unknown) => thrown);
    browser.socket.close();
    expect(((await lost) as CallError).info.code).toBe('engine-stopped');
    const waiting = transport.call('project.list', {});
    expect(browser.elapse()).toBe(RECONNECT_DELAYS_MS[0]);
    browser.socket.close();
    expect(browser.elapse()).toBe(RECONNECT_DELAYS_MS[1]);
    browser.socket.onopen?.();
    browser.socket.receive({ id: browser.socket.sent[0]!.id, result: [] });
    expect(await waiting).toEqual([]);
    expect(statuses).toEqual(['connecting', 'open', 'lost', 'open']);
    // A healthy connection starts from the shortest wait again.
    browser.socket.close();
    expect(browser.elapse()).toBe(RECONNECT_DELAYS_MS[0]);
  });

  test('the last wait repeats', () => {
    const { browser } = connect();
    const delays = Array.from({ length: RECONNECT_DELAYS_MS.length + 2 }, () => {
      browser.socket.close();
      return browser.elapse();
    });
    expect(delays).toEqual([...RECONNECT_DELAYS_MS, RECONNECT_DELAYS_MS.at(-1), RECONNECT_DELAYS_MS.at(-1)]);
  });

  test('after close nothing reconnects', () => {
    const { browser, transport } = connect();
    browser.socket.onopen?.();
    transport.close();
    expect(browser.waits).toEqual([]);
  });

  test('events reach their listeners until these stop', () => {
    const { browser, transport } = connect();
    const seen: string[] = [];
    const stop = transport.on('project.changed', ({ project }) => seen.push(project.name));
    const announce = (name: string) =>
      browser.socket.receive({ event: 'project.changed', payload: { project: { name } } });
    announce('one');
    stop();
    announce('two');
    expect(seen).toEqual(['one']);
  });

  test('blob addresses, shown and saved under a name', () => {
    const { transport } = connect();
    expect(transport.blobUrl('abc')).toBe('/blob/abc');
    expect(transport.blobUrl('abc', 'my head & co.glb')).toBe('/blob/abc?name=my%20head%20%26%20co.glb');
  });

  test('uploads: the blob, a refusal with its hint, and an answer that is no answer', async () => {
    const { browser, transport } = connect();
    expect(await transport.upload(new Blob(['x']))).toBe('b');
    const refusal = { code: 'image-too-large', message: 'Too large.', hint: 'Scale it down.' };
    browser.uploadReply = { status: 413, text: JSON.stringify({ error: refusal }) };
    await expect(transport.upload(new Blob(['x']))).rejects.toMatchObject({ info: refusal });
    browser.uploadReply = { status: 502, text: '<html>' };
    await expect(transport.upload(new Blob(['x']))).rejects.toMatchObject({
      info: { code: 'internal', message: expect.stringContaining('502') },
    });
    browser.uploadReply = new TypeError('Failed to fetch');
    await expect(transport.upload(new Blob(['x']))).rejects.toMatchObject({
      info: { code: 'engine-stopped' },
    });
  });
});
