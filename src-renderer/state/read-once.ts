import { SvelteSet } from 'svelte/reactivity';

/** Reads things by their id, each once, however many ask at the same time; again only after a failure or `forget`. */
export class ReadOnce {
  /** What was read. */
  readonly known = new SvelteSet<string>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #read: (id: string) => Promise<void>;

  constructor(read: (id: string) => Promise<void>) {
    this.#read = read;
  }

  async ask(id: string): Promise<void> {
    if (this.known.has(id)) return;
    const reading = this.#reading.get(id) ?? this.#read(id).then(() => void this.known.add(id));
    this.#reading.set(id, reading);
    try {
      await reading;
    } finally {
      if (this.#reading.get(id) === reading) this.#reading.delete(id);
    }
  }

  /** Answers what was known. */
  forgetAll(): string[] {
    const ids = [...this.known];
    this.known.clear();
    this.#reading.clear();
    return ids;
  }
}
