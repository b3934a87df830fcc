/**
 * A head model that a user brings along: FLAME or a GNM-style linear model, as .npz or pickle.
 * file bytes, our own HeadModel (for landmarks and regions) → HeadModel with the licence to be shown.
 *
 * Nothing of these models is shipped or fetched; a file of the user's own is the only way to use one.
 */
import { StudioError } from '../../../contract/errors.ts';
import type { HeadModel } from '../head-model.ts';
import { completeHeadModel } from './complete-head-model.ts';
import { isFlame, readFlame } from './flame.ts';
import { isGnm, readGnm } from './gnm.ts';
import type { ModelParts } from './model-parts.ts';
import { readModelFile } from './read-model-file.ts';

export function loadUserHeadModel(bytes: Uint8Array, own: HeadModel): HeadModel {
  try {
    return completeHeadModel(readParts(bytes), own);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError(
      {
        code: 'bad-request',
        message: `The head model file cannot be used: ${message}.`,
        hint: 'Choose a FLAME 2020 or 2023 model (.pkl or .npz) as its makers publish it, or a GNM head (.npz).',
      },
      { cause },
    );
  }
}

function readParts(bytes: Uint8Array): ModelParts {
  const arrays = readModelFile(bytes);
  if (isFlame(arrays)) return readFlame(arrays);
  if (isGnm(arrays)) return readGnm(arrays);
  throw new Error(
    `its arrays (${[...arrays.keys()].slice(0, 8).join(', ')}) are of no head model that is known`,
  );
}
