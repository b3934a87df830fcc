import type { ApiName } from '../../src-main/contract/api.ts';
import type { ErrorInfo } from '../../src-main/contract/errors.ts';
import type { EventName } from '../../src-main/contract/events.ts';
import {
  type UploadReply,
  type WireEvent,
  type WireReply,
  WEB_BLOB_PATH,
  WEB_SOCKET_PATH,
  WEB_UPLOAD_PATH,
} from '../../src-main/contract/wire.ts';
import { type ConnectionStatus, type Transport, CallError } from './transport.ts';

/** Waits before the first, second, … attempt to reconnect; the last one repeats. Short: the host is on this machine. */
export const RECONNECT_DELAYS_MS = [200, 500, 1000, 2000, 4000];

/** The parts of a browser that the transport needs; a test fills in its own. */
export type WebPort = {
  openSocket(path: string): WebSocket;
  fetch(path: string, init: RequestInit): Promise<Response>;
  wait(ms: number, then: () => void): void;
};

const CONNECTION_LOST: ErrorInfo = {
  code: 'engine-stopped',
  message: 'The connection to the studio was lost before it answered.',
  hint: 'It reconnects by itself. Then repeat what you did.',
};

type Pending = { text: string; resolve(result: never): void; reject(error: CallError): void };

/**
 * The renderer's end of hosts/web. Calls made while the socket is down wait for it; calls that were under way when it
 * broke are rejected, because nobody knows whether they were carried out.
 */
export function createWebTransport(port: WebPort): Transport {
  const eventListeners = new Map<EventName, Set<(payload: never) => void>>();
  const sent = new Map<number, Pending>();
  const waiting = new Map<number, Pending>();
  const statusListeners = new Set<(status: ConnectionStatus) => void>();
  let socket: WebSocket | null = null;
  let status: ConnectionStatus = 'connecting';
  let attempts = 0;
  let nextId = 1;
  let closed = false;

  const setStatus = (next: ConnectionStatus): void => {
    if (next === status) return;
    status = next;
    for (const listener of statusListeners) listener(status);
  };

  const send = (id: number, pending: Pending): void => {
    sent.set(id, pending);
    socket?.send(pending.text);
  };

  const receive = (text: string): void => {
    const message: WireReply | WireEvent = JSON.parse(text);
    if ('event' in message) {
      for (const listener of eventListeners.get(message.event) ?? []) listener(message.payload as never);
      return;
    }
    const pending = sent.get(message.id);
    sent.delete(message.id);
    if ('error' in message) pending?.reject(new CallError(message.error));
    else pending?.resolve(message.result as never);
  };

  const connect = (): void => {
    const current = port.openSocket(WEB_SOCKET_PATH);
    current.onopen = () => {
      socket = current;
      attempts = 0;
      setStatus('open');
      for (const [id, pending] of waiting) send(id, pending);
      waiting.clear();
    };
    current.onmessage = (event) => receive(String(event.data));
    current.onclose = () => {
      socket = null;
      if (closed) return;
      setStatus('lost');
      for (const pending of sent.values()) pending.reject(new CallError(CONNECTION_LOST));
      sent.clear();
      const delay = RECONNECT_DELAYS_MS[Math.min(attempts++, RECONNECT_DELAYS_MS.length - 1)]!;
      port.wait(delay, () => {
        if (!closed) connect();
      });
    };
  };
  connect();

  const upload: Transport['upload'] = async (file) => {
    const response = await port
      .fetch(WEB_UPLOAD_PATH, { method: 'POST', body: file, credentials: 'same-origin' })
      .catch(() => {
        throw new CallError(CONNECTION_LOST);
      });
    return readUploadReply(await response.text(), response.status);
  };

  return {
    call: (method: ApiName, args: unknown) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        const pending: Pending = { text: JSON.stringify({ id, method, args }), resolve, reject };
        if (socket) send(id, pending);
        else waiting.set(id, pending);
      }),
    on(event, listener) {
      const listeners = eventListeners.get(event) ?? new Set();
      eventListeners.set(event, listeners.add(listener));
      return () => listeners.delete(listener);
    },
    upload,
    // A browser tells nobody where a file lies.
    handOver: async (file) => ({ blob: await upload(file) }),
    blobUrl: (blob, downloadName) =>
      WEB_BLOB_PATH + blob + (downloadName === undefined ? '' : `?name=${encodeURIComponent(downloadName)}`),
    onStatus(listener) {
      statusListeners.add(listener);
      listener(status);
      return () => statusListeners.delete(listener);
    },
    close() {
      closed = true;
      socket?.close();
    },
  };
}

/** The host answers JSON; anything else (a proxy, a dying process) becomes an error that says what came instead. */
function readUploadReply(text: string, status: number): string {
  let reply: UploadReply;
  try {
    reply = JSON.parse(text);
  } catch {
    throw new CallError({
      code: 'internal',
      message: `The upload was answered with status ${status} and no explanation.`,
      hint: 'Reload the window and try again.',
    });
  }
  if ('error' in reply) throw new CallError(reply.error);
  return reply.blob;
}
