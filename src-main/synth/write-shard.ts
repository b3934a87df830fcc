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
import { decodeArrayFile, encodeArrayFile, ShapedArray } from '../tensor/array-file.ts';
import {
  type HeadArrays,
  type HeadMaker,
  type HeadOptions,
  KNOWN,
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
  /** Candidates in which no face is found, or that cannot be used. */
  unused: number;
  seconds: number;
};

export function shardFile(folder: string, number: number): string {
  return join(folder, `shard-${String(number).padStart(5, '0')}.bin.gz`);
}

/** Sixteen heads of one shard, and how many candidates were of no use. */
export type ShardHeads = { heads: HeadArrays[]; unused: number };

export async function drawShardHeads(
  maker: HeadMaker,
  number: number,
  options: HeadOptions,
): Promise<ShardHeads> {
  const heads: HeadArrays[] = [];
  let unused = 0;
  for (let candidate = 0; heads.length < HEADS_PER_SHARD; candidate++) {
    if (candidate === CANDIDATES)
      throw new Error(`shard ${number}: only ${heads.length} of ${CANDIDATES} heads show a face`);
    const head = await makeHead(maker, number * CANDIDATES + candidate, options);
    if (head === null) unused++;
    else heads.push(head);
  }
  return { heads, unused };
}

export async function writeShard(
  folder: string,
  number: number,
  options: Pick<HeadOptions, 'sizePx' | 'prior' | 'mesh'>,
  drawHeads: () => Promise<ShardHeads>,
): Promise<ShardResult> {
  const file = shardFile(folder, number);
  if (existsSync(file)) return { file, written: false, heads: 0, images: 0, unused: 0, seconds: 0 };
  const startedMs = performance.now();
  const { heads, unused } = await drawHeads();
  await writeWhole(folder, file, encodeShard(heads, options));
  const views = heads[0]!.angles.length / 2;
  return {
    file,
    written: true,
    heads: heads.length,
    images: heads.length * (views + 1),
    unused,
    seconds: (performance.now() - startedMs) / 1000,
  };
}

/** Packs and writes a file that is there whole or not at all. */
export async function writeWhole(folder: string, file: string, bytes: Uint8Array): Promise<void> {
  const packed = await promisify(gzip)(bytes, { level: GZIP_LEVEL });
  await mkdir(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}.part`;
  await writeFile(unfinished, packed);
  await rename(unfinished, file);
}

export function encodeShard(
  heads: readonly HeadArrays[],
  { sizePx, prior, mesh }: Pick<HeadOptions, 'sizePx' | 'prior' | 'mesh'>,
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
  const supervised = new Uint8Array(count * views).fill(1);
  heads.forEach((head, i) => supervised.set(head.supervised ?? [], i * views));
  const pixels = views * sizePx * sizePx;
  const known = new Uint8Array(count * pixels).fill(KNOWN.colourAndCoverage | KNOWN.normal);
  heads.forEach((head, i) => known.set(head.known ?? [], i * pixels));
  const isPartlyKnown = heads.some((head) => head.known !== undefined);
  return encodeArrayFile({
    format: 'synth-shard',
    version: 1,
    prior,
    ...(mesh === 'truth' && { mesh }),
    photo: bytes('photo', sizePx, sizePx, 4),
    targets: bytes('targets', views, sizePx, sizePx, TARGET_CHANNELS),
    conditions: bytes('conditions', views + 1, sizePx, sizePx, CONDITION_CHANNELS),
    poses: floats('poses', views, 4, 4),
    intrinsics: floats('intrinsics', views, 4),
    angles: floats('angles', views, 2),
    inputAngles: floats('inputAngles', 2),
    vertices: floats('vertices', MESH_POINTS, 3),
    supervised: new ShapedArray(supervised, [count, views]),
    ...(isPartlyKnown && { known: new ShapedArray(known, [count, views, sizePx, sizePx]) }),
    hair: heads.map(({ hair }) => hair),
  });
}

export type DecodedShard = { heads: HeadArrays[] } & Pick<HeadOptions, 'sizePx' | 'prior' | 'mesh'>;

/** The reverse of {@link encodeShard}. Throws on another format. */
export function decodeShard(bytes: Uint8Array): DecodedShard {
  const value = decodeArrayFile(bytes) as Record<string, Uint8Array & Float32Array> & {
    format: unknown;
    version: unknown;
    prior: HeadOptions['prior'];
    mesh?: HeadOptions['mesh'];
    hair: string[];
  };
  if (value.format !== 'synth-shard' || value.version !== 1)
    throw new Error('not a synth shard of version 1');
  const count = value.hair.length;
  const part = <T extends Uint8Array | Float32Array>(array: T, i: number): T =>
    array.slice((i * array.length) / count, ((i + 1) * array.length) / count) as T;
  const heads = value.hair.map((hair, i) => ({
    photo: part<Uint8Array>(value.photo!, i),
    targets: part<Uint8Array>(value.targets!, i),
    conditions: part<Uint8Array>(value.conditions!, i),
    poses: part<Float32Array>(value.poses!, i),
    intrinsics: part<Float32Array>(value.intrinsics!, i),
    angles: part<Float32Array>(value.angles!, i),
    inputAngles: part<Float32Array>(value.inputAngles!, i),
    vertices: part<Float32Array>(value.vertices!, i),
    supervised: part<Uint8Array>(value.supervised!, i),
    ...(value.known && { known: part<Uint8Array>(value.known, i) }),
    hair,
  }));
  return {
    heads,
    sizePx: Math.sqrt(heads[0]!.photo.length / 4),
    prior: value.prior,
    mesh: value.mesh ?? 'estimated',
  };
}
