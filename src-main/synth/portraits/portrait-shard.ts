/** The real portraits of one shard: a function of (seed, number, options), as for synthetic heads. */
import { join } from 'node:path';
import type { HeadArrays, HeadOptions } from '../head/make-head.ts';
import { createDraw } from '../random.ts';
import { HEADS_PER_SHARD, type ShardHeads } from '../write-shard.ts';
import { makePortraitHead, type PortraitMaker } from './portrait-head.ts';

/** Pictures that a shard may draw from: about six in seven are of use (hair not cut off above). */
const PICTURES_PER_SHARD = 20;
const STREAM = 20;

export function countPortraitShards(pictures: number): number {
  return Math.floor(pictures / PICTURES_PER_SHARD);
}

/** Where too few of its pictures are of use, those that are come again with other parts hidden. */
export async function drawPortraitHeads(
  maker: PortraitMaker,
  folder: string,
  files: readonly string[],
  number: number,
  options: HeadOptions,
): Promise<ShardHeads> {
  const first = number * PICTURES_PER_SHARD;
  let usable = files.slice(first, first + PICTURES_PER_SHARD);
  const heads: HeadArrays[] = [];
  let unused = 0;
  for (let round = 0; heads.length < HEADS_PER_SHARD; round++) {
    const found: string[] = [];
    for (const [index, file] of usable.entries()) {
      if (heads.length === HEADS_PER_SHARD) break;
      const draw = createDraw(options.seed, first + index, STREAM + round);
      const head = await makePortraitHead(maker, join(folder, file), draw, options);
      if (head === null) unused++;
      else {
        heads.push(head);
        found.push(file);
      }
    }
    if (found.length === 0) throw new Error(`shard ${number}: none of its portraits is of use`);
    usable = found;
  }
  return { heads, unused };
}
