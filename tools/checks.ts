/** What `npm test` runs, in order: fast and static first. Each check says how many tests passed, failed, were skipped. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './find-chromium.ts';
import { packageScript, ROOT } from './paths.ts';
import { runNode, runProcess } from './run-process.ts';

export type Counts = { passed: number; failed: number; skipped: number; reason?: string };
export type Check = { name: string; run: () => Promise<Counts> };

const TSCONFIGS = ['contract', 'kernels', 'main', 'e2e'];

export const TYPECHECKS: Check[] = [
  ...TSCONFIGS.map((name) => ({
    name: `types: ${name}`,
    run: () => one(packageScript('typescript', 'bin', 'tsc'), ['-p', `tsconfig.${name}.json`]),
  })),
  {
    name: 'types: renderer',
    run: () =>
      one(packageScript('svelte-check', 'bin', 'svelte-check'), [
        '--tsconfig',
        'tsconfig.renderer.json',
        '--fail-on-warnings',
      ]),
  },
];

export const LINTS: Check[] = [
  {
    name: 'eslint',
    run: () => one(packageScript('eslint', 'bin', 'eslint.js'), ['.', '--max-warnings', '0']),
  },
  {
    name: 'prettier',
    run: () => one(packageScript('prettier', 'bin', 'prettier.cjs'), ['--check', '--log-level', 'warn', '.']),
  },
];

export const BUILD: Check = {
  name: 'build renderer',
  run: () =>
    one(packageScript('vite', 'bin', 'vite.js'), [
      'build',
      '-c',
      'vite.renderer.config.ts',
      '--logLevel',
      'warn',
    ]),
};

export const BUILD_MAIN: Check = {
  name: 'build main (Electron bundles)',
  run: () =>
    one(packageScript('vite', 'bin', 'vite.js'), [
      'build',
      '-c',
      'vite.main.config.ts',
      '--logLevel',
      'warn',
    ]),
};

export const UNIT: Check = { name: 'vitest', run: runVitest };
export const PYTHON: Check = { name: 'pytest (models/training)', run: runPytest };
export const END_TO_END: Check = { name: 'end to end (Chromium, web host)', run: runPlaywright };

export const ALL_CHECKS: Check[] = [...TYPECHECKS, ...LINTS, UNIT, PYTHON, BUILD, BUILD_MAIN, END_TO_END];

async function one(script: string, args: string[]): Promise<Counts> {
  const { code, output } = await runNode(script, args);
  if (code !== 0) process.stdout.write(output);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  success: boolean;
};

async function runVitest(): Promise<Counts> {
  return withReport('vitest.json', async (file) => {
    const { code } = await runNode(
      packageScript('vitest', 'vitest.mjs'),
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
      { show: true },
    );
    const report = readJson<VitestReport>(file);
    if (report === null) return { passed: 0, failed: 1, skipped: 0 };
    // A file that does not even load fails the run without a failed test in it.
    const failed = Math.max(report.numFailedTests, code === 0 ? 0 : 1);
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
  });
}

async function runPytest(): Promise<Counts> {
  const probe = await runProcess('python3', [
    '-c',
    'import numpy, scipy, PIL, pytest, torch, onnx, onnxscript, onnxruntime',
  ]).catch(() => null);
  if (probe?.code !== 0) {
    const missing = /No module named '([^']+)'/.exec(probe?.output ?? '')?.[1];
    const reason =
      missing === undefined
        ? 'python3 was not found'
        : `python3 has no ${missing} (pip install -r models/training/requirements.txt)`;
    return { passed: 0, failed: 0, skipped: 1, reason };
  }
  const { code, output } = await runProcess(
    'python3',
    ['-m', 'pytest', '-q', '--color=no', '-rs', 'models/training'],
    { show: true },
  );
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(output)?.[1] ?? 0);
  const failed = Math.max(count('failed') + count('error'), code === 0 ? 0 : 1);
  return { passed: count('passed'), failed, skipped: count('skipped') };
}

type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } };

async function runPlaywright(): Promise<Counts> {
  if (findChromium() === null) {
    return {
      passed: 0,
      failed: 0,
      skipped: 1,
      reason: 'no Chromium was found (install one or set $CHROMIUM)',
    };
  }
  return withReport('playwright.json', async (file) => {
    const { code } = await runNode(
      packageScript('@playwright', 'test', 'cli.js'),
      ['test', '--reporter=list,json'],
      {
        show: true,
        env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
      },
    );
    const stats = readJson<PlaywrightReport>(file)?.stats;
    if (stats === undefined) return { passed: 0, failed: 1, skipped: 0 };
    const failed = Math.max(stats.unexpected + stats.flaky, code === 0 ? 0 : 1);
    return { passed: stats.expected, failed, skipped: stats.skipped };
  });
}

async function withReport(name: string, use: (file: string) => Promise<Counts>): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'gen3d-test-'));
  try {
    return await use(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readJson<T>(file: string): T | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return null;
  }
}

/** Runs the checks one after the other, prints a line each and the sum last; the exit code. */
export async function runChecks(checks: Check[]): Promise<number> {
  process.chdir(ROOT);
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  for (const check of checks) {
    process.stdout.write(`\n▸ ${check.name}\n`);
    const started = process.hrtime.bigint();
    const counts = await check.run();
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    const state = counts.failed > 0 ? 'FAILED ' : counts.passed === 0 ? 'skipped' : 'ok     ';
    const reason = counts.reason === undefined ? '' : ` — ${counts.reason}`;
    lines.push(
      `${state} ${check.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds.toFixed(1)} s)${reason}`,
    );
    process.stdout.write(`${lines.at(-1)}\n`);
  }
  process.stdout.write(`\n${lines.join('\n')}\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 ? 0 : 1;
}
