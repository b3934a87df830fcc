/** What the page sees of Electron: `window.studio` with exactly call, on, upload and pathOf. */
import type { ContextBridge, IpcRenderer, IpcRendererEvent, WebUtils } from 'electron';
import type { StudioBridge, WireEvent } from '../../contract/wire.ts';
import { CALL_CHANNEL, EVENT_CHANNEL, UPLOAD_CHANNEL } from './channels.ts';

export type PreloadElectron = {
  contextBridge: Pick<ContextBridge, 'exposeInMainWorld'>;
  ipcRenderer: Pick<IpcRenderer, 'invoke' | 'on' | 'off'>;
  webUtils: Pick<WebUtils, 'getPathForFile'>;
};

export function exposeBridge({ contextBridge, ipcRenderer, webUtils }: PreloadElectron): void {
  const bridge: StudioBridge = {
    call: (method, args) => ipcRenderer.invoke(CALL_CHANNEL, method, args),
    upload: (bytes) => ipcRenderer.invoke(UPLOAD_CHANNEL, bytes),
    pathOf: (file) => webUtils.getPathForFile(file as Parameters<WebUtils['getPathForFile']>[0]),
    on: (event, listener) => {
      // The IPC event stays here: it would hand ipcRenderer to the page.
      const forward = (_ipc: IpcRendererEvent, message: WireEvent): void => {
        if (message.event === event) listener(message.payload);
      };
      ipcRenderer.on(EVENT_CHANNEL, forward);
      return () => void ipcRenderer.off(EVENT_CHANNEL, forward);
    },
  };
  contextBridge.exposeInMainWorld('studio', bridge);
}
