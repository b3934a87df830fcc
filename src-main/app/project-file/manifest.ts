/** `manifest.json` of a project file: the records of one project; what they refer to is in `blobs/<sha256>`. */
import * as z from 'zod';
import {
  HEAD_SETTINGS_DEFAULTS,
  type Head,
  type Job,
  type JobTask,
  type Photo,
  PHOTO_EDITS_DEFAULTS,
} from '../../contract/entities.ts';
import { STAGES } from '../../contract/stages.ts';
import type { HeadView, TakeOrigin, ViewScores, ViewSet, ViewTake } from '../../contract/views.ts';
import { MAX_VIEWS, settingsSchema, storedPhotoEditsSchema } from '../check-args.ts';
import { noProjectFile } from './zip-format.ts';

export const FORMAT = 'gen3d-project';
/** 2: views with takes. What version 1 did not have yet gets its default. */
export const FORMAT_VERSION = 2;
/** A head's records take about 5 kB: thousands of heads. */
export const MAX_MANIFEST_BYTES = 64 * 2 ** 20;

type ManifestJob = Pick<Job, 'id' | 'photoId' | 'settings' | 'base' | 'stages' | 'warnings' | 'createdAt'> & {
  task: Extract<JobTask, { kind: 'head' }>;
};
export type ManifestViewSet = Omit<ViewSet, 'regeneration'> & { jobId: string | null };
/** How many heads it has follows from the heads. */
type ManifestPhoto = Omit<Photo, 'projectId' | 'headCount'>;
export type Manifest = {
  format: typeof FORMAT;
  formatVersion: 1 | typeof FORMAT_VERSION;
  studioVersion: string;
  project: { name: string; createdAt: string };
  photos: ManifestPhoto[];
  /** Those that made the heads. */
  jobs: ManifestJob[];
  heads: Omit<Head, 'projectId'>[];
  /** Those that were opened, with all takes but the undone ones. */
  viewSets: ManifestViewSet[];
};

const text = (max: number) => z.string().max(max);
const id = z.uuid();
const blob = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.iso.datetime();
const finite = z.number().min(0);
const stage = z.enum(STAGES);
/** Below a folder, without a way out of it, on every system. */
const fileName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_. -]*(\/[A-Za-z0-9_][A-Za-z0-9_. -]*)*$/);

/** A studio that did not have a setting yet left it out. */
const settings = z.preprocess(
  (value) => ({ ...HEAD_SETTINGS_DEFAULTS, ...(value as object) }),
  settingsSchema,
);
/** Absent in files of a studio that had no corrections yet. */
const edits = storedPhotoEditsSchema.default(PHOTO_EDITS_DEFAULTS);

const viewIndex = z
  .int()
  .min(0)
  .max(MAX_VIEWS - 1);
const viewScores = z.strictObject({
  identityDistance: z.number().nullable(),
  neighbourDifferencePercent: z.number().nullable(),
  maskIou: z.number(),
  normalDeg: z.number().nullable(),
}) satisfies z.ZodType<ViewScores>;
const headView = z.strictObject({
  azimuthDeg: z.number(),
  elevationDeg: z.number(),
  takeId: id.nullable(),
  scores: viewScores,
  texturePercent: z.number().optional(),
} satisfies Record<keyof HeadView, z.ZodType>) satisfies z.ZodType<HeadView>;

const photo = z.strictObject({
  id,
  name: text(200),
  blob,
  thumbnail: blob,
  widthPx: z.int().min(1).max(100_000),
  heightPx: z.int().min(1).max(100_000),
  currentHeadId: id.nullable(),
  edits,
  createdAt: time,
}) satisfies z.ZodType<ManifestPhoto>;

const job = z.strictObject({
  id,
  photoId: id,
  settings,
  task: z
    .strictObject({
      kind: z.literal('head'),
      viewSetId: id.nullable(),
      takes: z.array(z.strictObject({ view: viewIndex, takeId: id, data: blob })).max(MAX_VIEWS),
    })
    .default({ kind: 'head', viewSetId: null, takes: [] }),
  base: z.strictObject({ jobId: id, fromStage: stage.nullable() }).nullable(),
  stages: z
    .array(
      z.strictObject({
        id: stage,
        state: z.literal('done'),
        fraction: z.literal(1),
        seconds: finite,
        peakMb: finite,
        reused: z.boolean(),
      }),
    )
    .max(STAGES.length),
  warnings: z.array(z.strictObject({ code: text(100), message: text(2000), stage })).max(1000),
  createdAt: time,
}) satisfies z.ZodType<ManifestJob>;

