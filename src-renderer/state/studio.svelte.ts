import { createContext } from 'svelte';
import type { Head, Job, Photo } from '../../src-main/contract/entities.ts';
import type { StageId } from '../../src-main/contract/stages.ts';
import type { ConnectionStatus, Transport } from '../api/transport.ts';
import { strings } from '../strings.ts';
import { Edits } from './edits.ts';
import { isActive, isResumable } from './job-progress.ts';
import { Library } from './library.svelte.ts';
import { Navigation } from './navigation.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { type FormSettings, type PreferenceStorage, Preferences } from './preferences.svelte.ts';
import { Shortcuts } from './shortcuts.ts';
import { Turntable } from './turntable.svelte.ts';

export type DialogName = 'shortcuts' | 'about' | 'export' | 'new-project' | 'trash' | 'storage' | 'queue';

/** Everything behind the screens: state, and the actions that a user can take. */
export class Studio {
  readonly transport: Transport;
  readonly library: Library;
  readonly notices = new Notices();
  readonly edits: Edits;
  readonly navigation = new Navigation();
  readonly preferences: Preferences;
  readonly shortcuts = new Shortcuts();
  readonly turntable = new Turntable();
  connection: ConnectionStatus = $state('connecting');
  dialog: DialogName | null = $state(null);
  /** Number of pictures that are on their way into the library. */
  adding = $state(0);
  #pickPicture: () => void = () => {};

  constructor(transport: Transport, storage: PreferenceStorage) {
    this.transport = transport;
    this.library = new Library(transport);
    this.edits = new Edits(transport, this.library, this.notices);
    this.preferences = new Preferences(storage);
  }

  /** Connects state and transport until the returned function is called. */
  start(): () => void {
    const stopEvents = this.library.listen();
    const stopStatus = this.transport.onStatus((status) => {
      this.connection = status;
      if (status === 'open') void this.notices.watch(() => this.library.load());
    });
    return () => {
      stopEvents();
      stopStatus();
    };
  }

  /** The file dialog belongs to the one element that may open it; screens ask for it here. */
  onPickPicture(open: () => void): void {
    this.#pickPicture = open;
  }

  pickPicture(): void {
    this.#pickPicture();
  }

  /** A browser reports a closed dialog a little later; by then another one may be open. */
  closeDialog(name: DialogName): void {
    if (this.dialog === name) this.dialog = null;
  }

  async createProject(name: string): Promise<void> {
    await this.notices.watch(async () => {
      const project = await this.transport.call('project.create', { name });
      this.library.projects.set(project.id, project);
      this.navigation.go({ screen: 'library', projectId: project.id });
    });
  }

  /** Dropped, pasted or picked files. One picture opens at once; several stay in the library. */
  async addPictures(files: File[]): Promise<void> {
    const added: Photo[] = [];
    this.adding += files.length;
    for (const file of files) {
      const photo = await this.notices.watch(async () => {
        const blob = await this.transport.upload(file);
        const projectId = await this.#currentProject();
        const name = file.name || strings.pastedPictureName;
        return this.transport.call('photo.add', { projectId, name, blob });
      });
      this.adding -= 1;
      if (photo) added.push(photo);
    }
    this.#show(added);
  }

  async addSample(sampleId: string): Promise<void> {
    this.adding += 1;
    const photo = await this.notices.watch(async () => {
      const projectId = await this.#currentProject();
      return this.transport.call('photo.addSample', { projectId, sampleId });
    });
    this.adding -= 1;
    if (photo) this.#show([photo]);
  }

  async startJob(photoId: string): Promise<Job | undefined> {
    const { preferences } = this;
    if (!preferences.seedLocked) preferences.drawSeed();
    preferences.save();
    const settings: FormSettings = $state.snapshot(preferences.settings);
    if (settings.method === 'diffusion' && preferences.variants > 1) {
      const args = { photoId, settings, count: preferences.variants };
      const jobs = await this.notices.watch(() => this.transport.call('job.startVariants', args));
      return jobs?.map((job) => this.#keepJob(job))[0];
    }
    // What the last job made and what would come out the same is not made again.
    const last = this.library.jobsOf(photoId).find((job) => job.state === 'done');
    const base = last && { jobId: last.id };
    return this.notices.watch(async () =>
      this.#keepJob(await this.transport.call('job.start', { photoId, settings, ...(base ? { base } : {}) })),
    );
  }

  /** Makes a stage and everything after it once more, with the settings of that job. */
  async runAgainFrom(job: Job, fromStage: StageId): Promise<void> {
    const { photoId, settings } = job;
    const photo = this.library.photos.get(photoId);
    // From the version that was looked at to the one that is being made.
    if (photo) this.navigation.go({ screen: 'photo', projectId: photo.projectId, photoId });
    await this.notices.watch(async () =>
      this.#keepJob(
        await this.transport.call('job.start', { photoId, settings, base: { jobId: job.id, fromStage } }),
      ),
    );
  }

  async cancelJob(job: Job): Promise<void> {
    if (isActive(job)) await this.notices.watch(() => this.transport.call('job.cancel', { jobId: job.id }));
  }

  /** Pausing lets the running job end. */
  async setQueuePaused(paused: boolean): Promise<void> {
    await this.notices.watch(async () => {
      this.library.queue = await this.transport.call(paused ? 'queue.pause' : 'queue.resume', {});
    });
  }

  /** Puts a waiting job before another one, or last. */
  async moveJob(jobId: string, beforeJobId: string | null): Promise<void> {
    await this.notices.watch(async () => {
      this.library.queue = await this.transport.call('queue.move', { jobId, beforeJobId });
    });
  }

  async resumeJob(job: Job): Promise<void> {
    if (!isResumable(job)) return;
    await this.notices.watch(async () =>
      this.#keepJob(await this.transport.call('job.resume', { jobId: job.id })),
    );
  }

  /** Saves through the host. Returns whether something was written (the user may close the host's own dialog). */
  async exportHead(head: Head, names: string[], directory: string): Promise<boolean> {
    const done = await this.notices.watch(async () => {
      const args = directory === '' ? { headId: head.id, names } : { headId: head.id, names, directory };
      return this.transport.call('head.export', args);
    });
    if (!done) return false;
    this.notices.add('done', strings.exportDone(done.files.length, done.directory));
    return true;
  }

  #keepJob(job: Job): Job {
    // The answer may arrive after newer events of the same job.
    if (!this.library.jobs.has(job.id) || !isActive(this.library.jobs.get(job.id)!)) {
      this.library.jobs.set(job.id, job);
    }
    return job;
  }

  #show(added: Photo[]): void {
    for (const photo of added) this.library.photos.set(photo.id, photo);
    const [first] = added;
    if (!first) return;
    const { projectId, id } = first;
    this.navigation.go(
      added.length === 1 ? { screen: 'photo', projectId, photoId: id } : { screen: 'library', projectId },
    );
  }

  /** The project on screen, else the newest, else a first one made for the occasion. */
  async #currentProject(): Promise<string> {
    const { projectId } = this.navigation.route;
    if (projectId !== null && this.library.projects.has(projectId)) return projectId;
    const newest = this.library.projectsNewestFirst()[0];
    if (newest) return newest.id;
    const project = await this.transport.call('project.create', { name: strings.firstProjectName });
    this.library.projects.set(project.id, project);
    return project.id;
  }
}

export const [getStudio, setStudio] = createContext<Studio>();
