/** A browser window's side of the web host, in plain Node. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { CallReply, UploadReply, WireEvent, WireReply } from '../../src-main/contract/wire.ts';

export type WebUser = {
  cookie: string;
  origin: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  call(method: string, args: unknown): Promise<CallReply>;
  upload(bytes: Uint8Array): Promise<UploadReply>;
  on(listener: (event: WireEvent) => void): void;
  close(): void;
};

/** `url` is the printed address with its token. */
export async function openAsBrowser(url: string): Promise<WebUser> {
  const { origin } = new URL(url);
  const first = await fetch(url, { redirect: 'manual' });
  const cookie = first.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`no cookie, status ${first.status}`);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers: { cookie, origin } });
  await once(socket, 'open');
  const waiting = new Map<number, (reply: CallReply) => void>();
  const listeners: ((event: WireEvent) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as WireReply | WireEvent;
    if ('event' in message) return listeners.forEach((listener) => listener(message));
    const { id, ...reply } = message;
    waiting.get(id)?.(reply);
    waiting.delete(id);
  });
  let lastId = 0;
  return {
    cookie,
    origin,
    fetch: (path, init = {}) => fetch(origin + path, { ...init, headers: { cookie, ...init.headers } }),
    call: (method, args) =>
      new Promise((resolve) => {
        const id = ++lastId;
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ id, method, args }));
      }),
    upload: async (bytes) => {
      const body = Buffer.from(bytes);
      const response = await fetch(`${origin}/upload`, { method: 'POST', body, headers: { cookie, origin } });
      return (await response.json()) as UploadReply;
    },
    on: (listener) => void listeners.push(listener),
    close: () => socket.terminate(),
  };
}
