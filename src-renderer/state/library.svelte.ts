import { SvelteMap } from 'svelte/reactivity';
import type {
  AppInfo,
  Head,
  HistoryState,
  ItemRef,
  Job,
  Photo,
  Project,
  Sample,
} from '../../src-main/contract/entities.ts';
import type { Transport } from '../api/transport.ts';
import { isActive } from './job-progress.ts';
import { groupNewestFirst, newestFirst } from './newest-first.ts';
import { Queue } from './queue.svelte.ts';
import { ReadOnce } from './read-once.ts';

/** The longest that a finished job is held back for its head. */
const HEAD_FOLLOWS_MS = 500;

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
  readonly #projectReads = new ReadOnce(async (projectId) => {
    const photos = await this.#transport.call('photo.list', { projectId });
    for (const photo of photos) this.photos.set(photo.id, photo);
  });
  readonly #photoReads = new ReadOnce(async (photoId) => {
    const [jobs, heads] = await Promise.all([
      this.#transport.call('job.list', { photoId }),
      this.#transport.call('head.list', { photoId }),
    ]);
    for (const job of jobs) this.jobs.set(job.id, job);
    for (const head of heads) this.heads.set(head.id, head);
  });
  /** Projects whose photos were read. */
  readonly loaded = this.#projectReads.known;
  /** Photos whose jobs and heads were read. Of the others those are known that were heard of since. */
  readonly opened = this.#photoReads.known;
  /** What undo and redo would do. */
  history: HistoryState = $state({ undo: null, redo: null });
  readonly queue = new Queue(this.jobs);
  ready = $state(false);
  /** Jobs that are done but whose head is still on its way, by photo. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  readonly #finished = new Map<string, Job>();
  /** Made once per change: thousands of cards ask for theirs. */
  readonly #photosByProject = $derived(groupNewestFirst(this.photos.values(), (photo) => photo.projectId));
  readonly #jobsByPhoto = $derived(groupNewestFirst(this.jobs.values(), (job) => job.photoId));
  readonly #headsByPhoto = $derived(groupNewestFirst(this.heads.values(), (head) => head.photoId));
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Keeps the library up to date until the returned function is called. `onreplaced`: all of it is to be loaded again. */
  listen(onreplaced: () => void): () => void {
    const stops = [
      this.#transport.on('project.changed', ({ project }) => {
        // Back from the trash: what is below it was forgotten.
        if (!this.projects.has(project.id)) this.loaded.delete(project.id);
        this.projects.set(project.id, project);
      }),
      this.#transport.on('photo.added', ({ photo }) => {
        // Back from the trash: its jobs were forgotten.
        if (!this.photos.has(photo.id)) this.opened.delete(photo.id);
        this.photos.set(photo.id, photo);
      }),
      this.#transport.on('photo.changed', ({ photo }) => {
        this.photos.set(photo.id, photo);
        const job = this.#finished.get(photo.id);
        if (job?.headId === photo.currentHeadId) this.#release(photo.id);
      }),
      this.#transport.on('job.changed', ({ job }) => this.#receiveJob(job)),
      this.#transport.on('head.added', ({ head }) => this.heads.set(head.id, head)),
      this.#transport.on('head.changed', ({ head }) => this.heads.set(head.id, head)),
      this.#transport.on('items.trashed', ({ items }) => this.#forget(items)),
      this.#transport.on('queue.changed', ({ queue }) => this.queue.tell(queue)),
      this.#transport.on('library.replaced', () => {
        for (const known of [this.photos, this.jobs, this.heads, this.opened]) known.clear();
        onreplaced();
      }),
      this.#transport.on('history.changed', ({ history }) => {
        this.history = history;
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Reads what every screen needs. Also after a lost connection: events of the meantime were missed. */
  async load(): Promise<void> {
    const [info, samples, projects, history, queue, jobs] = await Promise.all([
      this.#transport.call('app.info', {}),
      this.#transport.call('sample.list', {}),
      this.#transport.call('project.list', {}),
      this.#transport.call('history.state', {}),
      this.#transport.call('queue.state', {}),
      this.#transport.call('job.recent', {}),
    ]);
    this.info = info;
    this.samples = samples;
    this.history = history;
    replaceAll(this.projects, projects);
    for (const job of jobs) this.jobs.set(job.id, job);
    this.queue.tell(queue);
    await Promise.all([
      ...this.#projectReads.expire().map((id) => (this.projects.has(id) ? this.loadProject(id) : undefined)),
      ...this.#photoReads.expire().map((id) => (this.photos.has(id) ? this.loadPhoto(id) : undefined)),
    ]);
    this.ready = true;
  }

  loadProject(projectId: string): Promise<void> {
    return this.#projectReads.ask(projectId);
  }

  loadPhoto(photoId: string): Promise<void> {
    return this.#photoReads.ask(photoId);
  }

  /**
   * The head of a finished job, and the photo that names it current, are announced right after the job. Screens learn
   * of all three at once, or the version before would flash up.
   */
  #receiveJob(job: Job): void {
    const before = this.jobs.get(job.id);
    if (job.state !== 'done' || job.task.kind === 'views' || !before || !isActive(before)) {
      this.jobs.set(job.id, job);
      return;
    }
    this.#finished.set(job.photoId, job);
    setTimeout(() => this.#release(job.photoId), HEAD_FOLLOWS_MS);
  }

  #release(photoId: string): void {
    const job = this.#finished.get(photoId);
    this.#finished.delete(photoId);
    if (job) this.jobs.set(job.id, job);
  }

  /** Items that went into the trash, with everything below them. */
  #forget(items: readonly ItemRef[]): void {
    // Taken before anything is deleted: each deletion makes the groups out of date.
    const [photos, jobs, heads] = [this.#photosByProject, this.#jobsByPhoto, this.#headsByPhoto];
    const forgetPhoto = (photoId: string): void => {
      this.photos.delete(photoId);
      this.opened.delete(photoId);
      for (const job of jobs.get(photoId) ?? []) this.jobs.delete(job.id);
      for (const head of heads.get(photoId) ?? []) this.heads.delete(head.id);
    };
    for (const { kind, id } of items) {
      if (kind === 'head') this.heads.delete(id);
      if (kind === 'photo') forgetPhoto(id);
      if (kind !== 'project') continue;
      this.projects.delete(id);
      for (const photo of photos.get(id) ?? []) forgetPhoto(photo.id);
    }
  }

  projectsNewestFirst(): Project[] {
    return newestFirst(this.projects.values());
  }

  photosOf(projectId: string): readonly Photo[] {
    return this.#photosByProject.get(projectId) ?? [];
  }

  jobsOf(photoId: string): readonly Job[] {
    return this.#jobsByPhoto.get(photoId) ?? [];
  }

  headsOf(photoId: string): readonly Head[] {
    return this.#headsByPhoto.get(photoId) ?? [];
  }
}

function replaceAll<T extends { id: string }>(map: SvelteMap<string, T>, items: T[]): void {
  const kept = new Set(items.map((item) => item.id));
  for (const id of [...map.keys()]) if (!kept.has(id)) map.delete(id);
  for (const item of items) map.set(item.id, item);
}
