/**
 * The sample pictures through stages 01 to 06: does what the studio ships with cut itself?
 * repository root, how many → one line of contact numbers a picture (measure-contacts.ts).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HEAD_SETTINGS_DEFAULTS } from '../../contract/entities.ts';
import { readPhoto } from '../../pipeline/01-photo/read-photo.ts';
import { analysePhoto } from '../../pipeline/02-analyse/analyse-photo.ts';
import { fitPrior } from '../../pipeline/03-prior/fit-prior.ts';
import { generateViews } from '../../pipeline/04-views/generate-views.ts';
import { reconstructSurface } from '../../pipeline/05-surface/reconstruct-surface.ts';
import { fitHead } from '../../pipeline/06-head/fit-head.ts';
import type { StageContext } from '../../pipeline/stage.ts';
import { type HeadContacts, measureContacts } from './measure-contacts.ts';

export async function measureSamples(
  rootDir: string,
  count: number,
  context: StageContext,
  log: (line: string) => void,
): Promise<HeadContacts['numbers'][]> {
  const folder = join(rootDir, 'assets', 'samples');
  const files = (await readdir(folder)).filter((name) => /\.(jpg|png)$/.test(name)).sort();
  const rows: HeadContacts['numbers'][] = [];
  for (const file of files.slice(0, count)) {
    const settings = HEAD_SETTINGS_DEFAULTS;
    const photo = await readPhoto({ bytes: await readFile(join(folder, file)) }, context);
    const analysis = await analysePhoto({ photo }, context);
    const prior = await fitPrior({ photo, analysis }, context);
    const views = await generateViews({ photo, analysis, prior, settings }, context);
    const surface = await reconstructSurface({ prior, views, settings }, context);
    const head = await fitHead({ prior, views, surface, settings }, context);
    const contacts = await measureContacts(prior, head, context);
    if (contacts === null) continue;
    rows.push(contacts.numbers);
    const numbers = Object.entries(contacts.numbers).map(([key, value]) => `${key} ${value.toFixed(2)}`);
    log(`${file}: ${numbers.join(', ')}, worst shape ${contacts.worstShape}`);
  }
  return rows;
}
