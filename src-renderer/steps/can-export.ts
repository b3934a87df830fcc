import type { AppInfo } from '../../src-main/contract/entities.ts';

/** Whether the studio can be asked to write: only the desktop application asks for the folder itself. */
export function canExport(files: number, directory: string, host: AppInfo['host'] | undefined): boolean {
  return files > 0 && (host === 'electron' || directory.trim() !== '');
}
