/** Whatever a stage threw, as something that an artist can read. */
import { diskFull, isDiskFull } from '../blobs/blob-store.ts';
import type { ErrorInfo } from '../contract/errors.ts';
import { cancelled, StudioError, toErrorInfo } from '../contract/errors.ts';
import type { StageId } from '../contract/stages.ts';

/** How V8 ("Array buffer allocation failed", "Invalid typed array length") and onnxruntime ("bad_alloc") run out. */
const OUT_OF_MEMORY =
  /allocation failed|invalid (typed )?array (buffer )?length|bad_alloc|failed to allocate memory|out of memory/i;

export function mapError(error: unknown, stage: StageId | undefined, signal: AbortSignal): ErrorInfo {
  const info = toInfo(error, signal);
  if (stage !== undefined && info.stage === undefined) info.stage = stage;
  return info;
}

function toInfo(error: unknown, signal: AbortSignal): ErrorInfo {
  // After a cancel any error is its consequence: a half-stopped stage may fail in its own words.
  if (signal.aborted) return cancelled().toInfo();
  if (error instanceof StudioError) return error.toInfo();
  if (isDiskFull(error))
    return diskFull((error as NodeJS.ErrnoException).path ?? 'the library', error).toInfo();
  if (error instanceof Error && OUT_OF_MEMORY.test(error.message)) {
    return {
      code: 'out-of-memory',
      message: `There was not enough memory: ${error.message}.`,
      hint: 'Close other programs, or lower the texture size and the surface resolution, then run it again.',
    };
  }
  return toErrorInfo(error);
}
