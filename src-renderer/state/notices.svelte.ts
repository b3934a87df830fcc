import type { ErrorInfo } from '../../src-main/contract/errors.ts';
import { describeError } from '../api/transport.ts';

/** Something the user has to know: an error with its hint, or a short confirmation. */
export type Notice = {
  id: number;
  kind: 'error' | 'done';
  message: string;
  hint: string;
  action?: { label: string; run: () => void };
};

/** How long a confirmation stays; errors stay until they are read. */
const DONE_MS = 6000;

export class Notices {
  list: Notice[] = $state([]);
  #nextId = 1;

  add(kind: Notice['kind'], message: string, hint = '', action?: Notice['action']): void {
    // The same sentence twice helps nobody (e.g. five dropped files that all are no pictures).
    this.list = this.list.filter((notice) => notice.message !== message);
    const id = this.#nextId++;
    this.list.push({ id, kind, message, hint, ...(action ? { action } : {}) });
    if (kind === 'done') setTimeout(() => this.dismiss(id), DONE_MS);
  }

  addError(info: ErrorInfo): void {
    this.add('error', info.message, info.hint);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Runs an action of the user; a failure becomes a notice instead of an unhandled rejection. */
  async watch<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      this.addError(describeError(error));
      return undefined;
    }
  }
}
