/**
 * Stages 01 to 03 outside a job, for the photo step: what the studio sees in a picture, and the head model over it.
 * The networks look at a picture once; after that a question costs a fit, or, `live`, a warm restart of one.
 */
import type { BlobStore } from '../blobs/blob-store.ts';
import {
  PHOTO_EDITS_DEFAULTS,
  type BlobId,
  type PhotoEdits,
  type PhotoFit,
  type Warning,
} from '../contract/entities.ts';
import type { UserHeadModel } from '../contract/studio-settings.ts';
import type { StageId } from '../contract/stages.ts';
import type { Inference } from '../inference/inference.ts';
import { readPhoto } from '../pipeline/01-photo/read-photo.ts';
import { analysePhoto } from '../pipeline/02-analyse/analyse-photo.ts';
import type { Analysis } from '../pipeline/02-analyse/analysis.ts';
import { retouchMask } from '../pipeline/02-analyse/retouch-mask.ts';
import { fitPrior, loadPreparedModel } from '../pipeline/03-prior/fit-prior.ts';
import { equivalentFocal35Mm } from '../pipeline/03-prior/focal-prior.ts';
import type { Prior } from '../pipeline/03-prior/prior.ts';
import { projectFit } from '../pipeline/03-prior/project-fit.ts';
import { refitPrior } from '../pipeline/03-prior/refit-prior.ts';
import { cropOrigin, placeEdits } from '../pipeline/place-edits.ts';
import type { StageContext } from '../pipeline/stage.ts';
import { drawMask } from './draw-thumbnail.ts';
import type { FitQuestion } from './messages.ts';

export type FitPhotoParts = {
  blobs: BlobStore;
  inference: Inference;
  readAsset: StageContext['readAsset'];
  readUserFile: StageContext['readUserFile'];
};

/** What a full fit needs of a photo: not its pixels, which may be hundreds of megabytes. */
type Looked = {
  photo: { image: { widthPx: number; heightPx: number }; focalLength35Mm: number | null };
  /** Before the brush. */
  analysis: Analysis;
  mask: BlobId;
  cropFactor: number;
  warnings: Warning[];
};
/** What decides which pixels the networks see. */
type View = Pick<FitQuestion, 'photo'> & Pick<PhotoEdits, 'crop' | 'face'>;
type Fitted = { prior: Prior; warnings: Warning[] };

/** Answers for one photo at a time; another one makes it forget the last. */
export function createPhotoFitter(parts: FitPhotoParts): (question: FitQuestion) => Promise<PhotoFit> {
  let known: { view: string; looked: Looked; fitted: Fitted | null } | null = null;
  return async ({ photo: blob, edits, live, headModel }) => {
    const { crop, face } = edits;
    const view = JSON.stringify([blob, crop, face, headModel]);
    if (known?.view !== view) {
      known = null;
      known = { view, looked: await lookAt({ photo: blob, crop, face }, parts), fitted: null };
    }
    const { looked } = known;
    const { pins, maskStrokes } = placeEdits(edits);
    const { cropFactor } = looked;
    const ofFile = looked.photo.focalLength35Mm;
    const chosen = edits.focalLength35Mm === null ? null : edits.focalLength35Mm * cropFactor;
    const photo = { ...looked.photo, focalLength35Mm: chosen ?? ofFile };
    const { landmarks, mask, faces } = looked.analysis;
    const prepared = await loadPreparedModel(parts, headModel);
    if (live && known.fitted !== null) {
      const prior = refitPrior(prepared, known.fitted.prior, { landmarks }, pins);
      known.fitted = { ...known.fitted, prior };
    } else {
      const context = createContext('03-prior', parts);
      const analysis = { ...looked.analysis, mask: retouchMask(mask, maskStrokes) };
      const prior = await fitPrior({ photo, analysis, pins, headModel }, context);
      known.fitted = { prior, warnings: context.warnings };
    }
    const { prior, warnings: doubts } = known.fitted;
    const origin = cropOrigin(crop);
    const projected = projectFit(prepared, prior);
    return {
      foundPx: moved(planar(landmarks), origin),
      fittedPx: moved(projected.fittedPx, origin),
      facing: projected.facing,
      wirePx: moved(projected.wirePx, origin),
      faces: faces.map((box) => ({
        xPx: Math.round(box.x + origin[0]),
        yPx: Math.round(box.y + origin[1]),
        widthPx: Math.round(box.width),
        heightPx: Math.round(box.height),
      })),
      mask: looked.mask,
      fileFocalLength35Mm: ofFile === null ? null : ofFile / cropFactor,
      fittedFocalLength35Mm: equivalentFocal35Mm(prior.photoCamera) / cropFactor,
      landmarkErrorPercent: prior.landmarkErrorPercent,
      confidence: prior.confidence,
      warnings: [...looked.warnings, ...doubts],
    };
  };
}

/** Throws `bad-request` for a file that is no head model. */
export async function describeHeadModel(blob: BlobId, parts: FitPhotoParts): Promise<UserHeadModel> {
  const { model } = await loadPreparedModel(parts, blob);
  const { id, licence, credits, topology } = model;
  return { blob, id, licence, credits, vertexCount: topology.vertexCount };
}

/** `crop` and `face` in px of the whole photo. */
async function lookAt({ photo: blob, crop, face }: View, parts: FitPhotoParts): Promise<Looked> {
  const reading = createContext('01-photo', parts);
  const bytes = await parts.blobs.get(blob);
  const photo = await readPhoto({ bytes, crop }, reading);
  const analysing = createContext('02-analyse', parts);
  const placed = placeEdits({ ...PHOTO_EDITS_DEFAULTS, crop, face }).face;
  const analysis = await analysePhoto({ photo, face: placed }, analysing);
  const { widthPx, heightPx } = photo.image;
  return {
    photo: { image: { widthPx, heightPx }, focalLength35Mm: photo.focalLength35Mm },
    analysis,
    mask: await parts.blobs.put(await drawMask(analysis.mask)),
    cropFactor: photo.cropFactor,
    warnings: [...reading.warnings, ...analysing.warnings],
  };
}

/** (K, 3) x, y, z → (K × 2) x, y, to a tenth of a pixel: nobody sees more, and it is sent with every move of a hand. */
function planar(points: Float32Array): number[] {
  const out: number[] = [];
  for (let i = 0; i < points.length; i += 3) out.push(tenth(points[i]!), tenth(points[i + 1]!));
  return out;
}

function moved(pointsPx: number[], [left, top]: [number, number]): number[] {
  if (left === 0 && top === 0) return pointsPx;
  return pointsPx.map((px, i) => tenth(px + (i % 2 === 0 ? left : top)));
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
    readUserFile: parts.readUserFile,
  };
}
