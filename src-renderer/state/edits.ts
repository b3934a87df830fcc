import type { EditLabel, Head, ItemRef } from '../../src-main/contract/entities.ts';
import type { Transport } from '../api/transport.ts';
import { strings } from '../strings.ts';
import type { Library } from './library.svelte.ts';
import type { Notices } from './notices.svelte.ts';

/** What a user changes in the library. Everything here can be undone; what changed comes back by events. */
export class Edits {
  readonly #transport: Transport;
  readonly #library: Library;
  readonly #notices: Notices;
  #steps: Promise<void> = Promise.resolve();

  constructor(transport: Transport, library: Library, notices: Notices) {
    this.#transport = transport;
    this.#library = library;
    this.#notices = notices;
  }

  async rename({ kind, id }: ItemRef, name: string): Promise<void> {
    await this.#notices.watch(async () => {
      if (kind === 'project') await this.#transport.call('project.edit', { projectId: id, name });
      else if (kind === 'photo') await this.#transport.call('photo.edit', { photoId: id, name });
      else await this.#transport.call('head.edit', { headId: id, name });
    });
  }

  async editHead(head: Head, change: { starred?: boolean; note?: string; tags?: string[] }): Promise<void> {
    await this.#notices.watch(() => this.#transport.call('head.edit', { headId: head.id, ...change }));
  }

  /** Makes an older version the one that is shown and exported. */
  async chooseVersion(head: Head): Promise<void> {
    await this.#notices.watch(() => this.#transport.call('head.restore', { headId: head.id }));
  }

  async trash(item: ItemRef, name: string): Promise<void> {
    await this.#notices.watch(async () => {
      await this.#transport.call('trash.put', { items: [item] });
      const undo = { label: strings.undo, run: () => void this.restore([item]) };
      this.#notices.add('done', strings.trashed(name), '', undo);
    });
  }

  async restore(items: ItemRef[]): Promise<void> {
    await this.#notices.watch(() => this.#transport.call('trash.restore', { items }));
  }

  /** For good. */
  async purge(items: ItemRef[]): Promise<void> {
    await this.#notices.watch(() => this.#transport.call('trash.purge', { items }));
  }

  undo(): Promise<void> {
    return this.#next(() => this.#step('history.undo', this.#library.history.undo, strings.undone));
  }

  redo(): Promise<void> {
    return this.#next(() => this.#step('history.redo', this.#library.history.redo, strings.redone));
  }

  /** One step after the other: until the studio has answered the first, the window does not know what there is to do again. */
  #next(step: () => Promise<void>): Promise<void> {
    this.#steps = this.#steps.then(step);
    return this.#steps;
  }

  async #step(
    call: 'history.undo' | 'history.redo',
    label: EditLabel | null,
    say: (what: string) => string,
  ): Promise<void> {
    if (label === null) return;
    await this.#notices.watch(async () => {
      this.#library.history = await this.#transport.call(call, {});
      this.#notices.add('done', say(strings.editLabel(label)));
    });
  }
}
