import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { BlobId, Head, Job } from '../../src-main/contract/entities.ts';
import type { SurfacePreview, ViewsPreview } from '../../src-main/contract/events.ts';
import type { ViewSet } from '../../src-main/contract/views.ts';
import type { Transport } from '../api/transport.ts';
import { isActive } from './job-progress.ts';
import type { Navigation } from './navigation.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { randomSeed } from './preferences.svelte.ts';

export type Regenerate = {
  views: number[];
  seed: number;
  strength: number;
  masks: { view: number; blob: BlobId }[];
};

/** The views of the heads that were looked at, and what running jobs show of theirs. Actions never throw. */
export class Views {
  readonly #sets = new SvelteMap<string, ViewSet>();
  readonly #setOfHead = new SvelteMap<string, string>();
  /** Heads whose views were read since the connection was made. */
  readonly #read = new SvelteSet<string>();
  /** By job. */
  readonly previews = new SvelteMap<string, ViewsPreview>();
  readonly surfaces = new SvelteMap<string, SurfacePreview>();
  /** (0, 1]: of the next view that is made anew. */
  strength = $state(0.7);
  /** Of the next view that is made anew. Its own, and drawn again after each: the same seed would give the same take. */
  seed = $state(randomSeed());
  readonly #transport: Transport;
  readonly #notices: Notices;

  readonly #navigation: Navigation;

  constructor(transport: Transport, notices: Notices, navigation: Navigation) {
    this.#transport = transport;
    this.#notices = notices;
    this.#navigation = navigation;
  }

  /** Keeps what is known up to date until the returned function is called. */
  listen(): () => void {
    const stops = [
      this.#transport.on('views.changed', ({ viewSet }) => this.#sets.set(viewSet.id, viewSet)),
      this.#transport.on('views.preview', ({ preview }) => this.previews.set(preview.jobId, preview)),
      this.#transport.on('surface.preview', ({ preview }) => this.surfaces.set(preview.jobId, preview)),
      this.#transport.on('job.changed', ({ job }) => {
        if (isActive(job)) return;
        this.previews.delete(job.id);
        this.surfaces.delete(job.id);
        // A head's failure is shown beside its stages; that of an edit has no place of its own.
        if (job.task.kind === 'views' && job.error !== null) this.#notices.addError(job.error);
      }),
      this.#transport.on('library.replaced', () => {
        this.#sets.clear();
        this.#setOfHead.clear();
        this.expire();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** After a lost connection: changes of the meantime were missed. Views stay on screen until they are read again. */
  expire(): void {
    this.#read.clear();
    this.previews.clear();
    this.surfaces.clear();
  }

  isRead(headId: string): boolean {
    return this.#read.has(headId);
  }

  ofHead(headId: string): ViewSet | undefined {
    return this.#sets.get(this.#setOfHead.get(headId) ?? '');
  }

  async open(head: Head): Promise<void> {
    await this.#notices.watch(async () => {
      const set = await this.#transport.call('views.open', { headId: head.id });
      this.#sets.set(set.id, set);
      this.#setOfHead.set(head.id, set.id);
      this.#read.add(head.id);
    });
  }

  async choose(set: ViewSet, choices: { view: number; takeId: string }[]): Promise<void> {
    await this.#change(() => this.#transport.call('views.choose', { viewSetId: set.id, choices }));
  }

  async lock(set: ViewSet, views: number[], locked: boolean): Promise<void> {
    await this.#change(() => this.#transport.call('views.lock', { viewSetId: set.id, views, locked }));
  }

  async regenerate(set: ViewSet, edit: Regenerate): Promise<Job | undefined> {
    return this.#notices.watch(() =>
      this.#transport.call('views.regenerate', { viewSetId: set.id, ...edit }),
    );
  }

  async paint(set: ViewSet, view: number, file: File): Promise<Job | undefined> {
    return this.#notices.watch(async () => {
      const blob = await this.#transport.upload(file);
      return this.#transport.call('views.paint', { viewSetId: set.id, view, blob });
    });
  }

  /** A version from the takes in use; it comes on screen when it is done. */
  async build(set: ViewSet, { id, projectId, photoId }: Head): Promise<void> {
    await this.#notices.watch(async () => {
      await this.#transport.call('views.build', { viewSetId: set.id, headId: id });
      this.#navigation.go({ screen: 'photo', projectId, photoId });
    });
  }

  async #change(call: () => Promise<ViewSet>): Promise<void> {
    await this.#notices.watch(async () => {
      const set = await call();
      this.#sets.set(set.id, set);
    });
  }
}
