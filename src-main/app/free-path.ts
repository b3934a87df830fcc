/** Where an export can write without replacing anything. */
import { existsSync } from 'node:fs';
import { join, parse } from 'node:path';

const MAX_NAME = 80;

/** `name` below `directory`, with a number when that is taken. */
export function freePath(directory: string, name: string): string {
  const { name: stem, ext } = parse(name);
  for (let attempt = 1; ; attempt++) {
    const path = join(directory, attempt === 1 ? name : `${stem}-${attempt}${ext}`);
    if (!existsSync(path)) return path;
  }
}

/** `directory` itself while none of `names` is taken there; else a new folder in it, called as `title`. */
export function freeFolder(directory: string, names: readonly string[], title: string): string {
  if (names.every((name) => !existsSync(join(directory, name)))) return directory;
  return freePath(directory, fileNameOf(title, 'head'));
}

/** A name that every system accepts for a file; with `kind` before it where a system would not. */
export function fileNameOf(title: string, kind: string): string {
  const plain = title
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, MAX_NAME);
  // Names of devices on Windows, whatever the extension.
  return plain === '' || /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(plain) ? `${kind} ${plain}`.trim() : plain;
}
