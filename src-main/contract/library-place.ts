/** The library on its way to another folder. */
export type LibraryMove = {
  /** Where to. */
  directory: string;
  /** `waiting`: for the job that runs; no other starts. `finishing`: everything else waits, for a moment. */
  phase: 'copying' | 'waiting' | 'finishing';
  files: number;
  doneFiles: number;
  bytes: number;
  doneBytes: number;
};

export type LibraryPlace = {
  /** The folder with the records, pictures, heads and backups. */
  directory: string;
  /** Where it was before the last move; its files are still there. null when they are not. */
  previous: string | null;
  moving: LibraryMove | null;
  /** The host has a dialog for folders, and shows them; in a browser they are typed. */
  canAsk: boolean;
};
