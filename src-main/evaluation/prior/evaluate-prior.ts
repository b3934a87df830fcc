/**
 * How well the head prior is estimated from one picture.
 *
 * (a) On drawn heads of known shape (ICT-FaceKit and MakeHuman, people that no model was built from): distance of face
 *     scan points from the fitted mesh after alignment (measure-scan.ts), by yaw.
 * (b) On real portraits, where no shape is known: landmark error, and fits that fail, which is a landmark error above
 *     FAILED_LANDMARK_PERCENT or a mesh that leaves the portrait mask by more than FAILED_OUTSIDE_PERCENT.
 * The pictures go through the product's own analysis networks. Paper: it estimates its mesh with DECA, whose numbers on
 * NoW (median 1.09 mm) are of another data set and not comparable.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageRgba } from '../../image/image.ts';
import { createOnnxInference } from '../../inference/onnx-inference.ts';
import { HEAD_MODEL_ASSET } from '../../pipeline/03-prior/fit-prior.ts';
import { prepareHeadModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import { readHeadModel } from '../../pipeline/03-prior/read-head-model.ts';
import { encodePng } from '../../pipeline/08-export/encode-png.ts';
import type { Evaluation, EvaluationOptions, EvaluationReport } from '../evaluation.ts';
import { sheetOf } from './draw-fit.ts';
import { drawShapes } from './draw-shapes.ts';
import { evaluationContext } from './fit-portrait.ts';
import { type KnownResult, type KnownResults, measureKnownHeads } from './measure-known-heads.ts';
import { type PortraitResults, measurePortraits } from './measure-portraits.ts';
import type { PriorRun } from './prior-run.ts';
import { deviationOf, meanOf, medianOf } from './statistics.ts';

/** People per data set. */
const PEOPLE = 8;

export const priorEvaluation: Evaluation = {
  title: 'Head prior: known heads and real portraits',
  needsData: true,
  run: (options) =>
    evaluatePrior(options, async (run) => ({
      known: await measureKnownHeads(run, options.limit ?? PEOPLE),
      portraits: await measurePortraits(run, options.limit),
    })),
};

/** The portraits alone: all of them take half an hour of one core. */
export const priorPortraitsEvaluation: Evaluation = {
  title: 'Head prior: real portraits',
  needsData: true,
  run: (options) =>
    evaluatePrior(options, async (run) => ({
      known: { results: [], unseen: 0 },
      portraits: await measurePortraits(run, options.limit),
    })),
};

type Measured = { known: KnownResults; portraits: PortraitResults };

async function evaluatePrior(
  options: EvaluationOptions,
  measure: (run: PriorRun) => Promise<Measured>,
): Promise<EvaluationReport> {
  const { dataDir, rootDir, log } = options;
  if (dataDir === null) throw new Error('the prior evaluation needs the development data');
  const readAsset = (name: string): Promise<Uint8Array> => readFile(join(rootDir, 'assets', name));
  const inference = await createOnnxInference({ modelsDir: join(rootDir, 'models') });
  const context = evaluationContext(inference, readAsset);
  const prepared = prepareHeadModel(readHeadModel(await readAsset(HEAD_MODEL_ASSET)));
  const run: PriorRun = { prepared, dataDir, context, log, sheets: { known: [], portraits: [] } };
  const measured = await measure(run);
  await inference.release();
  if (options.sheetsDir !== null) {
    await writeSheets({ ...run.sheets, shapes: drawShapes(prepared) }, options.sheetsDir);
  }
  return report(measured, prepared.model.id);
}

/** Two columns of ten: as much as a screen shows. */
const FITS_PER_SHEET = 20;

async function writeSheets(sheets: Record<string, readonly ImageRgba[]>, sheetsDir: string): Promise<void> {
  await mkdir(sheetsDir, { recursive: true });
  const write = async (name: string, fits: readonly ImageRgba[]): Promise<void> =>
    writeFile(join(sheetsDir, name), await encodePng(sheetOf(fits), { alpha: false }));
  for (const [name, fits] of Object.entries(sheets)) {
    for (let first = 0; first < fits.length; first += FITS_PER_SHEET)
      await write(
        `prior-${name}-${first / FITS_PER_SHEET + 1}.png`,
        fits.slice(first, first + FITS_PER_SHEET),
      );
  }
}

function report({ known, portraits }: Measured, modelId: string): EvaluationReport {
  const pool = (keep: (result: KnownResult) => boolean): number[] =>
    known.results.filter(keep).flatMap((result) => [...result.distancesMm]);
  const frontal = pool((result) => Math.abs(result.yawDeg) <= 20);
  const numbers: Record<string, number> = {
    faceMedianMm: medianOf(frontal),
    faceMeanMm: meanOf(frontal),
    faceStdMm: deviationOf(frontal),
    faceMeanMmYaw40: meanOf(pool((result) => Math.abs(result.yawDeg) === 40)),
    faceMeanMmYaw60: meanOf(pool((result) => Math.abs(result.yawDeg) === 60)),
    faceMeanMmIct: meanOf(pool((result) => result.data === 'ict' && Math.abs(result.yawDeg) <= 20)),
    faceMeanMmMakeHuman: meanOf(
      pool((result) => result.data === 'makehuman' && Math.abs(result.yawDeg) <= 20),
    ),
    landmarkPercent: meanOf(portraits.landmarkPercents),
    failureRate: portraits.failures.length / Math.max(1, portraits.count),
    fitSeconds: meanOf(portraits.seconds),
    knownHeadsUnseen: known.unseen,
    portraitsUnseen: portraits.unseen,
  };
  // What was not measured is not in the report.
  for (const [key, value] of Object.entries(numbers)) if (Number.isNaN(value)) delete numbers[key];
  const table = Object.entries(numbers).map(([key, value]) => `${key.padEnd(22)}${value.toFixed(4)}`);
  return {
    numbers,
    table,
    notes: [
      `${known.results.length} drawings of known heads, ${portraits.count} portraits, model ${modelId}.`,
      'faceMedianMm, faceMeanMm, faceStdMm: |yaw| ≤ 20°, both data sets, scale aligned as in NoW.',
      'Known heads are new draws from ICT and MakeHuman distributions: new people, not a new kind of data.',
      '`unseen` pictures are those in which the analysis finds no face; they count neither way.',
    ],
  };
}
