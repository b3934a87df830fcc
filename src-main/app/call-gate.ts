/** Lets calls through, or one alone. */
export type CallGate = {
  pass<T>(work: () => Promise<T>): Promise<T>;
  /** Waits until everything that passed has ended; what comes meanwhile waits until `work` has. */
  alone<T>(work: () => Promise<T>): Promise<T>;
};

export function createCallGate(): CallGate {
  let closed: Promise<void> | null = null;
  let inside = 0;
  let onEmpty = (): void => undefined;
  return {
    pass: async (work) => {
      while (closed !== null) await closed;
      inside += 1;
      try {
        return await work();
      } finally {
        inside -= 1;
        if (inside === 0) onEmpty();
      }
    },
    alone: async (work) => {
      while (closed !== null) await closed;
      const { promise, resolve } = Promise.withResolvers<void>();
      closed = promise;
      try {
        if (inside > 0) await new Promise<void>((empty) => (onEmpty = empty));
        return await work();
      } finally {
        closed = null;
        onEmpty = () => undefined;
        resolve();
      }
    },
  };
}
