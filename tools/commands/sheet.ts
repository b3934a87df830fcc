/**
 * `npm run sheet -- --out FILE.jpg <head folder…>`: a contact sheet of heads that `npm run head` made; the photo is
 * looked for among the samples by the folder's name unless given as `folder=photo`.
 */
import { readdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeContactSheet } from '../contact-sheet.ts';
import { ROOT } from '../paths.ts';

const SAMPLES = join(ROOT, 'assets', 'samples');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
if (values.out === undefined || positionals.length === 0) {
  process.stderr.write('usage: npm run sheet -- --out FILE.jpg <head folder…>\n');
  process.exit(2);
}
const rows = positionals.map((argument) => {
  const [folder, photo] = argument.split('=');
  return { photo: photo ?? samplePhoto(basename(folder!)), glb: join(folder!, 'head.glb') };
});
await writeContactSheet(rows, resolve(values.out));

function samplePhoto(name: string): string {
  const file = readdirSync(SAMPLES).find(
    (entry) => basename(entry, extname(entry)) === name && !entry.endsWith('.json'),
  );
  if (file === undefined) throw new Error(`no sample picture is called ${name}: give it as folder=photo`);
  return join(SAMPLES, file);
}
