/// <reference types="vite/client" />
import type { StudioBridge } from '../src-main/contract/wire.ts';

declare global {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface merges with the DOM's
  interface Window {
    /** Only in Electron; put there by its preload. */
    studio?: StudioBridge;
  }
}
