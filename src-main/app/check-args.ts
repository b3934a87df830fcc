/** What the arguments of every call must be. The renderer is ours, but localhost is not: nothing is taken on trust. */
import { isAbsolute } from 'node:path';
import * as z from 'zod';
import type { ApiArgs, ApiName } from '../contract/api.ts';
import {
  CLEANABLE_KINDS,
  HEAD_SETTINGS_DEFAULTS,
  ITEM_KINDS,
  type HeadSettings,
  PHOTO_EDITS_DEFAULTS,
  type PhotoEdits,
  SURFACE_METHODS,
} from '../contract/entities.ts';
import { EXPORT_TARGETS } from '../contract/export-targets.ts';
import { THEMES, type StudioSettings } from '../contract/studio-settings.ts';
import { StudioError } from '../contract/errors.ts';
import { STAGES } from '../contract/stages.ts';

const id = z.uuid();
const blob = z.string().regex(/^[0-9a-f]{64}$/);
const nothing = z.strictObject({});
/** Of a name in lists, UTF-16 units: what the window's fields take. */
export const MAX_NAME_LENGTH = 120;
const name = z.string().trim().min(1).max(MAX_NAME_LENGTH);
/** As long as a path may be: file systems and web pages give names that are longer than ours, which are cut. */
const nameOfFile = z.string().trim().min(1).max(4096);
const projectOnly = z.strictObject({ projectId: id });
const projectOrPhoto = z.union([projectOnly, z.strictObject({ photoId: id })]);
const jobOnly = z.strictObject({ jobId: id });

const textureSizePx = z.literal([512, 1024, 2048, 4096]);

/** Of MediaPipe's face mesh with irises (pipeline/02-analyse/analysis.ts). */
const LANDMARKS = 478;
/** A point may be dragged outside the picture, where a cut-off chin is, but not out of sight of any picture stage 01 takes. */
const PIN_RANGE_PX = 100_000;
const pinPx = z.number().min(-PIN_RANGE_PX).max(PIN_RANGE_PX);
const photoPx = z.int().min(0).max(PIN_RANGE_PX);
/** Many more than anyone paints; a stroke is simplified by the window. */
const MAX_STROKES = 500;
const MAX_STROKE_POINTS = 2000;
/** Side of a crop, px: below it no face is large enough (pipeline/02-analyse). */
const MIN_CROP_PX = 48;
const photoEditsSchema = z.strictObject({
  pins: z
    .array(
      z.strictObject({
        landmark: z
          .int()
          .min(0)
          .max(LANDMARKS - 1),
        xPx: pinPx,
        yPx: pinPx,
      }),
    )
    .refine(
      (pins) => new Set(pins.map(({ landmark }) => landmark)).size === pins.length,
      'a landmark is pinned twice',
    ),
  crop: z
    .strictObject({
      xPx: photoPx,
      yPx: photoPx,
      widthPx: photoPx.min(MIN_CROP_PX),
      heightPx: photoPx.min(MIN_CROP_PX),
    })
    .nullable(),
  face: z.strictObject({ xPx: pinPx, yPx: pinPx }).nullable(),
  maskStrokes: z
    .array(
      z.strictObject({
        keep: z.boolean(),
        radiusPx: z.number().min(0.5).max(4096),
        pointsPx: z
          .array(z.tuple([pinPx, pinPx]))
          .min(1)
          .max(MAX_STROKE_POINTS),
      }),
    )
    .max(MAX_STROKES),
  // From fisheye to telescope.
  focalLength35Mm: z.number().min(8).max(1200).nullable(),
}) satisfies z.ZodType<PhotoEdits>;
/** As they are stored and travel: an older studio knew fewer of them. */
export const storedPhotoEditsSchema = photoEditsSchema
  .partial()
  .transform((edits): PhotoEdits => ({ ...PHOTO_EDITS_DEFAULTS, ...edits }));
const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
export const MAX_VIEWS = 48;
const viewIndex = z
  .int()
  .min(0)
  .max(MAX_VIEWS - 1);
const viewIndices = z
  .array(viewIndex)
  .min(1)
  .max(MAX_VIEWS)
  .refine((views) => new Set(views).size === views.length, 'a view is named twice');

/** Ranges within which the stages are tested; the texture sides are those that exporters and engines expect. */
export const settingsSchema = z.strictObject({
  seed,
  method: z.enum(['reproject', 'diffusion']),
  steps: z.int().min(1).max(200),
  views: z.int().min(4).max(MAX_VIEWS),
  viewSizePx: z.int().min(64).max(1024),
  textureSizePx,
  surfaceMethod: z.enum(SURFACE_METHODS),
  surfaceResolution: z.int().min(24).max(256),
  hairMesh: z.boolean(),
  delight: z.number().min(0).max(1),
  superResolution: z.boolean(),
  photoEdits: storedPhotoEditsSchema,
  headModel: blob.nullable(),
}) satisfies z.ZodType<HeadSettings>;

export const studioSettingsSchema = z.strictObject({
  threads: z.int().min(1).max(256).nullable(),
  textureSizePx,
  theme: z.enum(THEMES),
  headModel: z
    .strictObject({
      blob,
      id: z.string(),
      licence: z.string(),
      credits: z.string(),
      vertexCount: z.int(),
    })
    .nullable(),
}) satisfies z.ZodType<StudioSettings>;

const headEdit = z.strictObject({
  headId: id,
  name: name.optional(),
  starred: z.boolean().optional(),
  note: z.string().max(20_000).optional(),
  tags: z.array(z.string().trim().min(1).max(40)).max(50).optional(),
});
const items = z.strictObject({
  items: z
    .array(z.strictObject({ kind: z.enum(ITEM_KINDS), id }))
    .min(1)
    .max(10_000),
});

