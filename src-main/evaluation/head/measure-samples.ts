/**
 * The sample pictures through stages 01 to 06: does what the studio ships with cut itself, and does it lie on its surface?
 * repository root, how many → one line of numbers a picture (measure-contacts.ts, measure-wrap.ts).
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
import { beyondCut, findNeckCut } from '../../mesh/neck-cut.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import type { StageContext } from '../../pipeline/stage.ts';
import { seeded } from '../prior/fit-portrait.ts';
import { measureContacts } from './measure-contacts.ts';
import { measureWrap, skinOfHead } from './measure-wrap.ts';

/** Surface, truth and template are cut off at the neck in different ways: the last of it is not measured, m. */
export const NECK_MARGIN_M = 0.015;

export async function measureSamples(
  rootDir: string,
  count: number,
  unseeded: StageContext,
  log: (line: string) => void,
): Promise<Record<string, number>[]> {
  const folder = join(rootDir, 'assets', 'samples');
  const files = (await readdir(folder)).filter((name) => /\.(jpg|png)$/.test(name)).sort();
  const rows: Record<string, number>[] = [];
  for (const [index, file] of files.slice(0, count).entries()) {
    const context = seeded(unseeded, index);
    const settings = HEAD_SETTINGS_DEFAULTS;
    const photo = await readPhoto({ bytes: await readFile(join(folder, file)) }, context);
    const analysis = await analysePhoto({ photo }, context);
    const prior = await fitPrior({ photo, analysis }, context);
    const views = await generateViews({ photo, analysis, prior, settings }, context);
    const surface = await reconstructSurface({ prior, views, settings }, context);
    const head = await fitHead({ prior, views, surface, settings }, context);
    const contacts = await measureContacts(prior, head, context);
    if (contacts === null) continue;
    const isSkin = skinOfHead(head);
    const { triangles } = triangulateTopology(head.topology);
    const neck = findNeckCut({ positionsHead: prior.positionsHead, triangles });
    const wrap = measureWrap(
      head,
      surface.mesh,
      views.views.map(({ camera }) => camera),
      (point) => (neck === null || beyondCut(neck.plane, ...point) < -NECK_MARGIN_M) && isSkin(point),
    );
    const row = { ...contacts.numbers, ...wrap };
    rows.push(row);
    const numbers = Object.entries(row).map(([key, value]) => `${key} ${value.toFixed(2)}`);
    log(`${file}: ${numbers.join(', ')}, worst shape ${contacts.worstShape}`);
  }
  return rows;
}
