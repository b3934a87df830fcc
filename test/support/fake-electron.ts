/**
 * As much of Electron as the host uses, with the behaviour that matters: values are structured-cloned between page and
 * main process, schemes must be declared before the app is ready, quitting can be held up, requests go through the
 * session's filter, the utility process is a real process. Electron's own runtime is not available to the tests.
 */
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { exposeBridge } from '../../src-main/hosts/electron/bridge.ts';
import type { ElectronApi } from '../../src-main/hosts/electron/start-electron.ts';
import type { StudioBridge } from '../../src-main/contract/wire.ts';

type Handler = (event: { senderFrame: FakeFrame | null }, ...args: unknown[]) => unknown;
/** A page's file, and where on the disk it lies; `''` for one that the page made itself. */
export const createFakeFile = (path: string): object => ({ [LIES_AT]: path });
const LIES_AT = Symbol('path');
export type FakeFrame = { url: string; parent: FakeFrame | null };
type WindowOptions = { webPreferences: Record<string, unknown>; [name: string]: unknown };
type RequestFilter = (details: { url: string }, answer: (verdict: { cancel: boolean }) => void) => void;

const SHIM = join(import.meta.dirname, 'parent-port-shim.ts');

export type FakeElectron = ReturnType<typeof createFakeElectron>;

