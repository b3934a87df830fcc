/** The compiler holds hosts and services to the contract: asked here, so that it stays so. */
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const CONTRACT = join(ROOT, 'src-main/contract');
const FILE = join(ROOT, 'test/contract/in-memory.ts');

/** What a service of every call looks like to the compiler; one that is left out is the mistake to be found. */
const service = (names: readonly string[]): string =>
  names.map((name) => `  '${name}': async () => null as never,`).join('\n');

/** Compiles one file that exists only here; the rest comes from disk and is read once. */
const library = new Map<string, ts.SourceFile | undefined>();
function problemsOf(source: string): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2024.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const readFromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    if (name === FILE) return ts.createSourceFile(name, source, ts.ScriptTarget.ES2024);
    if (!library.has(name)) library.set(name, readFromDisk(name, version));
    return library.get(name);
  };
  const program = ts.createProgram([FILE], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const withContract = (body: string): string => `
import type { StudioApi, ApiArgs } from '${CONTRACT}/api.ts';
import type { StudioBridge } from '${CONTRACT}/wire.ts';
import type { StudioEvents } from '${CONTRACT}/events.ts';
${body}`;

describe('the compiler', () => {
  let names: string[];
  beforeAll(() => {
    const text = ts.sys.readFile(join(CONTRACT, 'api.ts'))!;
    names = [...text.matchAll(/^ {2}'([a-zA-Z]+\.[a-zA-Z]+)':/gm)].map(([, name]) => name!);
  });

  test('accepts a service that answers every call', () => {
    expect(names.length).toBeGreaterThan(10);
    expect(problemsOf(withContract(`export const services: StudioApi = {\n${service(names)}\n};`))).toEqual(
      [],
    );
  });

  test('refuses one that forgets a call, and names it', () => {
    for (const forgotten of [names[0]!, names.at(-1)!]) {
      const rest = service(names.filter((name) => name !== forgotten));
      const problems = problemsOf(withContract(`export const services: StudioApi = {\n${rest}\n};`));
      expect(problems.join('\n')).toContain(`'${forgotten}'`);
    }
  });

  test('refuses one that answers a call nobody makes, or with something else', () => {
    expect(
      problemsOf(withContract(`export const s: StudioApi = {\n${service([...names, 'head.sell'])}\n};`)),
    ).not.toEqual([]);
    const wrong = `export const list: StudioApi['project.list'] = async () => [{ id: 1 }];`;
    expect(problemsOf(withContract(wrong)).join('\n')).toContain('Project');
  });

  test('refuses a preload without upload, wrong arguments, an event that is none', () => {
    const bridge = `export const b: StudioBridge = { call: async () => ({ result: null }), on: () => () => undefined };`;
    expect(problemsOf(withContract(bridge)).join('\n')).toContain('upload');
    expect(problemsOf(withContract(`export const a: ApiArgs<'job.cancel'> = { job: 'x' };`))).not.toEqual([]);
    expect(problemsOf(withContract(`export type E = StudioEvents['job.gone'];`))).not.toEqual([]);
  });
});
