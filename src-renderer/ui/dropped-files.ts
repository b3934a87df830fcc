/** What the studio can read of a dropped folder; everything else in it is none of its business. */
const PICTURE = /\.(jpe?g|png|webp|avif|tiff?|hei[cf]|gif)$/i;
/** A folder in a folder in a folder: deeper ones were hardly meant. */
const MAX_DEPTH = 4;

/** The files of a drop; folders are looked through for pictures, in the order of their names. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // Entries are only to be had while the event is handled: all of them are asked for before the first wait.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  if (!entries.some((entry) => entry?.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.map((entry) => (entry ? filesBelow(entry, 0) : [])));
  return found.flat();
}

async function filesBelow(entry: FileSystemEntry, depth: number): Promise<File[]> {
  if (entry.isFile) {
    if (depth > 0 && !PICTURE.test(entry.name)) return [];
    return [
      await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
    ];
  }
  if (depth > MAX_DEPTH) return [];
  const children = await readAll((entry as FileSystemDirectoryEntry).createReader());
  children.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const found = await Promise.all(children.map((child) => filesBelow(child, depth + 1)));
  return found.flat();
}

/** A reader answers about a hundred entries at a time, and none when there are no more. */
async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
