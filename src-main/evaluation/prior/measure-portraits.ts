/**
 * Real portraits through the product's own analysis and fit: landmark error, and fits that fail, which is a landmark error
 * above FAILED_LANDMARK_PERCENT or a mesh that leaves the portrait mask by more than FAILED_OUTSIDE_PERCENT.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPhoto } from '../../pipeline/01-photo/read-photo.ts';
import { drawFit } from './draw-fit.ts';
import { fitPortrait, onlyNoFace } from './fit-portrait.ts';
import { listPortraits } from './list-portraits.ts';
import { type PriorRun, SHEET_FITS } from './prior-run.ts';

const FAILED_LANDMARK_PERCENT = 4;
const FAILED_OUTSIDE_PERCENT = 15;

export type PortraitResults = {
  count: number;
  unseen: number;
  failures: string[];
  landmarkPercents: number[];
  seconds: number[];
};

export async function measurePortraits(run: PriorRun, limit: number | null): Promise<PortraitResults> {
  const { prepared, dataDir, context, log } = run;
  const out: PortraitResults = { count: 0, unseen: 0, failures: [], landmarkPercents: [], seconds: [] };
  for (const file of await listPortraits(dataDir, limit)) {
    const photo = await readPhoto({ bytes: await readFile(join(dataDir, 'portraits', file)) }, context);
    const fit = await fitPortrait(prepared, photo, context).catch(onlyNoFace);
    if (fit === null) {
      out.unseen++;
      continue;
    }
    if (run.sheets.portraits.length < SHEET_FITS) {
      run.sheets.portraits.push(drawFit(prepared, photo.image, fit));
    }
    out.count++;
    const { landmarkErrorPercent } = fit.prior;
    out.landmarkPercents.push(landmarkErrorPercent);
    out.seconds.push(fit.seconds);
    if (landmarkErrorPercent <= FAILED_LANDMARK_PERCENT && fit.outsidePercent <= FAILED_OUTSIDE_PERCENT)
      continue;
    out.failures.push(file);
    log(
      `${file}: landmarks ${landmarkErrorPercent.toFixed(2)} %, outside the mask ${fit.outsidePercent.toFixed(1)} %`,
    );
  }
  return out;
}
