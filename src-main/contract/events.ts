import type { Head, Job, Photo, Project } from './entities.ts';

/** Facts that the studio announces. One typed map; payloads are small JSON. */
export type StudioEvents = {
  'job.changed': { job: Job };
  'head.added': { head: Head };
  'photo.added': { photo: Photo };
  'project.changed': { project: Project };
};
export type EventName = keyof StudioEvents;
