/**
 * How good the views of stage 04 are: packs of method `diffusion` against method `reproject`.
 *
 * Held-out synthetic people (other seeds than training's), one photo each: estimated prior, all views by every method as the
 * product makes them, against exact views of the truth; numbers on all pixels and on those that the photo does not show.
 * Paper: PSNR, SSIM, LPIPS and Re-ID on held-out scans (table 1); the data differ, so its numbers are no yardstick here.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageRgba } from '../../image/image.ts';
import { createOnnxInference } from '../../inference/onnx-inference.ts';
import type { Photo } from '../../pipeline/01-photo/photo.ts';
import { analysePhoto } from '../../pipeline/02-analyse/analyse-photo.ts';
import type { Analysis } from '../../pipeline/02-analyse/analysis.ts';
import { HEAD_MODEL_ASSET } from '../../pipeline/03-prior/fit-prior.ts';
import { prepareHeadModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import { readHeadModel } from '../../pipeline/03-prior/read-head-model.ts';
import { VIEW_PACK } from '../../pipeline/04-views/diffusion/read-view-pack.ts';
import { encodeJpeg } from '../../pipeline/08-export/encode-png.ts';
import type { StageContext } from '../../pipeline/stage.ts';
import { readHumanAssets } from '../../synth/makehuman/assets.ts';
import { mapBody } from '../../synth/person/body-map.ts';
import type { Evaluation, EvaluationOptions, EvaluationReport } from '../evaluation.ts';
import { makeTruthHead, type TruthHead, type TruthMaker } from '../head/truth-head.ts';
import { stackImages } from '../prior/draw-fit.ts';
import { evaluationContext } from '../prior/fit-portrait.ts';
import { compareViews, findRegion, findSeen, onGrey } from './compare-views.ts';
import { drawRow } from './draw-rows.ts';
import {
  BASELINE,
  DEFAULT_VIEWS,
  isFaceless,
  makeAll,
  type MethodViews,
  type PhotoInput,
  type Row,
  type Rows,
  TRUTH,
} from './method-views.ts';
import { type OpenPack, openPack } from './open-pack.ts';
import { extractFeatures, featureDistance, type Features } from './perceptual-distance.ts';
import { drawPortraits } from './portrait-rows.ts';
import { reportViews } from './report-views.ts';
import { meanOf, measureIdentity } from './view-identity.ts';

const PEOPLE = 64;
const SHEET_PEOPLE = 12;
/** Features are costly; with 16 views every third still meets all elevations of the rig. */
const FEATURE_STRIDE = 3;

export const viewsEvaluation: Evaluation = {
  title: 'Views: packs of method diffusion against reproject, on held-out synthetic heads',
  needsData: true,
  run: evaluateViews,
};

export async function evaluateViews(options: EvaluationOptions): Promise<EvaluationReport> {
  const { dataDir, rootDir, limit, log, sheetsDir, images } = options;
  if (dataDir === null || !existsSync(join(dataDir, 'makehuman', 'base.obj')))
    throw new Error('the evaluation of views needs the makehuman folder of the development data');
  const packs = await openPacks(options);
  const readAsset = (name: string): Promise<Uint8Array> => readFile(join(rootDir, 'assets', name));
  const inference = await createOnnxInference({ modelsDir: join(rootDir, 'models') });
  const context = evaluationContext(inference, readAsset);
  const assets = await readHumanAssets(join(dataDir, 'makehuman'), images);
  const prepared = prepareHeadModel(readHeadModel(await readAsset(HEAD_MODEL_ASSET)));
  const maker: TruthMaker = { assets, map: mapBody(assets), port: images, prepared, inference };
  const rows: Rows = new Map();
  const sheet: ImageRgba[] = [];
  const views = packs[0]?.views ?? DEFAULT_VIEWS;
  let withoutFace = 0;
  for (let index = 0; index < (limit ?? PEOPLE); index++) {
    const truth = await makeTruthHead(maker, index, views);
    const analysis = truth === null ? null : await analyse(truth, context);
    if (truth === null || analysis === null) {
      withoutFace++;
      continue;
    }
    const photo = asPhoto(truth.photo.image);
    const made = await makeAll({ photo, analysis, prior: truth.prior }, packs, context, index);
    await measureHead(truth, analysis, made, context, rows);
    log(`person ${index} (${truth.hair}): ${describe(rows)}`);
    if (sheetsDir === null || index >= SHEET_PEOPLE) continue;
    sheet.push(drawRow(truth.photo.image, truth.views));
    made.forEach(({ views: row }) => sheet.push(drawRow(null, row)));
  }
  if (sheetsDir !== null) {
    await mkdir(sheetsDir, { recursive: true });
    await writeFile(join(sheetsDir, 'views-synthetic.jpg'), await encodeJpeg(stackImages(sheet)));
    const make = (input: PhotoInput, index: number): Promise<MethodViews[]> =>
      makeAll(input, packs, context, index);
    await drawPortraits({ dataDir, rootDir, sheetsDir, limit, context, log, make });
  }
  await inference.release();
  for (const pack of packs) await pack.close();
  return reportViews(
    rows,
    packs.map(({ name }) => name),
    withoutFace,
    prepared.model.id,
  );
}

