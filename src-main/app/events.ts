import type { StudioEvents } from '../contract/events.ts';
import type { EventName } from '../contract/events.ts';
import type { WireEvent } from '../contract/wire.ts';

export type Emit = <E extends EventName>(event: E, payload: StudioEvents[E]) => void;

export type Announcer = { emit: Emit; on(listener: (event: WireEvent) => void): () => void };

export function createAnnouncer(): Announcer {
  const listeners = new Set<(event: WireEvent) => void>();
  return {
    emit: (event, payload) => {
      for (const listener of listeners) listener({ event, payload });
    },
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
