import { expect, test } from 'vitest';
import { droppedFiles } from '../../src-renderer/ui/dropped-files.ts';

type Tree = { [name: string]: Tree | null };

/** As Chromium does: at most a hundred entries an answer, then none. */
const BATCH = 100;

function entryOf(name: string, tree: Tree | null): FileSystemEntry {
  if (tree === null) {
    return {
      name,
      isFile: true,
      isDirectory: false,
      file: (take: (file: File) => void) => take(new File([], name)),
    } as never;
  }
  const children = Object.entries(tree).map(([child, below]) => entryOf(child, below));
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      let at = 0;
      return {
        readEntries: (take: (entries: FileSystemEntry[]) => void) => {
          take(children.slice(at, at + BATCH));
          at += BATCH;
        },
      };
    },
  } as never;
}
async function drop(tree: Tree): Promise<string[]> {
  const entries = Object.entries(tree).map(([name, below]) => entryOf(name, below));
  const transfer = {
    items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })),
    files: entries.map(({ name }) => new File([], name)),
  };
  return (await droppedFiles(transfer as never)).map(({ name }) => name);
}

test('all pictures of a folder come in, in the order of their numbers, also more than one answer holds', async () => {
  const many = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`shot ${n}.jpg`, null]));
  expect(await drop({ shoot: many })).toEqual(Array.from({ length: 250 }, (_, n) => `shot ${n}.jpg`));
});

test('folders in folders are looked through; what is no picture stays out; single files come as they are', async () => {
  expect(
    await drop({
      shoot: { 'b.HEIC': null, 'notes.txt': null, '.DS_Store': null, more: { 'a.png': null }, empty: {} },
      'project.gen3d': null,
    }),
  ).toEqual(['b.HEIC', 'a.png', 'project.gen3d']);
  expect(await drop({ 'one.jpg': null, 'notes.txt': null })).toEqual(['one.jpg', 'notes.txt']);
});

test('a folder without an end is left after some levels', async () => {
  let deep: Tree = { 'too-deep.png': null };
  for (let level = 0; level < 9; level++) deep = { [`level-${level}`]: deep };
  expect(await drop({ top: { ...deep, 'seen.png': null } })).toEqual(['seen.png']);
});
