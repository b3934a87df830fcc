/**
 * Stages 01 to 03 outside a job, for the photo step: what the studio sees in a picture, and the head model over it.
 * The networks look at a picture once; after that a question costs a fit, or, `live`, a warm restart of one.
 */
import type { BlobStore } from '../blobs/blob-store.ts';
import type { BlobId, PhotoFit, Warning } from '../contract/entities.ts';
import type { StageId } from '../contract/stages.ts';
import type { Inference } from '../inference/inference.ts';
import { readPhoto } from '../pipeline/01-photo/read-photo.ts';
import { analysePhoto } from '../pipeline/02-analyse/analyse-photo.ts';
import type { Analysis } from '../pipeline/02-analyse/analysis.ts';
import { fitPrior, loadPreparedModel } from '../pipeline/03-prior/fit-prior.ts';
import type { Prior } from '../pipeline/03-prior/prior.ts';
import { projectFit } from '../pipeline/03-prior/project-fit.ts';
import { refitPrior } from '../pipeline/03-prior/refit-prior.ts';
import type { StageContext } from '../pipeline/stage.ts';
import type { FitQuestion } from './messages.ts';

export type FitPhotoParts = {
  blobs: BlobStore;
  inference: Inference;
  readAsset: StageContext['readAsset'];
};

/** What a full fit needs of a photo: not its pixels, which may be hundreds of megabytes. */
type Looked = {
  photo: { image: { widthPx: number; heightPx: number }; focalLength35Mm: number | null };
  analysis: Analysis;
  warnings: Warning[];
};
type Fitted = { prior: Prior; warnings: Warning[] };

/** Answers for one photo at a time; another one makes it forget the last. */
export function createPhotoFitter(parts: FitPhotoParts): (question: FitQuestion) => Promise<PhotoFit> {
  let known: { blob: BlobId; looked: Looked; fitted: Fitted | null } | null = null;
  return async ({ photo: blob, edits, live }) => {
    if (known?.blob !== blob) {
      known = null;
      known = { blob, looked: await lookAt(blob, parts), fitted: null };
    }
    const { photo, analysis, warnings } = known.looked;
    const prepared = await loadPreparedModel(parts.readAsset);
    if (live && known.fitted !== null) {
      const prior = refitPrior(prepared, known.fitted.prior, analysis, edits.pins);
      known.fitted = { ...known.fitted, prior };
    } else {
      const context = createContext('03-prior', parts);
      const prior = await fitPrior({ photo, analysis, pins: edits.pins }, context);
      known.fitted = { prior, warnings: context.warnings };
    }
    const { prior, warnings: doubts } = known.fitted;
    return {
      foundPx: planar(analysis.landmarks),
      ...projectFit(prepared, prior),
      landmarkErrorPercent: prior.landmarkErrorPercent,
      confidence: prior.confidence,
      warnings: [...warnings, ...doubts],
    };
  };
}

async function lookAt(blob: BlobId, parts: FitPhotoParts): Promise<Looked> {
  const reading = createContext('01-photo', parts);
  const photo = await readPhoto({ bytes: await parts.blobs.get(blob) }, reading);
  const analysing = createContext('02-analyse', parts);
  const analysis = await analysePhoto({ photo }, analysing);
  const { widthPx, heightPx } = photo.image;
  return {
    photo: { image: { widthPx, heightPx }, focalLength35Mm: photo.focalLength35Mm },
    analysis,
    warnings: [...reading.warnings, ...analysing.warnings],
  };
}

/** (K, 3) x, y, z → (K × 2) x, y, to a tenth of a pixel: nobody sees more, and it is sent with every move of a hand. */
function planar(points: Float32Array): number[] {
  const out: number[] = [];
  for (let i = 0; i < points.length; i += 3) out.push(tenth(points[i]!), tenth(points[i + 1]!));
  return out;
}

function tenth(px: number): number {
  return Math.round(px * 10) / 10;
}

function createContext(stage: StageId, parts: FitPhotoParts): StageContext & { warnings: Warning[] } {
  const warnings: Warning[] = [];
  return {
    stage,
    warnings,
    signal: new AbortController().signal,
    progress: () => undefined,
    log: () => undefined,
    warn: (code, message) => warnings.push({ code, message, stage }),
    random: () => {
      throw new Error(`${stage} draws no random numbers`);
    },
    inference: parts.inference,
    readAsset: parts.readAsset,
  };
}