const absolutePath = z.string().min(1).max(4096).refine(isAbsolute, 'must be an absolute path');

const ARGS: { readonly [M in ApiName]: z.ZodType<ApiArgs<M>> } = {
  'app.info': nothing,
  'settings.get': nothing,
  'settings.set': studioSettingsSchema.omit({ headModel: true }).partial(),
  'headModel.use': z.strictObject({ blob: blob.nullable() }),
  'device.probe': nothing,
  'model.list': nothing,
  'model.check': z.strictObject({ id: z.string().min(1).max(120) }),
  'model.importPack': z.union([z.strictObject({ blob }), z.strictObject({ path: absolutePath.optional() })]),
  'model.removePack': z.strictObject({ id: z.string().max(200) }),
  'sample.list': nothing,
  'project.list': nothing,
  'project.create': z.strictObject({ name }),
  'project.edit': z.strictObject({ projectId: id, name }),
  'project.export': z.strictObject({ projectId: id, directory: absolutePath.optional() }),
  'project.import': z.union([z.strictObject({ blob }), z.strictObject({ path: absolutePath })]),
  'photo.list': projectOnly,
  'photo.add': z.strictObject({ projectId: id, name: nameOfFile, blob }),
  'photo.addSample': z.strictObject({ projectId: id, sampleId: z.string().min(1).max(120) }),
  'photo.edit': z.strictObject({ photoId: id, name }),
  'photo.correct': z.strictObject({ photoId: id, edits: photoEditsSchema.partial() }),
  'photo.fit': z.strictObject({
    photoId: id,
    edits: photoEditsSchema.partial().optional(),
    live: z.boolean().optional(),
  }),
  'job.list': projectOrPhoto,
  'job.recent': nothing,
  'job.start': z.strictObject({
    photoId: id,
    settings: settingsSchema.partial(),
    base: z.strictObject({ jobId: id, fromStage: z.enum(STAGES).optional() }).optional(),
  }),
  'job.startVariants': z.strictObject({
    photoId: id,
    settings: settingsSchema.partial(),
    count: z.int().min(1).max(16),
    base: z.strictObject({ jobId: id }).optional(),
  }),
  'job.cancel': jobOnly,
  'job.resume': jobOnly,
  'queue.state': nothing,
  'queue.move': z.strictObject({ jobId: id, beforeJobId: id.nullable() }),
  'queue.pause': nothing,
  'queue.resume': nothing,
  'head.list': projectOrPhoto,
  'head.search': z.strictObject({
    query: z.string().max(200),
    projectId: id.optional(),
    starred: z.boolean().optional(),
  }),
  'head.edit': headEdit.refine((edit) => Object.keys(edit).length > 1, 'nothing is to be changed'),
  'head.restore': z.strictObject({ headId: id }),
  'head.branch': z.strictObject({ headId: id, settings: settingsSchema.partial() }),
  'head.export': z.strictObject({
    headId: id,
    names: z.array(z.string().min(1).max(200)).max(500),
    directory: absolutePath.optional(),
    target: z.enum(EXPORT_TARGETS).optional(),
  }),
  'views.open': z.strictObject({ headId: id }),
  'views.choose': z.strictObject({
    viewSetId: id,
    choices: z
      .array(z.strictObject({ view: viewIndex, takeId: id }))
      .min(1)
      .max(MAX_VIEWS),
  }),
  'views.lock': z.strictObject({ viewSetId: id, views: viewIndices, locked: z.boolean() }),
  'views.regenerate': z.strictObject({
    viewSetId: id,
    views: viewIndices,
    seed,
    strength: z.number().gt(0).max(1),
    masks: z.array(z.strictObject({ view: viewIndex, blob })).max(MAX_VIEWS),
  }),
  'views.paint': z.strictObject({ viewSetId: id, view: viewIndex, blob }),
  'views.build': z.strictObject({ viewSetId: id, headId: id }),
  'trash.list': nothing,
  'trash.put': items,
  'trash.restore': items,
  'trash.purge': items,
  'storage.overview': nothing,
  'storage.clean': z.strictObject({ kinds: z.array(z.enum(CLEANABLE_KINDS)).min(1) }),
  'folder.show': z.strictObject({ directory: absolutePath }),
  'library.place': nothing,
  'library.move': z.strictObject({ directory: absolutePath.optional() }),
  'library.cancelMove': nothing,
  'library.removeOld': nothing,
  'backup.list': nothing,
  'backup.create': nothing,
  'backup.restore': z.strictObject({ name: z.string().max(200) }),
  'backup.remove': z.strictObject({ name: z.string().max(200) }),
  'history.state': nothing,
  'history.undo': nothing,
  'history.redo': nothing,
};

/** The checked arguments, without what does not belong there. Throws `bad-request`. */
export function checkArgs<M extends ApiName>(method: M, args: unknown): ApiArgs<M> {
  return parse(method, ARGS[method], args);
}

/** Fills in the defaults. Throws `bad-request` on a value out of range. */
export function completeSettings(chosen: Partial<HeadSettings>): HeadSettings {
  return parse('settings', settingsSchema, { ...HEAD_SETTINGS_DEFAULTS, ...chosen });
}

function parse<T>(subject: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'arguments' : path.join('.')}: ${message}`,
  );
  throw new StudioError({
    code: 'bad-request',
    message: `${subject} was called with something it does not understand (${problems.join('; ')}).`,
    hint: 'Choose values within the offered range.',
  });
}
