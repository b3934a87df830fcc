import { createElectronTransport } from './electron-transport.ts';
import type { Transport } from './transport.ts';
import { createWebTransport } from './web-transport.ts';

/** The transport of the host that shows this window. */
export function connectToStudio(): Transport {
  if (window.studio) return createElectronTransport(window.studio);
  return createWebTransport({
    openSocket: (path) => new WebSocket(new URL(path, location.href.replace(/^http/, 'ws'))),
    fetch: (path, init) => fetch(path, init),
    wait: (ms, then) => void setTimeout(then, ms),
  });
}
