import type { AppInfo, Head, HeadSettings, Job, Photo, Project, Sample } from './entities.ts';

/**
 * Calls that the renderer may make: one JSON argument in, JSON out. Bytes travel by blob URL, uploads by
 * `Transport.upload`. Adding a call is two edits: here and in `src-main/app/<noun>.ts`.
 */
export type StudioApi = {
  'app.info': (args: Record<string, never>) => Promise<AppInfo>;
  'sample.list': (args: Record<string, never>) => Promise<Sample[]>;
  'project.list': (args: Record<string, never>) => Promise<Project[]>;
  'project.create': (args: { name: string }) => Promise<Project>;
  'photo.list': (args: { projectId: string }) => Promise<Photo[]>;
  /** `blob` was uploaded before; refuses what is not a usable picture (`unsupported-image`, …). */
  'photo.add': (args: { projectId: string; name: string; blob: string }) => Promise<Photo>;
  'photo.addSample': (args: { projectId: string; sampleId: string }) => Promise<Photo>;
  'job.list': (args: { projectId: string }) => Promise<Job[]>;
  'job.start': (args: { photoId: string; settings: Partial<HeadSettings> }) => Promise<Job>;
  'job.cancel': (args: { jobId: string }) => Promise<void>;
  /** Carries on with an interrupted, failed or cancelled job from its last finished stage. */
  'job.resume': (args: { jobId: string }) => Promise<Job>;
  'head.list': (args: { projectId: string }) => Promise<Head[]>;
  /** Writes the chosen files (`names`; all when empty) below `directory`, or asks the host for a place. */
  'head.export': (args: {
    headId: string;
    names: string[];
    directory?: string;
  }) => Promise<{ directory: string; files: string[] } | null>;
};
export type ApiName = keyof StudioApi;
export type ApiArgs<M extends ApiName> = Parameters<StudioApi[M]>[0];
export type ApiResult<M extends ApiName> = Awaited<ReturnType<StudioApi[M]>>;
