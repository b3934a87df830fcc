import type { StageId } from './stages.ts';

/** Closed list of what can go wrong in a way that the user can act on. */
export const ERROR_CODES = [
  'no-face-found',
  'face-too-small',
  'unsupported-image',
  'image-too-large',
  'damaged-image',
  'model-missing',
  'model-changed',
  'out-of-memory',
  'disk-full',
  'not-found',
  'bad-request',
  'library-damaged',
  'library-in-use',
  'engine-stopped',
  'cancelled',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The JSON form of a {@link StudioError}, as it crosses processes and is stored with a job. */
export type ErrorInfo = {
  code: ErrorCode;
  /** What happened, one sentence. */
  message: string;
  /** What to do next, one sentence. */
  hint: string;
  stage?: StageId;
};

/** An error with a hint. Thrown once, at the border of the stage or service that found it. */
export class StudioError extends Error {
  override readonly name = 'StudioError';
  readonly code: ErrorCode;
  readonly hint: string;
  stage: StageId | undefined;

  constructor(info: ErrorInfo, options?: { cause?: unknown }) {
    super(info.message, options);
    this.code = info.code;
    this.hint = info.hint;
    this.stage = info.stage;
  }

  toInfo(): ErrorInfo {
    const info: ErrorInfo = { code: this.code, message: this.message, hint: this.hint };
    if (this.stage !== undefined) info.stage = this.stage;
    return info;
  }
}

/** The error that every layer throws when an AbortSignal fires. */
export function cancelled(): StudioError {
  return new StudioError({
    code: 'cancelled',
    message: 'The job was cancelled.',
    hint: 'Run it again whenever you like.',
  });
}

/** Any thrown value as {@link ErrorInfo}; what is not a StudioError becomes `internal`. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof StudioError) return error.toInfo();
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a mistake in the studio, not in your picture. The log has the details.',
  };
}
