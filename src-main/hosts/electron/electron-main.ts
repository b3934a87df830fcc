/** Electron's entry: the only file of the main process that imports Electron. */
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Notification,
  protocol,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { findAppPaths, findDataDirectory } from '../../app/app-paths.ts';
import { openLog } from '../log-file.ts';
import { startElectron } from './start-electron.ts';

const dataDirectory = findDataDirectory();
// Chromium's own files stay beside ours instead of in a second place; must be set before the app is ready.
app.setPath('userData', join(dataDirectory, 'electron'));
// Not awaited: Electron becomes ready only after this module has run to its end.
void startElectron(
  { app, BrowserWindow, dialog, ipcMain, Notification, protocol, screen, session, shell, utilityProcess },
  {
    paths: findAppPaths(),
    dataDirectory,
    preload: join(import.meta.dirname, 'preload.cjs'),
    log: openLog(dataDirectory),
  },
);
