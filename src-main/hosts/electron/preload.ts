/** Runs in the sandbox beside the page; bundled as CommonJS, the only form that a sandboxed preload may have. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { exposeBridge } from './bridge.ts';

exposeBridge({ contextBridge, ipcRenderer, webUtils });
