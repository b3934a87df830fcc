/**
 * `npm run synth -- --identities N --views V --out DIR [--seed S] [--size 128] [--held-out] [--workers 2] [--hours H]
 * [--data DIR] [--prior bald|proxy] [--mesh estimated|truth] [--portraits]`: training heads, rendered by the studio's own stages.
 * `--prior proxy` conditions on the head with hair of method `reproject` (the pack's pack.json then says "prior": "proxy"); `--mesh
 * truth` lays M over the person's true head (the paper's ablation), with the same photos and views; one folder holds one kind.
 * `--portraits`: real portraits instead, as the one view of them that is known. Shards that exist are kept, so it resumes;
 * workers run at the lowest priority. Needs the data that models/training/README.md names: `--data` is its folder
 * `makehuman`, or `portraits`.
 * `npm run synth -- --prune DIR --out DIR`: the paper's two filters over shards of mixed origin, which --out gets without the views
 * that failed.
 */
import { fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createOnnxInference, type OnnxInference } from '../../src-main/inference/onnx-inference.ts';
import { prepareHeadModel } from '../../src-main/pipeline/03-prior/prepare-head-model.ts';
import { readHeadModel } from '../../src-main/pipeline/03-prior/read-head-model.ts';
import { createConditionSurface } from '../../src-main/pipeline/04-views/diffusion/render-conditions.ts';
import { readHumanAssets } from '../../src-main/synth/makehuman/assets.ts';
import { mapBody } from '../../src-main/synth/person/body-map.ts';
import type { HeadMaker } from '../../src-main/synth/head/make-head.ts';
import type { PortraitMaker } from '../../src-main/synth/portraits/portrait-head.ts';
import { countPortraitShards, drawPortraitHeads } from '../../src-main/synth/portraits/portrait-shard.ts';
import { splitPortraits } from '../../src-main/synth/portraits/split-portraits.ts';
import { pruneShards } from '../../src-main/synth/prune/prune-shards.ts';
import {
  decodeShard,
  drawShardHeads,
  encodeShard,
  HEADS_PER_SHARD,
  shardFile,
  type ShardHeads,
  type ShardResult,
  writeShard,
  writeWhole,
} from '../../src-main/synth/write-shard.ts';
import { IMAGE_PORT } from '../image-port.ts';
import { ROOT, sharedDataDir } from '../paths.ts';
import { failUsage, readArguments } from '../read-arguments.ts';

/** Held-out heads come from another stream than training heads of the same seed. */
const HELD_OUT_SEED = 0x48454c44;
const WORKER_VARIABLE = 'GEN3D_SYNTH_WORKER';
/** MiB: the buffers of a head come and go in it; with the default of 16 collecting garbage takes 5 % more of a worker's time. */
const YOUNG_GENERATION = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

const usage =
  'usage: npm run synth -- --identities N --views V --out DIR [--seed S] [--size 128] [--held-out] [--workers 2] [--hours H] ' +
  '[--data DIR] [--prior bald|proxy] [--mesh estimated|truth] [--portraits]\n       npm run synth -- --prune DIR --out DIR';
const { values } = readArguments(
  {
    options: {
      identities: { type: 'string', default: '1000' },
      views: { type: 'string', default: '6' },
      out: { type: 'string' },
      seed: { type: 'string', default: '1' },
      size: { type: 'string', default: '128' },
      'held-out': { type: 'boolean', default: false },
      workers: { type: 'string', default: '2' },
      hours: { type: 'string', default: '1000' },
      data: { type: 'string' },
      prior: { type: 'string', default: 'bald' },
      mesh: { type: 'string', default: 'estimated' },
      portraits: { type: 'boolean', default: false },
      prune: { type: 'string' },
    },
  },
  usage,
);
if (values.out === undefined) failUsage('--out is needed: the folder for the shards', usage);
const out = resolve(values.out);
const isHeldOut = values['held-out'];
const options = {
  seed: isHeldOut ? Number(values.seed) ^ HELD_OUT_SEED : Number(values.seed),
  views: isHeldOut ? 16 : Number(values.views),
  sizePx: Number(values.size),
  isHeldOut,
  prior: values.prior === 'proxy' ? ('proxy' as const) : ('bald' as const),
  mesh: readMesh(values.mesh),
};
const portraits = values.portraits ? await listPortraits() : null;
const wanted = Math.ceil(Number(values.identities) / HEADS_PER_SHARD);
const shards = portraits === null ? wanted : Math.min(wanted, countPortraitShards(portraits.files.length));
const workers = Math.max(1, Number(values.workers));
const endsMs = performance.now() + Number(values.hours) * 3_600_000;

