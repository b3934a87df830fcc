/**
 * `npm run bench -- [--json FILE] [--photo FILE] [--runs N] [--method M] [--window]`: seconds and peak memory per stage on a sample
 * picture, and the machine's convolution throughput in the same run. The median run is reported.
 * `--window`: also how fast the window is, with a library of 5,000 heads and while a job runs.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { HEAD_SETTINGS_DEFAULTS, type ViewsMethod } from '../../src-main/contract/entities.ts';
import { measureConvGflops } from '../../test/bench/convolution.ts';
import { measureHead, type Measured } from '../../test/bench/measure-head.ts';
import { BUILD } from '../checks.ts';
import { ROOT } from '../paths.ts';
import { failUsage, readArguments, readCount } from '../read-arguments.ts';
import { rendererIsStale } from '../renderer-build.ts';

const USAGE =
  'usage: npm run bench -- [--json FILE] [--photo FILE] [--runs N] [--method reproject|diffusion] [--window]';
const METHODS: readonly ViewsMethod[] = ['reproject', 'diffusion'];

const { values } = readArguments(
  {
    options: {
      json: { type: 'string' },
      photo: { type: 'string', default: join(ROOT, 'assets', 'samples', 'astronaut.jpg') },
      runs: { type: 'string', default: '3' },
      window: { type: 'boolean', default: false },
      method: { type: 'string', default: HEAD_SETTINGS_DEFAULTS.method },
    },
  },
  USAGE,
);
const method = METHODS.find((name) => name === values.method);
if (method === undefined) failUsage(`--method ${values.method} is none of ${METHODS.join(', ')}`, USAGE);
const settings = { ...HEAD_SETTINGS_DEFAULTS, method };
const runs = readCount('runs', values.runs, USAGE);
if (!existsSync(values.photo)) failUsage(`--photo ${values.photo} is not there`, USAGE);
/** What else the machine was doing: processes that wanted a core in the minute before, 0 where the system does not say. */
const loadBefore = loadavg()[0]!;
const work = await mkdtemp(join(tmpdir(), 'gen3d-bench-'));
const measured: Measured[] = [];
const throughputs = [await measureConvGflops()];
try {
  for (let run = 0; run < runs; run++) {
    measured.push(await measureHead(resolve(values.photo), settings, join(work, String(run))));
    throughputs.push(await measureConvGflops());
    process.stderr.write(`run ${run + 1} of ${runs}: ${measured.at(-1)!.totalS.toFixed(1)} s\n`);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}

const window = values.window ? await measureWindow() : null;
measured.sort((a, b) => a.totalS - b.totalS);
throughputs.sort((a, b) => a - b);
const median = measured[Math.floor((measured.length - 1) / 2)]!;
const convGflops = throughputs[Math.floor(throughputs.length / 2)]!;
const report = {
  stages: median.stages,
  totalS: median.totalS,
  peakMb: median.peakMb,
  convGflops,
  /** Seconds × throughput: how many GFLOP of convolution this machine does in that time; compares across machines. */
  totalGflop: median.totalS * convGflops,
  runsS: measured.map(({ totalS }) => totalS),
  settings,
  ...(window === null ? {} : { window }),
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, loadBefore },
};
for (const [stage, seconds] of Object.entries(median.stages)) {
  const share = ((100 * seconds) / median.totalS).toFixed(0);
  process.stdout.write(`${stage.padEnd(12)} ${seconds.toFixed(2).padStart(7)} s ${share.padStart(4)} %\n`);
}
process.stdout.write(
  `${'total'.padEnd(12)} ${median.totalS.toFixed(2).padStart(7)} s, peak ${median.peakMb.toFixed(0)} MB\n`,
);
process.stdout.write(
  `convolution  ${convGflops.toFixed(0)} GFLOP/s through onnxruntime on this machine in this run; load before ${loadBefore.toFixed(1)}\n`,
);
if (values.window && window === null) process.stdout.write('window       not measured: no Chromium\n');
if (window !== null) process.stdout.write(`window       ${JSON.stringify(window)}\n`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);

/** In a process of its own, which drives a browser; null where there is none. */
async function measureWindow(): Promise<unknown> {
  if (rendererIsStale() && (await BUILD.run()).failed > 0) process.exit(4);
  const script = join(ROOT, 'test', 'end-to-end', 'measure-window.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  return JSON.parse(stdout);
}
