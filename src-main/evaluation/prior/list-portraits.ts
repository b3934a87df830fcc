/** Real and photo-real portraits of the development data: paths below `portraits/`, in an order mixed by a fixed seed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSeededRandom } from '../../tensor/seeded-random.ts';

export async function listPortraits(dataDir: string, limit: number | null): Promise<string[]> {
  const [, ...lines] = (await readFile(join(dataDir, 'portraits/portraits.csv'), 'utf8')).trim().split('\n');
  // The first column; file names hold no commas.
  const files = lines.map((line) => line.split(',')[0]!);
  const random = createSeededRandom(Uint32Array.of(2024, 3, 0, 0));
  for (let i = files.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [files[i], files[j]] = [files[j]!, files[i]!];
  }
  return limit === null ? files : files.slice(0, limit);
}
