/** The real face models for tests: sessions open once per file and are shared. */
import { join } from 'node:path';
import { createOnnxInference, type OnnxInference } from '../../src-main/inference/onnx-inference.ts';
import { readPhoto } from '../../src-main/pipeline/01-photo/read-photo.ts';
import type { Photo } from '../../src-main/pipeline/01-photo/photo.ts';
import { type AnalysisInput, analysePhoto } from '../../src-main/pipeline/02-analyse/analyse-photo.ts';
import type { Analysis } from '../../src-main/pipeline/02-analyse/analysis.ts';
import { recordContext, type RecordedContext } from './stage-context.ts';

export function openFaceInference(): Promise<OnnxInference> {
  return createOnnxInference({ modelsDir: join(import.meta.dirname, '../../models'), threads: 1 });
}

export type AnalysedPicture = { photo: Photo; analysis: Analysis; context: RecordedContext };

/** Stages 01 and 02 on a file's bytes. */
export async function analysePicture(
  bytes: Uint8Array,
  inference: OnnxInference,
  chosen: Omit<AnalysisInput, 'photo'> = {},
): Promise<AnalysedPicture> {
  const photo = await readPhoto({ bytes }, recordContext('01-photo'));
  const context = { ...recordContext('02-analyse'), inference };
  return { photo, analysis: await analysePhoto({ photo, ...chosen }, context), context };
}
