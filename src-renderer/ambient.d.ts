/// <reference types="vite/client" />
import type { StudioBridge } from '../src-main/contract/wire.ts';

declare global {
  interface Window {
    /** Only in Electron; put there by its preload. */
    studio?: StudioBridge;
  }
}
