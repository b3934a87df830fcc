/** The port that a host fills in: what the studio needs from the place it runs in. */
import type { AppInfo } from '../contract/entities.ts';
import type { ForkEngine } from '../engine/fork-engine.ts';
import type { EngineOptions } from '../engine/messages.ts';
import type { AppPaths } from './app-paths.ts';

export type DirectoryPurpose = 'export' | 'library' | 'pack';

export type Host = {
  kind: AppInfo['host'];
  paths: AppPaths;
  /** Holds the log, and the library (records, blobs, backups) until that is moved. */
  dataDirectory: string;
  createFork(options: EngineOptions): ForkEngine;
  /** Asks for a folder; null when the user changed their mind. A host without dialogs has no such function. */
  chooseDirectory?: (purpose: DirectoryPurpose) => Promise<string | null>;
  /** Shows a folder in the system's file manager. A host in a browser has no such function. */
  showFolder?: (directory: string) => Promise<void>;
  /** Largest upload taken; default: the largest project file. */
  maxUploadBytes?: number;
  log(line: string): void;
};
