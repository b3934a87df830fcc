import type { ApiName } from './api.ts';
import type { BlobId } from './entities.ts';
import type { ErrorInfo } from './errors.ts';
import type { EventName } from './events.ts';

/**
 * How the contract crosses a process border. The web host speaks these messages as JSON texts over a WebSocket at
 * {@link WEB_SOCKET_PATH}; the Electron preload offers the same replies through {@link StudioBridge}.
 */
export const WEB_SOCKET_PATH = '/ws';
/** `POST` of raw bytes (web host) → {@link UploadReply}; needs the token cookie like everything else. */
export const WEB_UPLOAD_PATH = '/upload';
/** `GET /blob/<sha256>?name=<file name>`: with a name the host answers as a download. */
export const WEB_BLOB_PATH = '/blob/';
/** The page is `studio://app/`, so that its blobs are same-origin: a relative `/blob/<sha256>` works in both hosts. */
export const ELECTRON_BLOB_URL = 'studio://app/blob/';

export type WireRequest = { id: number; method: ApiName; args: unknown };
export type WireReply = { id: number } & CallReply;
export type WireEvent = { event: EventName; payload: unknown };

/** Errors travel as data: a thrown Error would lose its code and hint on the way. */
export type CallReply = { result: unknown } | { error: ErrorInfo };
export type UploadReply = { blob: BlobId } | { error: ErrorInfo };

/** `window.studio`, exposed by the Electron preload. */
export type StudioBridge = {
  call(method: ApiName, args: unknown): Promise<CallReply>;
  /** Returns the function that stops listening. */
  on(event: EventName, listener: (payload: unknown) => void): () => void;
  upload(bytes: Uint8Array): Promise<UploadReply>;
  /** Where a `File` of the page lies on this machine, for calls that take a path; `''` for one that lies nowhere. */
  pathOf(file: object): string;
};