/** The packs that were asked for; without, the studio's own if it is installed. */
async function openPacks({ packs, rootDir, log }: EvaluationOptions): Promise<OpenPack[]> {
  const own = join(rootDir, 'models', VIEW_PACK);
  const specs = packs.length > 0 ? packs : existsSync(join(own, 'pack.json')) ? [own] : [];
  if (specs.length === 0)
    log(`No view pack: ${own} is not there and --packs names none. Only ${BASELINE} is measured.`);
  const opened: OpenPack[] = [];
  for (const spec of specs) opened.push(await openPack(spec));
  if (opened.some(({ views }) => views !== opened[0]!.views))
    throw new Error('packs with different numbers of views cannot be compared in one run');
  return opened;
}

/** What stage 02 says of the photo, with the synthetic mask: masks are not what is measured. */
async function analyse({ photo }: TruthHead, context: StageContext): Promise<Analysis | null> {
  try {
    const analysis = await analysePhoto({ photo: asPhoto(photo.image) }, context);
    const { widthPx, heightPx } = photo.image;
    return { ...analysis, mask: { widthPx, heightPx, alpha: photo.maskAlpha } };
  } catch (error) {
    if (isFaceless(error)) return null;
    throw error;
  }
}

function asPhoto(image: ImageRgba): Photo {
  return { image, sha256: '', format: 'png', focalLength35Mm: null, cropFactor: 1 };
}

async function measureHead(
  truth: TruthHead,
  analysis: Analysis,
  made: readonly MethodViews[],
  { inference }: StageContext,
  rows: Rows,
): Promise<void> {
  const seen = findSeen(made[0]!.views);
  const features = new Map<number, Features>();
  for (let view = 0; view < truth.views.length; view += FEATURE_STRIDE)
    features.set(view, await extractFeatures(onGrey(truth.views[view]!), inference));
  addRow(rows, TRUTH, { ...(await measureIdentity(analysis, truth.views, inference)) });
  for (const { name, views, seconds } of made) {
    const perceptual = { all: [] as number[], unseen: [] as number[] };
    for (const [index, known] of features) {
      const view = views[index]!;
      const mine = await extractFeatures(onGrey(view), inference);
      const { region } = findRegion(truth.views[index]!, view);
      const { widthPx, heightPx } = view.image;
      const distance = (values: Uint8Array): number =>
        featureDistance(known, mine, { widthPx, heightPx, values });
      perceptual.all.push(distance(region));
      perceptual.unseen.push(distance(region.map((value, i) => value & (1 - seen[index]![i]!))));
    }
    addRow(rows, name, {
      ...compareViews(truth.views, views, seen),
      perceptual: meanOf(perceptual.all),
      perceptualUnseen: meanOf(perceptual.unseen),
      ...(await measureIdentity(analysis, views, inference)),
      seconds,
    });
  }
}

function addRow(rows: Rows, name: string, row: Row): void {
  rows.set(name, [...(rows.get(name) ?? []), row]);
}

/** The last head by method, for the log. */
function describe(rows: Rows): string {
  return [...rows]
    .filter(([name]) => name !== TRUTH)
    .map(([name, list]) => {
      const { psnrUnseen, ssimUnseen, maskIou, perceptualUnseen, seconds } = list.at(-1)!;
      const numbers = [psnrUnseen, ssimUnseen, maskIou, perceptualUnseen, seconds];
      return `${name} ${numbers.map((value) => value!.toFixed(2)).join(' ')}`;
    })
    .join(' · ');
}
