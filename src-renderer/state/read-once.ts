import { SvelteSet } from 'svelte/reactivity';

/** Reads things by their id, each once, however many ask at the same time; again only after a failure or `expire`. */
export class ReadOnce {
  /** What was read, if only before `expire`: screens keep it until it was read again. */
  readonly known = new SvelteSet<string>();
  readonly #expired = new Set<string>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #read: (id: string) => Promise<void>;

  constructor(read: (id: string) => Promise<void>) {
    this.#read = read;
  }

  async ask(id: string): Promise<void> {
    if (this.known.has(id) && !this.#expired.has(id)) return;
    const reading = this.#reading.get(id) ?? this.#readNow(id);
    this.#reading.set(id, reading);
    try {
      await reading;
    } finally {
      if (this.#reading.get(id) === reading) this.#reading.delete(id);
    }
  }

  /** Changes may have been missed. Answers what is known. */
  expire(): string[] {
    const ids = [...this.known];
    for (const id of ids) this.#expired.add(id);
    this.#reading.clear();
    return ids;
  }

  async #readNow(id: string): Promise<void> {
    await this.#read(id);
    this.known.add(id);
    this.#expired.delete(id);
  }
}
