/** Real and photo-real portraits of the development data: paths below `portraits/`, in an order mixed by a fixed seed. */
import { join } from 'node:path';
import { splitPortraits } from '../../synth/portraits/split-portraits.ts';
import { createSeededRandom } from '../../tensor/seeded-random.ts';

/** All of them: for what no network of ours was trained on. */
export async function listPortraits(dataDir: string, limit: number | null): Promise<string[]> {
  const { all } = await splitPortraits(join(dataDir, 'portraits'));
  return mixed(all, limit);
}

/** Those that no training has seen: for whatever the view pack has a share in. */
export async function listHeldBackPortraits(dataDir: string, limit: number | null): Promise<string[]> {
  const { test } = await splitPortraits(join(dataDir, 'portraits'));
  return mixed(test, limit);
}

function mixed(list: readonly string[], limit: number | null): string[] {
  const files = [...list];
  const random = createSeededRandom(Uint32Array.of(2024, 3, 0, 0));
  for (let i = files.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [files[i], files[j]] = [files[j]!, files[i]!];
  }
  return limit === null ? files : files.slice(0, limit);
}
