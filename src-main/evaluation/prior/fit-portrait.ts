/**
 * One picture through the stages that a fit needs: analysis (real networks) and prior.
 * photo → Prior, processor seconds of the fit, share of the mesh outside the portrait mask.
 */
import { StudioError } from '../../contract/errors.ts';
import type { Inference } from '../../inference/inference.ts';
import type { Photo } from '../../pipeline/01-photo/photo.ts';
import { analysePhoto } from '../../pipeline/02-analyse/analyse-photo.ts';
import type { Analysis } from '../../pipeline/02-analyse/analysis.ts';
import { fitPriorToPhoto } from '../../pipeline/03-prior/fit-prior.ts';
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import type { Prior } from '../../pipeline/03-prior/prior.ts';
import type { StageContext } from '../../pipeline/stage.ts';
import { rasterise } from '../../render/rasterise.ts';
import { createSeededRandom } from '../../tensor/seeded-random.ts';

export type PortraitFit = {
  analysis: Analysis;
  prior: Prior;
  /** Processor time of the fit: it runs on one thread, and a busy machine does not change it much. */
  seconds: number;
  outsidePercent: number;
};

export async function fitPortrait(
  prepared: PreparedModel,
  photo: Photo,
  context: StageContext,
): Promise<PortraitFit> {
  const analysis = await analysePhoto({ photo }, context);
  const start = process.cpuUsage();
  const prior = fitPriorToPhoto(prepared, photo, analysis);
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  return { analysis, prior, seconds, outsidePercent: outsideMaskPercent(prepared, prior, analysis) };
}

/** Share of the mesh's pixels, neck included, that the portrait mask does not hold, %. */
function outsideMaskPercent(prepared: PreparedModel, prior: Prior, { mask }: Analysis): number {
  const mesh = { positionsHead: prior.positionsHead, triangles: prepared.triangles };
  const { triangleIds } = rasterise(mesh, prior.photoCamera);
  let covered = 0;
  let outside = 0;
  for (let i = 0; i < triangleIds.length; i++) {
    if (triangleIds[i]! < 0) continue;
    covered++;
    if (mask.alpha[i]! < 128) outside++;
  }
  return covered === 0 ? 100 : (100 * outside) / covered;
}

/** A context outside any job: no progress, the given inference. What draws random numbers needs {@link seeded}. */
export function evaluationContext(inference: Inference, readAsset: StageContext['readAsset']): StageContext {
  return {
    stage: '03-prior',
    signal: new AbortController().signal,
    progress: () => undefined,
    log: () => undefined,
    warn: () => undefined,
    random: () => {
      throw new Error('random numbers of an evaluation are seeded, item by item');
    },
    inference,
    readAsset,
    readUserFile: () => Promise.reject(new Error('the evaluation measures the model of the studio')),
  };
}

/** The same for one item of an evaluation: its numbers do not depend on the items before it. */
export function seeded(context: StageContext, index: number): StageContext {
  return { ...context, random: createSeededRandom(Uint32Array.of(index, 0, 0, 1)) };
}

/** A picture in which no face is found says nothing about the fit; anything else is a mistake of ours. */
export function onlyNoFace(error: unknown): null {
  if (error instanceof StudioError && ['no-face-found', 'face-too-small'].includes(error.code)) return null;
  throw error;
}
