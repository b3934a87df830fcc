import { createContext } from 'svelte';
import type { Head, Job, Project } from '../../src-main/contract/entities.ts';
import type { ExportTarget } from '../../src-main/contract/export-targets.ts';
import type { StageId } from '../../src-main/contract/stages.ts';
import type { ViewSet } from '../../src-main/contract/views.ts';
import type { ConnectionStatus, Transport } from '../api/transport.ts';
import { strings } from '../strings.ts';
import { announceDone } from './announce-done.ts';
import { download } from './download.ts';
import { Edits } from './edits.ts';
import { Intake } from './intake.svelte.ts';
import { isActive, isResumable } from './job-progress.ts';
import { Library } from './library.svelte.ts';
import { Menus } from './menus.svelte.ts';
import { Navigation } from './navigation.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { type FormSettings, type PreferenceStorage, Preferences, randomSeed } from './preferences.svelte.ts';
import { PhotoEditor } from './photo-editor.svelte.ts';
import { sayWritten } from './say-written.ts';
import { Shortcuts } from './shortcuts.ts';
import { Turntable } from './turntable.svelte.ts';
import { Views } from './views.svelte.ts';

/** As many as are compared at a glance. */
export const VARIANTS = 4;

export type DialogName =
  'shortcuts' | 'about' | 'export' | 'new-project' | 'trash' | 'storage' | 'queue' | 'settings';

/** Everything behind the screens: state, and the actions that a user can take. */
export class Studio {
  readonly transport: Transport;
  readonly library: Library;
  readonly notices = new Notices();
  readonly edits: Edits;
  readonly navigation = new Navigation();
  readonly menus = new Menus();
  readonly preferences: Preferences;
  readonly shortcuts = new Shortcuts();
  readonly turntable = new Turntable();
  readonly photoEditor: PhotoEditor;
  readonly intake: Intake;
  readonly views: Views;
  connection: ConnectionStatus = $state('connecting');
  dialog: DialogName | null = $state(null);
  constructor(transport: Transport, storage: PreferenceStorage) {
    this.transport = transport;
    this.library = new Library(transport);
    this.edits = new Edits(transport, this.library, this.notices);
    this.photoEditor = new PhotoEditor(transport, this.notices, this.library);
    this.preferences = new Preferences(storage);
    const { library, navigation, notices } = this;
    this.intake = new Intake({ transport, library, navigation, notices });
    this.views = new Views(transport, notices, navigation);
  }

  /** Connects state and transport until the returned function is called. */
  start(): () => void {
    const load = () => void this.notices.watch(() => this.library.load());
    const stopEvents = [this.library.listen(load), this.views.listen()];
    const stopStatus = this.transport.onStatus((status) => {
      this.connection = status;
      if (status !== 'open') return;
      this.views.expire();
      load();
    });
    const stopAnnouncing = announceDone(this.transport, this.library, () => this.preferences.notify);
    return () => {
      stopEvents.forEach((stop) => stop());
      stopAnnouncing();
      stopStatus();
    };
  }

  /** A browser reports a closed dialog late; by then another one may be open. */
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

  async startJob(photoId: string): Promise<Job | undefined> {
    const { preferences } = this;
    if (!preferences.seedLocked) preferences.drawSeed();
    preferences.save();
    const settings: FormSettings = $state.snapshot(preferences.settings);
    const base = this.#baseOf(photoId);
    return this.notices.watch(async () =>
      this.#keepJob(await this.transport.call('job.start', { photoId, settings, ...base })),
    );
  }

  /**
   * Versions of a photo that differ in their seed alone, from the form's seed on. By diffusion, whatever the form says:
   * the other method draws nothing at random.
   */
  async startVariants(photoId: string): Promise<void> {
    const { preferences } = this;
    if (!preferences.seedLocked) preferences.drawSeed();
    preferences.save();
    const settings: FormSettings = { ...$state.snapshot(preferences.settings), method: 'diffusion' };
    const args = { photoId, settings, count: VARIANTS, ...this.#baseOf(photoId) };
    const jobs = await this.notices.watch(() => this.transport.call('job.startVariants', args));
    for (const job of jobs ?? []) this.#keepJob(job);
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

  /** Makes views anew, with a painted mask on the first of them. */
  async regenerate(set: ViewSet, views: number[], drawMask?: () => Promise<Blob>): Promise<void> {
    const { seed, strength } = this.views;
    await this.notices.watch(async () => {
      const masks = drawMask
        ? [{ view: views[0]!, blob: await this.transport.upload(await drawMask()) }]
        : [];
      const job = await this.views.regenerate(set, { views, seed, strength, masks });
      if (job) this.views.seed = randomSeed();
    });
  }

  async cancelJob(job: Job): Promise<void> {
    if (isActive(job)) await this.notices.watch(() => this.transport.call('job.cancel', { jobId: job.id }));
  }

  /** Pausing lets the running job end. */
  async setQueuePaused(paused: boolean): Promise<void> {
    await this.notices.watch(async () => {
      this.library.queue.tell(await this.transport.call(paused ? 'queue.pause' : 'queue.resume', {}));
    });
  }

  /** Puts a waiting job before another one, or last. */
  async moveJob(jobId: string, beforeJobId: string | null): Promise<void> {
    await this.notices.watch(async () => {
      this.library.queue.tell(await this.transport.call('queue.move', { jobId, beforeJobId }));
    });
  }

  async resumeJob(job: Job): Promise<void> {
    if (!isResumable(job)) return;
    await this.notices.watch(async () =>
      this.#keepJob(await this.transport.call('job.resume', { jobId: job.id })),
    );
  }

  /** Saves through the host. Returns whether something was written (the user may close the host's own dialog). */
  async exportHead(head: Head, names: string[], directory: string, target: ExportTarget): Promise<boolean> {
    const done = await this.notices.watch(async () => {
      const args = { headId: head.id, names, target };
      return this.transport.call('head.export', directory === '' ? args : { ...args, directory });
    });
    if (!done) return false;
    sayWritten(this, strings.exportDone(done.files.length, done.directory), done.directory);
    return true;
  }

  /** As one file: where the host asks for, else as a download. */
  async exportProject({ id }: Project): Promise<void> {
    await this.notices.watch(async () => {
      const written = await this.transport.call('project.export', { projectId: id });
      if (written === null) return;
      if ('path' in written) this.notices.add('done', strings.projectExported(written.path));
      else download(this.transport.blobUrl(written.blob, written.name), written.name);
    });
  }

  /** What the last job made and what would come out the same is not made again. */
  #baseOf(photoId: string): { base?: { jobId: string } } {
    const last = this.library.jobsOf(photoId).find((job) => job.state === 'done' && job.task.kind === 'head');
    return last ? { base: { jobId: last.id } } : {};
  }

  #keepJob(job: Job): Job {
    // The answer may arrive after newer events of the same job.
    if (!this.library.jobs.has(job.id) || !isActive(this.library.jobs.get(job.id)!)) {
      this.library.jobs.set(job.id, job);
    }
    return job;
  }
}

export const [getStudio, setStudio] = createContext<Studio>();
