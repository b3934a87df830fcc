/**
 * Held-back real portraits and the studio's samples through every method, for looking: there is no truth to compare with.
 * pictures → `views-portraits.jpg`: a row a method, the photo first.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageRgba } from '../../image/image.ts';
import { readPhoto } from '../../pipeline/01-photo/read-photo.ts';
import { analysePhoto } from '../../pipeline/02-analyse/analyse-photo.ts';
import { fitPrior } from '../../pipeline/03-prior/fit-prior.ts';
import { encodeJpeg } from '../../pipeline/08-export/encode-png.ts';
import type { StageContext } from '../../pipeline/stage.ts';
import { splitPortraits } from '../../synth/portraits/split-portraits.ts';
import { stackImages } from '../prior/draw-fit.ts';
import { drawRow } from './draw-rows.ts';
import { isFaceless, type MethodViews, type PhotoInput } from './method-views.ts';

const PORTRAITS = 12;

export type PortraitRows = {
  dataDir: string;
  rootDir: string;
  sheetsDir: string;
  limit: number | null;
  context: StageContext;
  make(input: PhotoInput, index: number): Promise<MethodViews[]>;
  log(line: string): void;
};

export async function drawPortraits(options: PortraitRows): Promise<void> {
  const { dataDir, rootDir, sheetsDir, limit, context, make, log } = options;
  const samples = join(rootDir, 'assets/samples');
  const pictures = (await readdir(samples)).filter((name) => /\.(jpg|png)$/.test(name)).sort();
  const { test } = await splitPortraits(join(dataDir, 'portraits'));
  const count = Math.min(PORTRAITS, limit ?? PORTRAITS);
  // Spread over the list, so that all of its sources are met.
  const portraits = Array.from(
    { length: count },
    (_, k) => test[Math.floor(((k + 0.5) * test.length) / count)]!,
  );
  const files = [
    ...pictures.map((name) => join(samples, name)),
    ...portraits.map((name) => join(dataDir, 'portraits', name)),
  ];
  const rows: ImageRgba[] = [];
  for (const [index, file] of files.entries()) {
    try {
      const photo = await readPhoto({ bytes: await readFile(file) }, context);
      const analysis = await analysePhoto({ photo }, context);
      const prior = await fitPrior({ photo, analysis }, context);
      const made = await make({ photo, analysis, prior }, index);
      made.forEach(({ views }, row) => rows.push(drawRow(row === 0 ? photo.image : null, views)));
      log(`${file}: ${made.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`).join(', ')}`);
    } catch (error) {
      if (!isFaceless(error)) throw error;
      log(`${file}: no face was found`);
    }
  }
  await writeFile(join(sheetsDir, 'views-portraits.jpg'), await encodeJpeg(stackImages(rows)));
}
