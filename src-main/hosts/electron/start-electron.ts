/**
 * The Electron host. Electron is handed in, so that everything here runs in tests without its runtime; only the entry
 * (electron-main.ts) and the preload import it.
 */
import { Readable } from 'node:stream';
import type { BrowserWindow, IpcMainInvokeEvent, WebFrameMain } from 'electron';
import type { AppPaths } from '../../app/app-paths.ts';
import type { DirectoryPurpose } from '../../app/host.ts';
import { openStudio, type Studio } from '../../app/studio.ts';
import { toErrorInfo } from '../../contract/errors.ts';
import type { WireEvent } from '../../contract/wire.ts';
import type { EngineOptions } from '../../engine/messages.ts';
import { createContentSecurityPolicy, createSecurityHeaders } from '../content-security-policy.ts';
import { serveResource } from '../serve-resource.ts';
import { CALL_CHANNEL, EVENT_CHANNEL, UPLOAD_CHANNEL } from './channels.ts';
import { createUtilityFork } from './utility-fork.ts';
import {
  createWindowOptions,
  lockContents,
  lockSession,
  PAGE_ORIGIN,
  SCHEME,
  showWhenReady,
} from './window.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

export type ElectronApi = Pick<
  typeof Electron.CrossProcessExports,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Notification'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'shell'
  | 'utilityProcess'
>;

export type ElectronHostOptions = {
  paths: AppPaths;
  dataDirectory: string;
  /** Path of the bundled preload script. */
  preload: string;
  log(line: string): void;
  /** What tests have otherwise. */
  engineOptions?: Partial<EngineOptions>;
  maxUploadBytes?: number;
};

const EXIT_MACHINE = 4;

export async function startElectron(electron: ElectronApi, options: ElectronHostOptions): Promise<void> {
  const { app, protocol } = electron;
  let window: BrowserWindow | null = null;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  app.on('second-instance', () => focus(window));
  app.on('window-all-closed', () => app.quit());
  await app.whenReady();
  lockSession(electron.session.defaultSession);

  let studio: Studio;
  try {
    studio = await openStudio({
      kind: 'electron',
      paths: options.paths,
      dataDirectory: options.dataDirectory,
      createFork: (engineOptions) =>
        createUtilityFork(
          electron.utilityProcess,
          options.paths.engineEntry,
          { ...engineOptions, ...options.engineOptions },
          options.log,
        ),
      showFolder: async (directory) => {
        // Electron answers with what went wrong; nothing when it is shown.
        const problem = await electron.shell.openPath(directory);
        if (problem !== '') throw new Error(problem);
      },
      chooseDirectory: (purpose) => chooseDirectory(electron, window, purpose),
      ...(options.maxUploadBytes === undefined ? {} : { maxUploadBytes: options.maxUploadBytes }),
      log: options.log,
    });
  } catch (error) {
    const { message, hint } = toErrorInfo(error);
    options.log(`the studio could not be opened: ${message}`);
    electron.dialog.showErrorBox(message, hint);
    app.exit(EXIT_MACHINE);
    return;
  }

  serveScheme(electron, studio, options.paths.rendererDirectory);
  answerCalls(electron, studio);
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    // Quitting waits until the engine is gone and the library is closed.
    event.preventDefault();
    closed = true;
    void studio.close().then(() => app.quit());
  });

  const state = readWindowState(options.dataDirectory, electron.screen);
  window = new electron.BrowserWindow(createWindowOptions(options.preload, app.isPackaged, state));
  const shown = window;
  keepWindowState(shown, options.dataDirectory, options.log);
  if (state?.maximized) shown.maximize();
  showWhenReady(shown);
  studio.on((event) => {
    if (shown.isDestroyed()) return;
    shown.webContents.send(EVENT_CHANNEL, event);
    showInTaskbar(shown, event);
    sayWhenDone(electron, shown, event);
  });
  await shown.loadURL(`${PAGE_ORIGIN}/`);
}

function serveScheme(electron: ElectronApi, studio: Studio, rendererDirectory: string): void {
  const securityHeaders = createSecurityHeaders(createContentSecurityPolicy());
  electron.protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    if (url.host !== new URL(PAGE_ORIGIN).host || request.method !== 'GET') {
      return new Response('not found', { status: 404, headers: securityHeaders });
    }
    const { status, headers, body } = await serveResource(studio, rendererDirectory, url);
    const content = body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : Buffer.from(body);
    return new Response(content, { status, headers: { ...headers, ...securityHeaders } });
  });
}

function answerCalls({ ipcMain }: ElectronApi, studio: Studio): void {
  ipcMain.handle(CALL_CHANNEL, async (event: IpcMainInvokeEvent, method: unknown, args: unknown) => {
    checkSender(event.senderFrame);
    return studio.call(String(method), args);
  });
  ipcMain.handle(UPLOAD_CHANNEL, async (event: IpcMainInvokeEvent, bytes: unknown) => {
    checkSender(event.senderFrame);
    if (!(bytes instanceof Uint8Array)) throw new TypeError('an upload is a Uint8Array');
    return studio.upload(Readable.from([bytes]));
  });
}

/** Only our page, and only its top frame. */
function checkSender(frame: WebFrameMain | null): void {
  if (frame !== null && frame.parent === null && frame.url.startsWith(`${PAGE_ORIGIN}/`)) return;
  throw new Error(`refused a call from ${frame?.url ?? 'a frame that is gone'}`);
}

const DIALOG_WORDS: Record<DirectoryPurpose, { title: string; buttonLabel: string }> = {
  export: { title: 'Export head', buttonLabel: 'Export here' },
  library: { title: 'Move the library to an empty folder', buttonLabel: 'Move here' },
  pack: { title: 'Folder of a view pack', buttonLabel: 'Import' },
};

async function chooseDirectory(
  electron: ElectronApi,
  window: BrowserWindow | null,
  purpose: DirectoryPurpose,
): Promise<string | null> {
  const options = {
    ...DIALOG_WORDS[purpose],
    properties: ['openDirectory', 'createDirectory'],
  } satisfies Electron.OpenDialogOptions;
  const chosen = await (window === null
    ? electron.dialog.showOpenDialog(options)
    : electron.dialog.showOpenDialog(window, options));
  return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
}

function focus(window: BrowserWindow | null): void {
  if (window === null || window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** A finished head is worth a word when another program is in front. */
function sayWhenDone({ Notification }: ElectronApi, window: BrowserWindow, message: WireEvent): void {
  if (message.event !== 'job.changed' || window.isFocused()) return;
  const { job } = message.payload as { job: { state: string; error: { message: string } | null } };
  if (job.state !== 'done' && job.state !== 'failed') return;
  const title = job.state === 'done' ? 'A head is finished' : 'A head could not be made';
  const notification = new Notification({ title, body: job.error?.message ?? '' });
  notification.on('click', () => focus(window));
  notification.show();
}

/** Electron's value for "no bar". */
const NO_BAR = -1;

function showInTaskbar(window: BrowserWindow, message: WireEvent): void {
  if (message.event !== 'job.changed') return;
  const { job } = message.payload as { job: { state: string; stages: { fraction: number }[] } };
  const fraction = job.stages.reduce((sum, stage) => sum + stage.fraction, 0) / job.stages.length;
  window.setProgressBar(job.state === 'running' ? fraction : NO_BAR);
}
