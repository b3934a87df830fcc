/**
 * `npm run synth -- --identities N --views V --out DIR [--seed S] [--size 128] [--held-out] [--workers 2] [--hours H]
 * [--data DIR] [--prior bald|proxy]`: training heads, rendered by the studio's own stages. `--prior proxy` conditions on the
 * head with hair of method `reproject` (the pack's pack.json then says "prior": "proxy"); one folder holds one kind. Shards that exist are kept, so it resumes; workers
 * run at the lowest priority. Needs the MakeHuman data that models/training/README.md names.
 */
import { fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createOnnxInference } from '../../src-main/inference/onnx-inference.ts';
import { prepareHeadModel } from '../../src-main/pipeline/03-prior/prepare-head-model.ts';
import { readHeadModel } from '../../src-main/pipeline/03-prior/read-head-model.ts';
import { createConditionSurface } from '../../src-main/pipeline/04-views/diffusion/render-conditions.ts';
import { readHumanAssets } from '../../src-main/synth/makehuman/assets.ts';
import { mapBody } from '../../src-main/synth/person/body-map.ts';
import type { HeadMaker } from '../../src-main/synth/head/make-head.ts';
import {
  HEADS_PER_SHARD,
  shardFile,
  type ShardResult,
  writeShard,
} from '../../src-main/synth/write-shard.ts';
import { IMAGE_PORT } from '../image-port.ts';
import { ROOT, sharedDataDir } from '../paths.ts';

/** Held-out heads come from another stream than training heads of the same seed. */
const HELD_OUT_SEED = 0x48454c44;
const WORKER_VARIABLE = 'GEN3D_SYNTH_WORKER';

const { values } = parseArgs({
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
  },
});
if (values.out === undefined) {
  process.stderr.write(
    'usage: npm run synth -- --identities N --views V --out DIR [--seed S] [--size 128] [--held-out] [--workers 2] [--hours H] [--data DIR] [--prior bald|proxy]\n',
  );
  process.exit(2);
}
const out = resolve(values.out);
const isHeldOut = values['held-out'];
const options = {
  seed: isHeldOut ? Number(values.seed) ^ HELD_OUT_SEED : Number(values.seed),
  views: isHeldOut ? 16 : Number(values.views),
  sizePx: Number(values.size),
  isHeldOut,
  prior: values.prior === 'proxy' ? ('proxy' as const) : ('bald' as const),
};
const shards = Math.ceil(Number(values.identities) / HEADS_PER_SHARD);
const workers = Math.max(1, Number(values.workers));
const endsMs = performance.now() + Number(values.hours) * 3_600_000;

const worker = process.env[WORKER_VARIABLE];
if (worker !== undefined) await work(Number(worker));
else await supervise();

/** Writes every shard whose number is this worker's modulo the number of workers. */
async function work(number: number): Promise<void> {
  setPriority(0, constants.priority.PRIORITY_LOW);
  const maker = await createMaker();
  for (let shard = number; shard < shards && performance.now() < endsMs; shard += workers) {
    process.send!(await writeShard(maker, out, shard, options));
  }
  process.disconnect();
}

async function createMaker(): Promise<HeadMaker> {
  const data = values.data ?? (sharedDataDir() === null ? null : join(sharedDataDir()!, 'makehuman'));
  if (data === null) throw new Error('no training data: give its makehuman folder with --data');
  const model = readHeadModel(readFileSync(join(ROOT, 'assets/head-model.bin')));
  const assets = await readHumanAssets(data, IMAGE_PORT);
  return {
    assets,
    map: mapBody(assets),
    port: IMAGE_PORT,
    prepared: prepareHeadModel(model),
    surface: createConditionSurface(model.topology, model.neutralHead),
    inference: await createOnnxInference({ modelsDir: join(ROOT, 'models'), provider: 'cpu', threads: 1 }),
  };
}

async function supervise(): Promise<void> {
  const present = Array.from({ length: shards }, (_, shard) => existsSync(shardFile(out, shard))).filter(
    Boolean,
  ).length;
  process.stderr.write(`${out}: ${shards} shards of ${HEADS_PER_SHARD} heads, ${present} there already\n`);
  const startedMs = performance.now();
  let [done, images, withoutFace] = [present, 0, 0];
  const report = (result: ShardResult): void => {
    if (!result.written) return;
    done++;
    images += result.images;
    withoutFace += result.withoutFace;
    const minutes = (performance.now() - startedMs) / 60_000;
    process.stderr.write(
      `${done}/${shards} shards · ${(images / minutes).toFixed(0)} images/min · ${result.seconds.toFixed(0)} s a shard · ${withoutFace} heads without a face\n`,
    );
  };
  const running = Array.from({ length: workers }, (_, number) => {
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, [WORKER_VARIABLE]: String(number) },
    });
    child.on('message', (message) => report(message as ShardResult));
    return new Promise<number>((settle) => child.once('exit', (code) => settle(code ?? 1)));
  });
  const codes = await Promise.all(running);
  process.exitCode = Math.max(...codes);
}
