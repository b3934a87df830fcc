/** The studio's one window, locked down: it shows the studio's page and can go nowhere else. */
import type { BrowserWindow, BrowserWindowConstructorOptions, Session, WebContents } from 'electron';
import type { WindowState } from './window-state.ts';

export const SCHEME = 'studio';
export const PAGE_ORIGIN = `${SCHEME}://app`;
/** What a page of ours may load; everything else, the network above all, is cancelled. */
const ALLOWED_PROTOCOLS: ReadonlySet<string> = new Set([`${SCHEME}:`, 'blob:', 'data:', 'devtools:']);

export function createWindowOptions(
  preload: string,
  isPackaged: boolean,
  state: WindowState | null,
): BrowserWindowConstructorOptions {
  return {
    width: 1440,
    height: 900,
    ...state?.bounds,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Gen3D Studio',
    // The dark theme's ground, so that the window does not flash white before the page is there.
    backgroundColor: '#1a1a1a',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !isPackaged,
    },
  };
}

/** For every page that is ever made, also ones that nobody meant to make. */
export function lockContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !ALLOWED_PROTOCOLS.has(new URL(details.url).protocol) });
  });
}

export function showWhenReady(window: BrowserWindow): void {
  window.once('ready-to-show', () => window.show());
}
