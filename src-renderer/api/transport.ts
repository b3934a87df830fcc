import type { ApiArgs, ApiName, ApiResult } from '../../src-main/contract/api.ts';
import type { BlobId } from '../../src-main/contract/entities.ts';
import type { ErrorInfo } from '../../src-main/contract/errors.ts';
import type { EventName, StudioEvents } from '../../src-main/contract/events.ts';

/** `open` again after `lost` means: whatever happened in between was missed, read everything anew. */
export type ConnectionStatus = 'connecting' | 'open' | 'lost';

/** How the renderer reaches the studio, whichever host it runs in. Failures reject with a {@link CallError}. */
export type Transport = {
  call<M extends ApiName>(method: M, args: ApiArgs<M>): Promise<ApiResult<M>>;
  /** Returns the function that stops listening. */
  on<E extends EventName>(event: E, listener: (payload: StudioEvents[E]) => void): () => void;
  upload(file: Blob): Promise<BlobId>;
  /** A file of any size for a call that takes either: its place on the studio's machine where that is known, else uploaded. */
  handOver(file: File): Promise<{ path: string } | { blob: BlobId }>;
  /** Where the bytes of a blob are; with `downloadName` the answer is saved under that name instead of shown. */
  blobUrl(blob: BlobId, downloadName?: string): string;
  /** Calls back at once and on every change. Returns the function that stops listening. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void;
  close(): void;
};

/** A failed call, as the studio described it: what happened and what to do next. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly info: ErrorInfo;
  constructor(info: ErrorInfo) {
    super(info.message);
    this.info = info;
  }
}

/** Any thrown value as the message + hint that the interface shows. */
export function describeError(error: unknown): ErrorInfo {
  if (error instanceof CallError) return error.info;
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a mistake in the studio, not in your picture. Reload the window and try again.',
  };
}
