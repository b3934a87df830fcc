import { type StudioBridge, WEB_BLOB_PATH } from '../../src-main/contract/wire.ts';
import { type Transport, CallError } from './transport.ts';

/** The renderer's end of hosts/electron: IPC does not break, so the connection is always open. */
export function createElectronTransport(bridge: StudioBridge): Transport {
  const upload: Transport['upload'] = async (file) => {
    const reply = await bridge.upload(new Uint8Array(await file.arrayBuffer()));
    if ('error' in reply) throw new CallError(reply.error);
    return reply.blob;
  };
  return {
    async call(method, args) {
      const reply = await bridge.call(method, args);
      if ('error' in reply) throw new CallError(reply.error);
      return reply.result as never;
    },
    on: (event, listener) => bridge.on(event, (payload) => listener(payload as never)),
    upload,
    async handOver(file) {
      const path = bridge.pathOf(file);
      return path === '' ? { blob: await upload(file) } : { path };
    },
    // Electron saves through `head.export`, so a download name is of no use here.
    blobUrl: (blob) => WEB_BLOB_PATH + blob,
    onStatus(listener) {
      listener('open');
      return () => {};
    },
    close() {},
  };
}
