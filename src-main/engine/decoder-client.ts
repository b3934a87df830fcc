/**
 * The studio's side of the decoder: a process that looks at pictures as they are added. HEIC is decoded by WebAssembly,
 * which blocks its thread for up to seconds, and a hostile file may crash a decoder; neither must touch the window.
 */
import type { BlobId } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { ForkEngine } from './fork-engine.ts';
import { createHelperProcess } from './helper-process.ts';
import type { DecodedPhoto } from './messages.ts';

/** A folder of pictures is added within a minute; forty megabytes are not kept for longer. */
export const DECODER_IDLE_MS = 60_000;

export type DecoderClient = {
  /** Throws what stage 01 throws (`unsupported-image`, …), `engine-stopped` when the process died over the picture. */
  decode(photo: BlobId): Promise<DecodedPhoto>;
  /** undefined while none runs. */
  pid(): number | undefined;
  close(): Promise<void>;
};

export function createDecoderClient(fork: ForkEngine, idleMs = DECODER_IDLE_MS): DecoderClient {
  const helper = createHelperProcess(fork, { idleMs, stopped: decoderStopped });
  /** By picture: the same one is not decoded twice at once. */
  const decoding = new Map<BlobId, Promise<DecodedPhoto>>();
  return {
    pid: () => helper.pid(),
    close: () => helper.close(),
    decode: (photo) => {
      const known = decoding.get(photo);
      if (known !== undefined) return known;
      const decoded = (helper.ask({ about: 'picture', photo }) as Promise<DecodedPhoto>).finally(() =>
        decoding.delete(photo),
      );
      decoding.set(photo, decoded);
      return decoded;
    },
  };
}

function decoderStopped(reason: string): StudioError {
  return new StudioError({
    code: 'engine-stopped',
    message: `The picture could not be looked at: its decoder stopped (${reason}).`,
    hint: 'Try again; if it happens again, save the picture as JPEG or PNG and add that.',
  });
}
