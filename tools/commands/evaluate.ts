/**
 * `npm run evaluate -- <what> [--json FILE] [--limit N] [--sheets DIR] [--packs DIR[@STEPS],…]`: one of the evaluations of
 * src-main/evaluation. Exit code 0; 2 usage; 4 the data that it needs is not there.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EVALUATIONS } from '../../src-main/evaluation/evaluations.ts';
import { IMAGE_PORT } from '../image-port.ts';
import { ROOT, sharedDataDir } from '../paths.ts';
import { failUsage, readArguments, readCount } from '../read-arguments.ts';

const names = Object.keys(EVALUATIONS).join(', ');
const usage = `usage: npm run evaluate -- <what> [--json FILE] [--limit N] [--sheets DIR] [--packs DIR[@STEPS],…]\nwhat: ${names}`;
const { values, positionals } = readArguments(
  {
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      limit: { type: 'string' },
      sheets: { type: 'string' },
      packs: { type: 'string' },
    },
  },
  usage,
);
const limit = values.limit === undefined ? null : readCount('limit', values.limit, usage);
const evaluation = positionals.length === 1 ? EVALUATIONS[positionals[0]!] : undefined;
if (evaluation === undefined) failUsage('Name one evaluation.', usage);
const dataDir = sharedDataDir();
if (evaluation.needsData && dataDir === null) {
  process.stderr.write(
    `${evaluation.title} needs the development data, which is not beside this checkout. Set GEN3D_SHARED_DATA to its folder.\n`,
  );
  process.exit(4);
}

const report = await evaluation.run({
  dataDir,
  rootDir: ROOT,
  limit,
  sheetsDir: values.sheets === undefined ? null : resolve(values.sheets),
  packs: values.packs === undefined ? [] : values.packs.split(','),
  images: IMAGE_PORT,
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${evaluation.title}\n\n${report.table.join('\n')}\n\n${report.notes.join('\n')}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report.numbers, null, 2)}\n`);
