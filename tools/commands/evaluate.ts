/**
 * `npm run evaluate -- <what> [--json FILE] [--limit N] [--sheets DIR]`: one of the evaluations of
 * src-main/evaluation. Exit code 0; 2 usage; 4 the data that it needs is not there.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EVALUATIONS } from '../../src-main/evaluation/evaluations.ts';
import { ROOT, sharedDataDir } from '../paths.ts';

const names = Object.keys(EVALUATIONS).join(', ');
const usage = `usage: npm run evaluate -- <what> [--json FILE] [--limit N] [--sheets DIR]\nwhat: ${names}`;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, limit: { type: 'string' }, sheets: { type: 'string' } },
});
const limit = values.limit === undefined ? null : Number(values.limit);
const evaluation = positionals.length === 1 ? EVALUATIONS[positionals[0]!] : undefined;
if (evaluation === undefined || (limit !== null && !(Number.isInteger(limit) && limit > 0))) fail(2, usage);
const dataDir = sharedDataDir();
if (evaluation.needsData && dataDir === null) {
  fail(
    4,
    `${evaluation.title} needs the development data, which is not beside this checkout. Set GEN3D_SHARED_DATA to its folder.`,
  );
}

const report = await evaluation.run({
  dataDir,
  rootDir: ROOT,
  limit,
  sheetsDir: values.sheets === undefined ? null : resolve(values.sheets),
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${evaluation.title}\n\n${report.table.join('\n')}\n\n${report.notes.join('\n')}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report.numbers, null, 2)}\n`);

function fail(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
