/** Photos in, folders out: each head in a folder of its own that appears complete or not at all. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { fileFor } from '../../app/export-target.ts';
import { applyReport, createStages } from '../../app/job-progress.ts';
import { createHeadReport, encodeReport, REPORT_NAME, type HeadReport } from '../../app/head-report.ts';
import type { Provenance } from '../../app/provenance.ts';
import { createFolder, writeFiles } from '../../app/write-files.ts';
import type { BlobStore } from '../../blobs/blob-store.ts';
import type { HeadSettings } from '../../contract/entities.ts';
import { type ExportTarget, isFor } from '../../contract/export-targets.ts';
import {
  cancelled,
  StudioError,
  toErrorInfo,
  type ErrorCode,
  type ErrorInfo,
} from '../../contract/errors.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { StoredJob } from '../../library/job-table.ts';
import type { ProgressLine } from './progress-line.ts';

export type MadeHead = HeadReport & { directory: string };
export type Failure = { photo: string; error: ErrorInfo };
export type MadeHeads = { heads: MadeHead[]; failures: Failure[] };

export type MakeHeadsParts = {
  engine: EngineClient;
  blobs: BlobStore;
  provenance: Provenance;
  progress: ProgressLine;
  signal: AbortSignal;
  settings: HeadSettings;
  /** Only files that this program can use are written. */
  target: ExportTarget;
  out: string;
  /** On the same disk as `out`, so that a finished folder is moved and not copied. */
  workDirectory: string;
};

/** What is wrong with one picture and says nothing about the next. */
const PHOTO_CODES: ReadonlySet<ErrorCode> = new Set([
  'no-face-found',
  'face-too-small',
  'unsupported-image',
  'image-too-large',
  'damaged-image',
  'not-found',
]);

export function isPhotoProblem({ code }: ErrorInfo): boolean {
  return PHOTO_CODES.has(code);
}

/** Goes on after a picture that cannot be used, stops at anything else: the next photo would meet it too. */
export async function makeHeads(photos: readonly string[], parts: MakeHeadsParts): Promise<MadeHeads> {
  const made: MadeHeads = { heads: [], failures: [] };
  const taken = new Set<string>();
  for (const photo of photos) {
    try {
      if (parts.signal.aborted) throw cancelled();
      parts.progress.begin(basename(photo));
      const head = await makeHead(photo, taken, parts);
      made.heads.push(head);
      parts.progress.say(`${basename(photo)} → ${head.directory} (${head.seconds.toFixed(1)} s)`);
    } catch (error) {
      const info = toErrorInfo(error);
      made.failures.push({ photo, error: info });
      parts.progress.say(`${basename(photo)}: ${info.message} ${info.hint}`);
      if (!isPhotoProblem(info)) break;
    }
  }
  return made;
}

async function makeHead(photo: string, taken: Set<string>, parts: MakeHeadsParts): Promise<MadeHead> {
  const { engine, blobs, settings, signal, workDirectory } = parts;
  const blob = await blobs.put(await readInputFile(photo));
  let job: Pick<StoredJob, 'stages' | 'warnings' | 'artefacts'> = {
    stages: createStages(),
    warnings: [],
    artefacts: {},
  };
  const run = engine.run(
    { jobId: randomUUID(), photo: blob, settings, artefacts: {}, takes: [] },
    (report) => {
      job = applyReport(job, report);
      parts.progress.show(report);
    },
  );
  if (signal.aborted) run.cancel();
  signal.addEventListener('abort', run.cancel, { once: true });
  const result = await run.done.finally(() => signal.removeEventListener('abort', run.cancel));
  const report = createHeadReport({
    ...job,
    photo: { name: basename(photo), sha256: blob },
    settings,
    takes: [],
    result,
    device: await engine.device(),
    provenance: parts.provenance,
  });
  const incoming = join(workDirectory, randomUUID());
  const files = result.files
    .filter(({ name }) => isFor(parts.target, name))
    .map(({ name, blob: file }) => fileFor(parts.target, { name, read: () => blobs.get(file) }));
  const reportFile = { name: REPORT_NAME, read: async () => encodeReport(report) };
  await writeFiles(incoming, [...files, reportFile], { signal });
  const directory = await chooseFolder(parts.out, photo, taken);
  await putInPlace(incoming, directory, workDirectory);
  return { ...report, directory };
}

/** Throws `not-found`. */
export async function readInputFile(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new StudioError(
      {
        code: 'not-found',
        message: `${path} could not be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`,
        hint: 'Check the path and that you may read the file.',
      },
      { cause },
    );
  });
}

/**
 * `<out>/<photo's name>`, with a number when another photo of this run has the name, or a folder that holds anything but a
 * head of an earlier run. Such a head is replaced, so that a command can be repeated.
 */
async function chooseFolder(out: string, photo: string, taken: Set<string>): Promise<string> {
  const stem = basename(photo, extname(photo)) || 'photo';
  for (let attempt = 1; ; attempt++) {
    const directory = join(out, attempt === 1 ? stem : `${stem}-${attempt}`);
    if (taken.has(directory) || (existsSync(directory) && !(await isOnlyHead(directory)))) continue;
    taken.add(directory);
    return directory;
  }
}

/** Whether all files in there are named by a report of ours: an artist's own scene beside the head is not. */
async function isOnlyHead(directory: string): Promise<boolean> {
  try {
    const report = JSON.parse(await readFile(join(directory, REPORT_NAME), 'utf8')) as HeadReport;
    const own = new Set([REPORT_NAME, ...report.export.files.map(({ name }) => name)]);
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.every(
      (entry) =>
        entry.isDirectory() ||
        own.has(relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, '/')),
    );
  } catch {
    return false;
  }
}

async function putInPlace(incoming: string, directory: string, workDirectory: string): Promise<void> {
  const old = join(workDirectory, `old-${randomUUID()}`);
  const isReplaced = existsSync(directory);
  if (isReplaced) await rename(directory, old);
  try {
    await rename(incoming, directory);
  } catch (error) {
    if (isReplaced) await rename(old, directory);
    throw error;
  }
}

/**
 * A hidden folder beside the results, removed when `work` is over, however it ends. Throws `disk-full` and `bad-request`
 * before any work when nothing can be written there.
 */
export async function withWorkDirectory<T>(out: string, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = join(out, `.gen3d-${randomUUID().slice(0, 8)}.part`);
  // By itself first, so that a refusal names what the user chose.
  await createFolder(out);
  await createFolder(directory);
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
