/**
 * Which real portraits are trained on. Folder `portraits` with portraits.csv → file names below it, in the list's order.
 * Every twentieth is held back: never in training data of any kind, and the only ones that evaluations of views show.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type PortraitSplit = { all: string[]; training: string[]; test: string[] };

const TEST_EVERY = 20;

export async function splitPortraits(folder: string): Promise<PortraitSplit> {
  const [, ...lines] = (await readFile(join(folder, 'portraits.csv'), 'utf8')).trim().split('\n');
  // The first column; file names hold no commas.
  const files = lines.map((line) => line.split(',')[0]!);
  const isTest = (index: number): boolean => index % TEST_EVERY === TEST_EVERY - 1;
  return {
    all: files,
    training: files.filter((_, index) => !isTest(index)),
    test: files.filter((_, index) => isTest(index)),
  };
}
