/** `manifest.json` of a project file: the records of one project; what they refer to is in `blobs/<sha256>`. */
import * as z from 'zod';
import {
  HEAD_SETTINGS_DEFAULTS,
  type Head,
  type Job,
  type Photo,
  PHOTO_EDITS_DEFAULTS,
} from '../../contract/entities.ts';
import { STAGES } from '../../contract/stages.ts';
import { settingsSchema, storedPhotoEditsSchema } from '../check-args.ts';
import { noProjectFile } from './zip-format.ts';

export const FORMAT = 'gen3d-project';
export const FORMAT_VERSION = 1;
/** A head's records take about 5 kB: thousands of heads. */
export const MAX_MANIFEST_BYTES = 64 * 2 ** 20;

type ManifestJob = Pick<Job, 'id' | 'photoId' | 'settings' | 'base' | 'stages' | 'warnings' | 'createdAt'>;
export type Manifest = {
  format: typeof FORMAT;
  formatVersion: typeof FORMAT_VERSION;
  studioVersion: string;
  project: { name: string; createdAt: string };
  photos: Omit<Photo, 'projectId'>[];
  /** Those that made the heads. */
  jobs: ManifestJob[];
  heads: Omit<Head, 'projectId'>[];
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
}) satisfies z.ZodType<Omit<Photo, 'projectId'>>;

const job = z.strictObject({
  id,
  photoId: id,
  settings,
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
  createdAt: time,
}) satisfies z.ZodType<Omit<Head, 'projectId'>>;

const manifest = z.strictObject({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  studioVersion: text(40),
  project: z.strictObject({ name: text(200), createdAt: time }),
  photos: z.array(photo),
  jobs: z.array(job),
  heads: z.array(head),
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
  const { photos, jobs, heads } = parsed.data;
  const photoIds = distinct(photos, 'photo');
  const jobIds = distinct(jobs, 'job');
  distinct(heads, 'head');
  const photoOfJob = new Map(jobs.map(({ id: jobId, photoId }) => [jobId, photoId]));
  if (!jobs.every(({ photoId }) => photoIds.has(photoId))) throw noProjectFile('a job has no photo');
  if (!heads.every(({ jobId, photoId }) => jobIds.has(jobId) && photoOfJob.get(jobId) === photoId))
    throw noProjectFile('a head has no job');
  if (new Set(heads.map(({ jobId }) => jobId)).size !== heads.length)
    throw noProjectFile('two heads are of one job');
  return parsed.data;
}

/** Every content that the records refer to. */
export function blobsOf({ photos, heads }: Pick<Manifest, 'photos' | 'heads'>): Set<string> {
  return new Set([
    ...photos.flatMap((entry) => [entry.blob, entry.thumbnail]),
    ...heads.flatMap(({ files }) => files.map((file) => file.blob)),
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