export function createFakeElectron({ isFirstInstance = true } = {}) {
  let ready = false;
  let sandboxed = false;
  const schemes = new Map<string, Record<string, boolean>>();
  const schemeHandlers = new Map<string, (request: Request) => Promise<Response>>();
  const ipcHandlers = new Map<string, Handler>();
  const windows: FakeWindow[] = [];
  const ended: { exitCode: number | null } = { exitCode: null };
  let filter: RequestFilter = (_details, answer) => answer({ cancel: false });
  let permission: (name: string) => boolean = () => true;
  let permissionCheck: () => boolean = () => true;
  let devicePermission: () => boolean = () => true;

  const beforeReady = (what: string): void => {
    if (ready) throw new Error(`${what} must be called before the app is ready`);
  };

  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    requestSingleInstanceLock: () => isFirstInstance,
    enableSandbox: () => {
      beforeReady('enableSandbox');
      sandboxed = true;
    },
    whenReady: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      ready = true;
    },
    quit: () => {
      let held = false;
      app.emit('before-quit', { preventDefault: () => (held = true) });
      if (held) return;
      for (const window of windows) window.destroyed = true;
      ended.exitCode ??= 0;
      app.emit('quit');
    },
    exit: (code: number) => {
      ended.exitCode ??= code;
      app.emit('quit');
    },
  });

  /** What Chromium does with an address of a page: filter, then the scheme's handler; nothing else is there. */
  const load = async (url: string, method = 'GET'): Promise<Response> => {
    let cancelled = false;
    filter({ url }, (verdict) => (cancelled = verdict.cancel));
    if (cancelled) throw new Error('net::ERR_BLOCKED_BY_CLIENT');
    const scheme = new URL(url).protocol.slice(0, -1);
    const handler = schemeHandlers.get(scheme);
    if (handler === undefined || schemes.get(scheme)?.standard !== true)
      throw new Error('net::ERR_UNKNOWN_URL_SCHEME');
    return handler(new Request(url, { method }));
  };

  class FakeContents extends EventEmitter {
    openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
    sent = new EventEmitter();
    frame: FakeFrame = { url: 'about:blank', parent: null };
    setWindowOpenHandler(handler: FakeContents['openHandler']): void {
      this.openHandler = handler;
    }
    send(channel: string, ...args: unknown[]): void {
      this.sent.emit(channel, {}, ...args.map((value) => structuredClone(value)));
    }
  }

  class FakeWindow extends EventEmitter {
    readonly options: WindowOptions;
    readonly webContents = new FakeContents();
    destroyed = false;
    visible = false;
    minimized = false;
    focused = false;
    progressBar: number[] = [];
    bounds = { x: 0, y: 0, width: 800, height: 600 };
    maximized = false;
    constructor(options: WindowOptions) {
      super();
      this.options = options;
      windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
    }
    async loadURL(url: string): Promise<void> {
      const response = await load(url);
      this.webContents.frame = { url, parent: null };
      await response.text();
      this.emit('ready-to-show');
    }
    show = (): void => void (this.visible = true);
    isDestroyed = (): boolean => this.destroyed;
    isMinimized = (): boolean => this.minimized;
    restore = (): void => void (this.minimized = false);
    focus = (): void => void (this.focused = true);
    isFocused = (): boolean => this.focused;
    getNormalBounds = (): FakeWindow['bounds'] => this.bounds;
    isMaximized = (): boolean => this.maximized;
    maximize = (): void => void (this.maximized = true);
    setProgressBar = (fraction: number): void => void this.progressBar.push(fraction);
  }

  /** Folders that were shown in the system's file manager. */
  const shownFolders: string[] = [];
  const dialog = {
    chosen: { canceled: true, filePaths: [] as string[] },
    errors: [] as { title: string; content: string }[],
    showOpenDialog: async () => dialog.chosen,
    showErrorBox: (title: string, content: string) => void dialog.errors.push({ title, content }),
  };

  const notifications: { title: string; body: string; shown: boolean; click(): void }[] = [];
  class FakeNotification extends EventEmitter {
    readonly #entry: (typeof notifications)[number];
    constructor({ title, body }: { title: string; body: string }) {
      super();
      this.#entry = { title, body, shown: false, click: () => void this.emit('click') };
      notifications.push(this.#entry);
    }
    show(): void {
      this.#entry.shown = true;
    }
  }
  /** One screen; what is not on it is out of sight. */
  const display = { workArea: { x: 0, y: 0, width: 1920, height: 1080 } };

  const parts = {
    app,
    Notification: FakeNotification,
    screen: { getDisplayMatching: () => display },
    BrowserWindow: FakeWindow,
    dialog,
    ipcMain: {
      handle: (channel: string, handler: Handler) => {
        if (ipcHandlers.has(channel)) throw new Error(`second handler for ${channel}`);
        ipcHandlers.set(channel, handler);
      },
    },
    protocol: {
      registerSchemesAsPrivileged: (list: { scheme: string; privileges: Record<string, boolean> }[]) => {
        beforeReady('registerSchemesAsPrivileged');
        for (const { scheme, privileges } of list) schemes.set(scheme, privileges);
      },
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) => {
        if (!ready) throw new Error('protocol.handle needs a ready app');
        schemeHandlers.set(scheme, handler);
      },
    },
    shell: { openPath: async (path: string) => (shownFolders.push(path), '') },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (
          handler: (contents: null, name: string, answer: (allowed: boolean) => void) => void,
        ) => {
          permission = (name) => {
            let allowed = false;
            handler(null, name, (value) => (allowed = value));
            return allowed;
          };
        },
        setPermissionCheckHandler: (handler: () => boolean) => void (permissionCheck = handler),
        setDevicePermissionHandler: (handler: () => boolean) => void (devicePermission = handler),
        webRequest: { onBeforeRequest: (next: RequestFilter) => void (filter = next) },
      },
    },
    utilityProcess: {
      fork: (path: string, args: string[], { stdio }: { stdio: ['ignore', 'ignore', 'pipe'] }) => {
        const child = fork(path, args, { execArgv: ['--import', SHIM], stdio: [...stdio, 'ipc'] });
        return Object.assign(new EventEmitter(), {
          get pid() {
            return child.exitCode === null ? child.pid : undefined;
          },
          stderr: child.stderr,
          postMessage: (message: unknown) => void child.send(structuredClone(message) as object),
          kill: () => child.kill('SIGTERM'),
          // Electron's events carry the message and the code alone.
          on(event: string, listener: (value: unknown) => void) {
            child.on(event, (value: unknown) => listener(value));
            return this;
          },
          once(event: string, listener: (value: unknown) => void) {
            child.once(event, (value: unknown) => listener(value));
            return this;
          },
        });
      },
    },
  };

  /** `ipcRenderer.invoke` as a frame sees it. */
  const invoke = async (channel: string, frame: FakeFrame | null, ...args: unknown[]): Promise<unknown> => {
    const handler = ipcHandlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    try {
      return structuredClone(
        await handler({ senderFrame: frame }, ...args.map((value) => structuredClone(value))),
      );
    } catch (error) {
      throw new Error(`Error invoking remote method '${channel}': ${String(error)}`);
    }
  };

  /** Runs the preload's code for a window: what the page finds in `window`. */
  const runPreload = (window: FakeWindow): Record<string, unknown> => {
    const page: Record<string, unknown> = {};
    exposeBridge({
      contextBridge: { exposeInMainWorld: (name: string, api: unknown) => void (page[name] = api) },
      ipcRenderer: {
        invoke: (channel: string, ...args: unknown[]) => invoke(channel, window.webContents.frame, ...args),
        on: (channel: string, listener: never) => window.webContents.sent.on(channel, listener),
        off: (channel: string, listener: never) => window.webContents.sent.off(channel, listener),
      } as never,
      webUtils: {
        getPathForFile: (file: object) => {
          const path = (file as { [LIES_AT]?: string })[LIES_AT];
          if (path === undefined) throw new TypeError('getPathForFile expected to receive a File object');
          return path;
        },
      },
    });
    return page;
  };

  return {
    electron: parts as unknown as ElectronApi,
    app,
    dialog,
    shownFolders,
    windows,
    notifications,
    ended,
    schemes,
    load,
    invoke,
    runPreload,
    bridge: (window: FakeWindow): StudioBridge => runPreload(window).studio as StudioBridge,
    isSandboxed: () => sandboxed,
    permissions: (name: string) => [permission(name), permissionCheck(), devicePermission()],
  };
}
