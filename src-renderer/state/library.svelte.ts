import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { AppInfo, Head, Job, Photo, Project, Sample } from '../../src-main/contract/entities.ts';
import type { Transport } from '../api/transport.ts';

/**
 * What the renderer knows of the studio's library, each noun once and by id. Filled by calls, kept up to date by
 * events; the lists that screens show are derived from it.
 */
export class Library {
  info: AppInfo | null = $state(null);
  samples: Sample[] = $state([]);
  readonly projects = new SvelteMap<string, Project>();
  readonly photos = new SvelteMap<string, Photo>();
  readonly jobs = new SvelteMap<string, Job>();
  readonly heads = new SvelteMap<string, Head>();
  /** Projects whose photos, jobs and heads were read. */
  readonly loaded = new SvelteSet<string>();
  ready = $state(false);
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Keeps the library up to date until the returned function is called. */
  listen(): () => void {
    const stops = [
      this.#transport.on('project.changed', ({ project }) => this.projects.set(project.id, project)),
      this.#transport.on('photo.added', ({ photo }) => this.photos.set(photo.id, photo)),
      this.#transport.on('job.changed', ({ job }) => this.jobs.set(job.id, job)),
      this.#transport.on('head.added', ({ head }) => this.heads.set(head.id, head)),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Reads what every screen needs. Also after a lost connection: events of the meantime were missed. */
  async load(): Promise<void> {
    const [info, samples, projects] = await Promise.all([
      this.#transport.call('app.info', {}),
      this.#transport.call('sample.list', {}),
      this.#transport.call('project.list', {}),
    ]);
    this.info = info;
    this.samples = samples;
    replaceAll(this.projects, projects);
    const stale = [...this.loaded];
    this.loaded.clear();
    await Promise.all(stale.map((projectId) => this.loadProject(projectId)));
    this.ready = true;
  }

  async loadProject(projectId: string): Promise<void> {
    if (this.loaded.has(projectId)) return;
    const [photos, jobs, heads] = await Promise.all([
      this.#transport.call('photo.list', { projectId }),
      this.#transport.call('job.list', { projectId }),
      this.#transport.call('head.list', { projectId }),
    ]);
    for (const photo of photos) this.photos.set(photo.id, photo);
    for (const job of jobs) this.jobs.set(job.id, job);
    for (const head of heads) this.heads.set(head.id, head);
    this.loaded.add(projectId);
  }

  projectsNewestFirst(): Project[] {
    return newestFirst(this.projects.values());
  }

  photosOf(projectId: string): Photo[] {
    return newestFirst(this.photos.values()).filter((photo) => photo.projectId === projectId);
  }

  jobsOf(photoId: string): Job[] {
    return newestFirst(this.jobs.values()).filter((job) => job.photoId === photoId);
  }

  headsOf(photoId: string): Head[] {
    return newestFirst(this.heads.values()).filter((head) => head.photoId === photoId);
  }
}

function replaceAll<T extends { id: string }>(map: SvelteMap<string, T>, items: T[]): void {
  const kept = new Set(items.map((item) => item.id));
  for (const id of [...map.keys()]) if (!kept.has(id)) map.delete(id);
  for (const item of items) map.set(item.id, item);
}

/** `createdAt` is ISO 8601, which sorts as text. */
function newestFirst<T extends { createdAt: string }>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}
