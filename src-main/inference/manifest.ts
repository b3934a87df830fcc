/**
 * `manifest.json` of a folder of models: which ONNX files belong there, their SHA-256, where they come from, and what
 * goes in and out. · manifest.json → validated ModelManifest.
 * The manifest is the contract of a model folder: a file that it does not describe, or describes with other bytes,
 * is refused (`model-changed`). Descriptions are data for people and tests; inference itself uses ids, hashes, names and dims.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StudioError } from '../contract/errors.ts';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

const dims = z.array(z.int().nonnegative());

const inputSchema = z.strictObject({
  name: z.string().min(1),
  dims,
  /** `NCHW`, `NC`, … one letter an axis. */
  layout: z.string(),
  /** `RGB (sRGB)`, or `none` for what is not an image. */
  colourSpace: z.string(),
  /** The values that the model was trained on, with the formula from 8-bit values. */
  range: z.string(),
});

const outputSchema = z.strictObject({ name: z.string().min(1), dims, meaning: z.string(), unit: z.string() });

const modelSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  /** File name inside the folder. */
  file: z.string().regex(/^[A-Za-z0-9._-]+\.onnx$/),
  sha256: sha256Hex,
  bytes: z.int().positive(),
  source: z.strictObject({
    package: z.string(),
    version: z.string(),
    /** Path inside the package; several parts of one model are separated by `, `. */
    file: z.string(),
    /** Of the model inside `file`, where that is a container. */
    offset: z.int().nonnegative().optional(),
    length: z.int().positive().optional(),
    /** Of the bytes that were converted, parts concatenated in the order of `file`. */
    sha256: sha256Hex,
  }),
  licence: z.strictObject({ code: z.string(), weights: z.string() }),
  origin: z.string(),
  inputs: z.array(inputSchema).min(1),
  outputs: z.array(outputSchema).min(1),
  notes: z.string(),
});

const manifestSchema = z.strictObject({ formatVersion: z.literal(1), models: z.array(modelSchema) });

export type ModelEntry = z.infer<typeof modelSchema>;
export type ModelManifest = z.infer<typeof manifestSchema>;

export const MANIFEST_FILE = 'manifest.json';

const REINSTALL_HINT = 'Install the studio again, or run `npm run models:build` in its source folder.';

/** Throws `model-missing` (no manifest) or `model-changed` (a manifest that cannot be understood). */
export async function readManifest(modelsDir: string): Promise<ModelManifest> {
  const path = join(modelsDir, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new StudioError(
      { code: 'model-missing', message: `The list of models is missing: ${path}.`, hint: REINSTALL_HINT },
      { cause },
    );
  }
  return parseManifest(text, path);
}

export function parseManifest(text: string, path: string): ModelManifest {
  const refuse = (reason: string, cause?: unknown) =>
    new StudioError(
      {
        code: 'model-changed',
        message: `The list of models ${path} is damaged: ${reason}.`,
        hint: REINSTALL_HINT,
      },
      { cause },
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse('it is not JSON', cause);
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(issue ? `${issue.path.join('.')}: ${issue.message}` : 'unknown shape', parsed.error);
  }
  for (const key of ['id', 'file'] as const) {
    const seen = new Set<string>();
    for (const model of parsed.data.models) {
      if (seen.has(model[key])) throw refuse(`two models share the ${key} ${model[key]}`);
      seen.add(model[key]);
    }
  }
  return parsed.data;
}

/** A model's file is not there (or not described at all). */
export function modelMissing(message: string, cause?: unknown): StudioError {
  return new StudioError({ code: 'model-missing', message, hint: REINSTALL_HINT }, { cause });
}

/** A model's file is there, but it is not the one that the manifest describes. */
export function modelChanged(message: string, cause?: unknown): StudioError {
  return new StudioError({ code: 'model-changed', message, hint: REINSTALL_HINT }, { cause });
}
