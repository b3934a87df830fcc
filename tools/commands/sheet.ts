/**
 * `npm run sheet -- --out FILE.jpg <head folder…>`: a contact sheet of heads that `npm run head` made; the photo is
 * looked for among the samples by the folder's name unless given as `folder=photo`. `--views` shows the views of one.
 */
import { readdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { type SheetRow, writeContactSheet, writeViewSheet } from '../contact-sheet.ts';
import { ROOT } from '../paths.ts';
import { failUsage, readArguments } from '../read-arguments.ts';

const SAMPLES = join(ROOT, 'assets', 'samples');
const USAGE = 'usage: npm run sheet -- [--views] --out FILE.jpg <head folder…>';
const { values, positionals } = readArguments(
  {
    allowPositionals: true,
    options: { out: { type: 'string' }, views: { type: 'boolean', default: false } },
  },
  USAGE,
);
if (values.out === undefined) failUsage('--out FILE.jpg is missing', USAGE);
if (positionals.length === 0) failUsage('no head folder was given', USAGE);
if (values.views) {
  if (positionals.length > 1) failUsage('--views shows one head', USAGE);
  await writeViewSheet(join(positionals[0]!, 'views'), resolve(values.out));
} else await writeContactSheet(positionals.map(readRow), resolve(values.out));

function readRow(argument: string): SheetRow {
  const [folder, photo] = argument.split('=');
  return { photo: photo ?? samplePhoto(basename(folder!)), glb: join(folder!, 'head.glb') };
}

function samplePhoto(name: string): string {
  const file = readdirSync(SAMPLES).find(
    (entry) => basename(entry, extname(entry)) === name && !entry.endsWith('.json'),
  );
  if (file === undefined)
    return failUsage(`no sample picture is called ${name}: give it as folder=photo`, USAGE);
  return join(SAMPLES, file);
}
