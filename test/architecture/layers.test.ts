/** Who may import whom (architecture: contract ← kernels ← inference ← pipeline ← engine ← app ← hosts). */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { STAGES } from '../../src-main/contract/stages.ts';

const ROOT = join(import.meta.dirname, '../..');
const KERNELS = ['tensor', 'image', 'mesh', 'camera', 'render'];
const BELOW_PIPELINE = ['contract', ...KERNELS, 'inference'];

/** Layer → layers it may import; itself is implied. */
const ALLOWED: Record<string, string[]> = {
  contract: [],
  ...Object.fromEntries(KERNELS.map((kernel) => [kernel, ['contract', ...KERNELS]])),
  inference: ['contract', ...KERNELS],
  pipeline: BELOW_PIPELINE,
  blobs: ['contract'],
  library: ['contract'],
  engine: [...BELOW_PIPELINE, 'pipeline', 'blobs'],
  synth: [...BELOW_PIPELINE, 'pipeline'],
  evaluation: [...BELOW_PIPELINE, 'pipeline', 'synth', 'engine', 'blobs'],
  app: ['contract', ...KERNELS, 'engine', 'blobs', 'library'],
  hosts: ['contract', 'engine', 'blobs', 'library', 'app'],
  renderer: ['contract'],
};
/** npm package (or Node module) → layers that may import it. */
const PACKAGES: Record<string, string[]> = {
  electron: ['hosts'],
  'node:http': ['hosts'],
  'better-sqlite3': ['library'],
  'onnxruntime-node': ['inference'],
  '@babylonjs/core': ['renderer'],
  '@babylonjs/loaders': ['renderer'],
};
/** What a stage hands on: a file of types and constants, the only one that later stages may import from. */
const RECORDS = [
  'photo',
  'analysis',
  'prior',
  'head-model',
  'landmark-sets',
  'views',
  'surface',
  'head',
  'texture',
  'exported-files',
];
/** Layers that must not touch files or processes. */
const PURE = ['contract', ...KERNELS];

const sources = [...files(join(ROOT, 'src-main')), ...files(join(ROOT, 'src-renderer'))].map((path) =>
  relative(ROOT, path),
);

describe('layers', () => {
  test('there is something to check', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  for (const file of sources) {
    test(file, () => {
      const layer = layerOf(file);
      for (const { source, typeOnly } of importsOf(readFileSync(join(ROOT, file), 'utf8'))) {
        if (source.startsWith('.')) checkRelative(file, layer, source, typeOnly);
        else checkPackage(layer, source);
      }
    });
  }
});

test('what a stage hands on has no functions', () => {
  const records = sources.filter((file) => stageOf(file) !== null && RECORDS.includes(basename(file, '.ts')));
  expect(records.length).toBe(RECORDS.length);
  for (const file of records) {
    expect(readFileSync(join(ROOT, file), 'utf8'), file).not.toMatch(/\bfunction\b|=>\s*\{/);
  }
});

test('the folders of the pipeline are the stages, in order', () => {
  const folder = join(ROOT, 'src-main/pipeline');
  const folders = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());
  expect(folders.sort()).toEqual([...STAGES]);
});

test('no folder is a drawer for anything', () => {
  const drawers = sources.filter((file) =>
    file.split(sep).some((part) => ['utils', 'helpers', 'common', 'lib'].includes(part)),
  );
  expect(drawers).toEqual([]);
});

function checkRelative(file: string, layer: string, source: string, typeOnly: boolean): void {
  const target = relative(ROOT, normalize(join(dirname(join(ROOT, file)), source)));
  if (target.startsWith(`assets${sep}`)) return;
  const to = layerOf(target);
  expect(
    to === layer || (ALLOWED[layer] ?? []).includes(to),
    `${layer} must not import ${to} (${source})`,
  ).toBe(true);
  const [from, into] = [stageOf(file), stageOf(target)];
  if (from === null || into === null || from === into) return;
  const isRecord = RECORDS.includes(basename(target, '.ts'));
  expect(typeOnly || isRecord, `a stage may import only types of another stage (${source})`).toBe(true);
  expect(into < from, `${from} must not look ahead to ${into}`).toBe(true);
}

function checkPackage(layer: string, source: string): void {
  const name = source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');
  const owners = PACKAGES[name];
  if (owners !== undefined) expect(owners, `${layer} must not import ${name}`).toContain(layer);
  if (PURE.includes(layer))
    expect(source, `${layer} is pure and must not import ${source}`).not.toMatch(/^node:|^sharp$/);
}

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.(ts|svelte)$/.test(name) ? [path] : [];
  });
}

function layerOf(file: string): string {
  const parts = file.split(sep);
  return parts[0] === 'src-renderer' ? 'renderer' : parts[1]!;
}

function stageOf(file: string): string | null {
  return /pipeline[\\/](\d\d-[a-z]+)[\\/]/.exec(file)?.[1] ?? null;
}

function importsOf(text: string): { source: string; typeOnly: boolean }[] {
  const found: { source: string; typeOnly: boolean }[] = [];
  const statement = /\b(import|export)(\s+type)?\b([^;'"]*?)\bfrom\s*['"]([^'"]+)['"]/g;
  for (const [, , type, names, source] of text.matchAll(statement)) {
    const listed = /^\s*\{([^}]*)\}\s*$/.exec(names!)?.[1];
    const allTypes = listed !== undefined && listed.split(',').every((name) => /^\s*(type\s|$)/.test(name));
    found.push({ source: source!, typeOnly: type !== undefined || allTypes });
  }
  for (const [, source] of text.matchAll(/\bimport\s*\(?\s*['"]([^'"]+)['"]/g))
    found.push({ source: source!, typeOnly: false });
  return found;
}
