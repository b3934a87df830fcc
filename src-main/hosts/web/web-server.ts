/** The web host's HTTP and WebSocket server around one studio. */
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Studio } from '../../app/studio.ts';
import type { WireReply } from '../../contract/wire.ts';
import { WEB_SOCKET_PATH, WEB_UPLOAD_PATH } from '../../contract/wire.ts';
import { createContentSecurityPolicy, createSecurityHeaders } from '../content-security-policy.ts';
import { serveResource, type Resource } from '../serve-resource.ts';
import { checkNames, createAccess } from './access.ts';

export type WebServerOptions = {
  studio: Studio;
  rendererDirectory: string;
  /** 0 = any free one. */
  port: number;
  log(line: string): void;
};
export type WebServer = {
  /** The address with the token: opens the studio. */
  url: string;
  origin: string;
  port: number;
  close(): Promise<void>;
};

/** Contract messages are small; the largest is a list of jobs going the other way. */
const MAX_MESSAGE_BYTES = 2 ** 20;

export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { studio, log } = options;
  let port = 0;
  const access = createAccess(() => port);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });

  const headersFor = (request: IncomingMessage): Record<string, string> =>
    createSecurityHeaders(createContentSecurityPolicy(`ws://${request.headers.host ?? `127.0.0.1:${port}`}`));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = readAddress(request);
    if (url === null) return refuse(response, 400, 'not an address');
    const token = url.searchParams.get('t');
    if (url.pathname === '/' && request.method === 'GET' && token !== null) {
      const names = checkNames(request, port);
      if (!names.ok) return refuse(response, names.status, names.reason);
      if (!access.isToken(token))
        return refuse(response, 401, 'This address is of an earlier start of the studio.');
      // The token leaves the address bar, the history and the Referer. Along a redirect of an opening that began
      // elsewhere (the file of `npm start`, a link), browsers withhold a Strict cookie: there the page goes on by itself.
      const elsewhere = request.headers['sec-fetch-site'] === 'cross-site';
      const onwards = elsewhere ? { refresh: '0; url=/' } : { location: '/' };
      response
        .writeHead(elsewhere ? 200 : 303, {
          'set-cookie': access.cookie,
          'cache-control': 'no-store',
          ...onwards,
        })
        .end();
      return;
    }
    const verdict = access.check(request);
    if (!verdict.ok) return refuse(response, verdict.status, verdict.reason);
    if (url.pathname === WEB_UPLOAD_PATH) return takeUpload(studio, request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'method not allowed');
    await send(request, response, await serveResource(studio, options.rendererDirectory, url));
  };

  // Node gives a request five minutes: too few for gigabytes onto a slow disk.
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    for (const [name, value] of Object.entries(headersFor(request))) response.setHeader(name, value);
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      log(`${request.method} ${request.url?.split('?')[0]}: ${String(error)}`);
      refuse(response, 500, 'internal error');
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node's server lets go of the socket here: a client that resets it would end the studio.
    socket.on('error', () => socket.destroy());
    const verdict = access.check(request);
    if (!verdict.ok) return refuseUpgrade(socket, verdict.status);
    if (readAddress(request)?.pathname !== WEB_SOCKET_PATH) return refuseUpgrade(socket, 404);
    sockets.handleUpgrade(request, socket, head, (client) => serveSocket(studio, client, log));
  });
  const stopEvents = studio.on((event) => {
    const text = JSON.stringify(event);
    for (const client of sockets.clients) client.send(text);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
  const origin = `http://127.0.0.1:${port}`;
  return {
    url: `${origin}/?t=${access.token}`,
    origin,
    port,
    close: async () => {
      stopEvents();
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function serveSocket(studio: Studio, client: WebSocket, log: (line: string) => void): void {
  client.on('error', (error) => log(`socket: ${error.message}`));
  client.on('message', (data, isBinary) => {
    const request = isBinary ? null : parseRequest(String(data));
    // Not our renderer: there is no id to answer to.
    if (request === null) return client.close(1003, 'not a request');
    void studio.call(request.method, request.args).then((reply) => {
      if (client.readyState === client.OPEN)
        client.send(JSON.stringify({ id: request.id, ...reply } satisfies WireReply));
    });
  });
}

function parseRequest(text: string): { id: number; method: string; args: unknown } | null {
  try {
    const { id, method, args } = JSON.parse(text) as Record<string, unknown>;
    return typeof id === 'number' && typeof method === 'string' ? { id, method, args } : null;
  } catch {
    return null;
  }
}

async function takeUpload(studio: Studio, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST' && request.method !== 'PUT')
    return refuse(response, 405, 'method not allowed');
  const reply = await studio.upload(request.iterator({ destroyOnReturn: false }));
  const refused = 'error' in reply;
  // The rest is read and dropped: a browser that is cut off while it sends shows a network error, not our answer.
  if (refused && !request.readableEnded && !request.destroyed) await finished(request.resume());
  const status = !refused ? 200 : reply.error.code === 'bad-request' ? 413 : 507;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
}

async function send(request: IncomingMessage, response: ServerResponse, resource: Resource): Promise<void> {
  response.writeHead(resource.status, resource.headers);
  if (request.method === 'HEAD') {
    if (resource.body instanceof Readable) resource.body.destroy();
    response.end();
    return;
  }
  if (!(resource.body instanceof Readable)) return void response.end(resource.body);
  await pipeline(resource.body, response).catch((error: unknown) => {
    // The window went on before it had all of it.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** null for what Node lets through and is no address (`//`). */
function readAddress(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? '/', 'http://127.0.0.1');
}

function refuseUpgrade(socket: Duplex, status: 401 | 403 | 404): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(reason);
}