const head = z.strictObject({
  id,
  photoId: id,
  jobId: id,
  name: text(200),
  starred: z.boolean(),
  note: text(20_000),
  tags: z.array(text(40)).max(50),
  settings,
  files: z
    .array(z.strictObject({ name: fileName, mediaType: text(100), blob, bytes: z.int().min(0) }))
    .max(500),
  scores: z.record(text(100), z.number()),
  views: z.array(headView).max(MAX_VIEWS).default([]),
  createdAt: time,
}) satisfies z.ZodType<Omit<Head, 'projectId'>>;

const origin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('generated') }),
  z.strictObject({
    kind: z.literal('regenerated'),
    seed: z.number(),
    strength: z.number(),
    mask: blob.nullable(),
  }),
  z.strictObject({ kind: z.literal('painted'), picture: blob }),
]) satisfies z.ZodType<TakeOrigin>;

const take = z.strictObject({
  id,
  view: viewIndex,
  origin,
  image: blob,
  data: blob.nullable(),
  scores: viewScores.nullable(),
  createdAt: time,
}) satisfies z.ZodType<ViewTake>;

const viewSet = z.strictObject({
  id,
  photoId: id,
  jobId: id.nullable(),
  settings,
  views: z
    .array(
      z.strictObject({
        azimuthDeg: z.number(),
        elevationDeg: z.number(),
        takes: z.array(take).min(1).max(1000),
        takeId: id,
        locked: z.boolean(),
      }),
    )
    .min(1)
    .max(MAX_VIEWS),
  createdAt: time,
}) satisfies z.ZodType<ManifestViewSet>;

const manifest = z.strictObject({
  format: z.literal(FORMAT),
  formatVersion: z.union([z.literal(1), z.literal(FORMAT_VERSION)]),
  studioVersion: text(40),
  project: z.strictObject({ name: text(200), createdAt: time }),
  photos: z.array(photo),
  jobs: z.array(job),
  heads: z.array(head),
  viewSets: z.array(viewSet).default([]),
}) satisfies z.ZodType<Manifest>;

/** Throws when anything is not as the format says, or refers to what is not there. */
export function parseManifest(json: string): Manifest {
  const value = parseJson(json);
  const version: unknown = (value as { formatVersion?: unknown } | null)?.formatVersion;
  if (typeof version === 'number' && version > FORMAT_VERSION) {
    throw noProjectFile('it was written by a newer studio');
  }
  const parsed = manifest.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw noProjectFile(`${issue!.path.join('.')} in its manifest: ${issue!.message}`);
  }
  const { photos, jobs, heads, viewSets } = parsed.data;
  const photoIds = distinct(photos, 'photo');
  const jobIds = distinct(jobs, 'job');
  distinct(heads, 'head');
  const photoOfJob = new Map(jobs.map(({ id: jobId, photoId }) => [jobId, photoId]));
  if (!jobs.every(({ photoId }) => photoIds.has(photoId))) throw noProjectFile('a job has no photo');
  if (!heads.every(({ jobId, photoId }) => jobIds.has(jobId) && photoOfJob.get(jobId) === photoId))
    throw noProjectFile('a head has no job');
  if (new Set(heads.map(({ jobId }) => jobId)).size !== heads.length)
    throw noProjectFile('two heads are of one job');
  distinct(viewSets, 'set of views');
  distinct(
    viewSets.flatMap(({ views }) => views.flatMap(({ takes }) => takes)),
    'take',
  );
  for (const set of viewSets) {
    if (!photoIds.has(set.photoId)) throw noProjectFile('views have no photo');
    if (set.jobId !== null && photoOfJob.get(set.jobId) !== set.photoId)
      throw noProjectFile('views have no job');
    set.views.forEach(({ takes, takeId }, view) => {
      if (!takes.some((candidate) => candidate.id === takeId) || takes.some((own) => own.view !== view))
        throw noProjectFile('a view has no take');
    });
  }
  return parsed.data;
}

/** Every content that the records refer to. */
export function blobsOf({ photos, jobs, heads, viewSets }: Manifest): Set<string> {
  const takes = viewSets.flatMap(({ views }) => views.flatMap((view) => view.takes));
  const optional = takes.flatMap(({ data, origin: made }) => [
    data,
    made.kind === 'regenerated' ? made.mask : made.kind === 'painted' ? made.picture : null,
  ]);
  return new Set([
    ...photos.flatMap((entry) => [entry.blob, entry.thumbnail]),
    ...heads.flatMap(({ files }) => files.map((file) => file.blob)),
    ...jobs.flatMap(({ task }) => task.takes.map(({ data }) => data)),
    ...takes.map(({ image }) => image),
    ...optional.filter((content) => content !== null),
  ]);
}

function distinct(entries: readonly Pick<Job, 'id'>[], noun: string): Set<string> {
  const ids = new Set(entries.map((entry) => entry.id));
  if (ids.size !== entries.length) throw noProjectFile(`a ${noun} is in it twice`);
  return ids;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw noProjectFile('its manifest cannot be read');
  }
}