const worker = process.env[WORKER_VARIABLE];
if (values.prune !== undefined) await prune(resolve(values.prune));
else if (worker !== undefined) await work(Number(worker));
else await supervise();

function readMesh(mesh: string): 'estimated' | 'truth' {
  if (mesh !== 'estimated' && mesh !== 'truth') failUsage(`--mesh ${mesh}: it is estimated or truth`, usage);
  if (mesh === 'truth' && values.portraits)
    failUsage('--mesh truth: the true head of a portrait is not known', usage);
  return mesh;
}

/** Writes every shard whose number is this worker's modulo the number of workers. */
async function work(number: number): Promise<void> {
  setPriority(0, constants.priority.PRIORITY_LOW);
  const drawHeads = portraits === null ? await openPeople() : await openPortraits(portraits);
  for (let shard = number; shard < shards && performance.now() < endsMs; shard += workers) {
    process.send!(await writeShard(out, shard, options, () => drawHeads(shard)));
  }
  process.disconnect();
}

async function openPeople(): Promise<(shard: number) => Promise<ShardHeads>> {
  const assets = await readHumanAssets(dataFolder('makehuman'), IMAGE_PORT);
  const maker: HeadMaker = { ...(await createMaker()), assets, map: mapBody(assets) };
  return (shard) => drawShardHeads(maker, shard, options);
}

async function openPortraits({
  folder,
  files,
}: {
  folder: string;
  files: string[];
}): Promise<(shard: number) => Promise<ShardHeads>> {
  const maker = await createMaker();
  return (shard) => drawPortraitHeads(maker, folder, files, shard, options);
}

/** The portraits to train on, or with `--held-out` those that are held back. */
async function listPortraits(): Promise<{ folder: string; files: string[] }> {
  const folder = dataFolder('portraits');
  const { training, test } = await splitPortraits(folder);
  return { folder, files: isHeldOut ? test : training };
}

function dataFolder(name: 'makehuman' | 'portraits'): string {
  const shared = sharedDataDir();
  const folder = values.data ?? (shared === null ? null : join(shared, name));
  if (folder === null) failUsage(`no training data: give its ${name} folder with --data`, usage);
  return folder;
}

async function createMaker(): Promise<PortraitMaker> {
  const model = readHeadModel(readFileSync(join(ROOT, 'assets/head-model.bin')));
  return {
    port: IMAGE_PORT,
    prepared: prepareHeadModel(model),
    surface: createConditionSurface(model.topology, model.neutralHead),
    inference: await openInference(),
  };
}

function openInference(): Promise<OnnxInference> {
  return createOnnxInference({ modelsDir: join(ROOT, 'models'), provider: 'cpu', threads: 1 });
}

/** All shards are held in memory: identities are compared over the whole folder. */
async function prune(folder: string): Promise<void> {
  const names = readdirSync(folder).filter((name) => /^shard-\d+\.bin\.gz$/.test(name));
  if (names.length === 0) failUsage(`--prune ${folder}: there are no shards in it`, usage);
  const decoded = names.map((name) => decodeShard(gunzipSync(readFileSync(join(folder, name)))));
  const { janusViews, droppedHeads, heads } = await pruneShards(decoded, await openInference());
  for (const [index, name] of names.entries())
    await writeWhole(out, join(out, name), encodeShard(decoded[index]!.heads, decoded[index]!));
  process.stderr.write(
    `${heads} heads: ${janusViews} back views with a face, ${droppedHeads} heads of doubtful identity\n`,
  );
}

async function supervise(): Promise<void> {
  const present = Array.from({ length: shards }, (_, shard) => existsSync(shardFile(out, shard))).filter(
    Boolean,
  ).length;
  process.stderr.write(`${out}: ${shards} shards of ${HEADS_PER_SHARD} heads, ${present} there already\n`);
  const startedMs = performance.now();
  let [done, images, unused] = [present, 0, 0];
  const report = (result: ShardResult): void => {
    if (!result.written) return;
    done++;
    images += result.images;
    unused += result.unused;
    const minutes = (performance.now() - startedMs) / 60_000;
    process.stderr.write(
      `${done}/${shards} shards · ${(images / minutes).toFixed(0)} images/min · ${result.seconds.toFixed(0)} s a shard · ${unused} of no use\n`,
    );
  };
  const running = Array.from({ length: workers }, (_, number) => {
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, [WORKER_VARIABLE]: String(number) },
      execArgv: [...process.execArgv, ...YOUNG_GENERATION],
    });
    child.on('message', (message) => report(message as ShardResult));
    return new Promise<number>((settle) => child.once('exit', (code) => settle(code ?? 1)));
  });
  const codes = await Promise.all(running);
  process.exitCode = Math.max(...codes);
}
