/**
 * Sixteen training heads as one file: a gzip-compressed array file in the layout of models/training/gen3d/shards.py.
 *
 * A shard is a function of (seed, number, options) alone: it draws candidates from its own range of numbers until it has
 * its heads, so shards may be written in any order, by any number of processes, and again. A file appears whole or not
 * at all.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CONDITION_CHANNELS, MESH_POINTS } from '../pipeline/04-views/diffusion/render-conditions.ts';
import { encodeArrayFile, ShapedArray } from '../tensor/array-file.ts';
import {
  type HeadArrays,
  type HeadMaker,
  type HeadOptions,
  makeHead,
  TARGET_CHANNELS,
} from './head/make-head.ts';

export const HEADS_PER_SHARD = 16;
/** Numbers of heads that a shard may draw from; far more than it needs. */
const CANDIDATES = 1000;
/** Level 1 packs pictures to a fifth; level 6 takes five times as long for a tenth less. */
const GZIP_LEVEL = 1;

export type ShardResult = {
  file: string;
  written: boolean;
  heads: number;
  images: number;
  withoutFace: number;
  seconds: number;
};

export function shardFile(folder: string, number: number): string {
  return join(folder, `shard-${String(number).padStart(5, '0')}.bin.gz`);
}

export async function writeShard(
  maker: HeadMaker,
  folder: string,
  number: number,
  options: HeadOptions,
): Promise<ShardResult> {
  const file = shardFile(folder, number);
  if (existsSync(file)) return { file, written: false, heads: 0, images: 0, withoutFace: 0, seconds: 0 };
  const startedMs = performance.now();
  const heads: HeadArrays[] = [];
  let withoutFace = 0;
  for (let candidate = 0; heads.length < HEADS_PER_SHARD; candidate++) {
    if (candidate === CANDIDATES)
      throw new Error(`shard ${number}: only ${heads.length} of ${CANDIDATES} heads show a face`);
    const head = await makeHead(maker, number * CANDIDATES + candidate, options);
    if (head === null) withoutFace++;
    else heads.push(head);
  }
  const bytes = await promisify(gzip)(encodeShard(heads, options), { level: GZIP_LEVEL });
  await mkdir(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}.part`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, file);
  const views = heads[0]!.angles.length / 2;
  return {
    file,
    written: true,
    heads: heads.length,
    images: heads.length * (views + 1),
    withoutFace,
    seconds: (performance.now() - startedMs) / 1000,
  };
}

export function encodeShard(
  heads: readonly HeadArrays[],
  { sizePx, prior }: Pick<HeadOptions, 'sizePx' | 'prior'>,
): Uint8Array {
  const count = heads.length;
  const views = heads[0]!.angles.length / 2;
  const bytes = (name: 'photo' | 'targets' | 'conditions', ...shape: number[]): ShapedArray => {
    const all = new Uint8Array(count * heads[0]![name].length);
    heads.forEach((head, i) => all.set(head[name], i * head[name].length));
    return new ShapedArray(all, [count, ...shape]);
  };
  const floats = (
    name: 'poses' | 'intrinsics' | 'angles' | 'inputAngles' | 'vertices',
    ...shape: number[]
  ): ShapedArray => {
    const all = new Float32Array(count * heads[0]![name].length);
    heads.forEach((head, i) => all.set(head[name], i * head[name].length));
    return new ShapedArray(all, [count, ...shape]);
  };
  return encodeArrayFile({
    format: 'synth-shard',
    version: 1,
    prior,
    photo: bytes('photo', sizePx, sizePx, 4),
    targets: bytes('targets', views, sizePx, sizePx, TARGET_CHANNELS),
    conditions: bytes('conditions', views + 1, sizePx, sizePx, CONDITION_CHANNELS),
    poses: floats('poses', views, 4, 4),
    intrinsics: floats('intrinsics', views, 4),
    angles: floats('angles', views, 2),
    inputAngles: floats('inputAngles', 2),
    vertices: floats('vertices', MESH_POINTS, 3),
    supervised: new ShapedArray(new Uint8Array(count * views).fill(1), [count, views]),
    hair: heads.map(({ hair }) => hair),
  });
}
