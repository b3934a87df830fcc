/** IPC between main process and preload; see contract/wire.ts for what travels. */
export const CALL_CHANNEL = 'studio:call';
export const UPLOAD_CHANNEL = 'studio:upload';
export const EVENT_CHANNEL = 'studio:event';
