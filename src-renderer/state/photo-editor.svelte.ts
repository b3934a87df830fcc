import {
  type MaskStroke,
  PHOTO_EDITS_DEFAULTS,
  type Photo,
  type PhotoEdits,
  type PhotoFit,
  type PixelPoint,
} from '../../src-main/contract/entities.ts';
import { type ErrorInfo, toErrorInfo } from '../../src-main/contract/errors.ts';
import type { Transport } from '../api/transport.ts';
import type { Notices } from './notices.svelte.ts';

export type PhotoTool = 'points' | 'mask' | 'frame';
/** What of the mask is seen: nothing, the background tinted, or the person alone. */
export type MaskView = 'photo' | 'tint' | 'cut-out';

/**
 * What the artist corrects in one photo. Corrections are kept with the photo by the studio, one undoable edit each; here is
 * what the head model makes of them, and the point that is being dragged.
 */
export class PhotoEditor {
  tool: PhotoTool = $state('points');
  maskView: MaskView = $state('photo');
  showMesh = $state(true);
  /** Brush: what it paints, and its radius, px of the photo; null until the face says what is a sensible one. */
  brushKeeps = $state(true);
  brushRadiusPx: number | null = $state(null);
  fit: PhotoFit | null = $state.raw(null);
  /** Why there is no fit. */
  problem: ErrorInfo | null = $state.raw(null);
  busy = $state(false);
  readonly #transport: Transport;
  readonly #notices: Notices;
  /** The newest question; answers to older ones are late. */
  #asked = 0;
  /** A live question is on its way; the next position waits for its answer. */
  #following = false;
  #wanted: { photo: Photo; edits: PhotoEdits } | null = null;

  constructor(transport: Transport, notices: Notices) {
    this.#transport = transport;
    this.#notices = notices;
  }

  /** What the studio sees in the photo as it is corrected now. */
  async refresh(photo: Photo): Promise<void> {
    const question = ++this.#asked;
    this.busy = true;
    try {
      const fit = await this.#transport.call('photo.fit', { photoId: photo.id });
      if (question !== this.#asked) return;
      this.fit = fit;
      this.problem = null;
      const [face] = fit.faces;
      this.brushRadiusPx ??= Math.max(2, Math.round((face?.widthPx ?? photo.widthPx / 4) / 12));
    } catch (error) {
      if (question !== this.#asked) return;
      this.fit = null;
      this.problem = toErrorInfo(error);
    } finally {
      if (question === this.#asked) this.busy = false;
    }
  }

  /** Another photo, or none: what is on its way is not wanted any more. */
  forget(): void {
    this.#asked++;
    this.#wanted = null;
    this.fit = null;
    this.problem = null;
    this.busy = false;
    this.brushRadiusPx = null;
  }

  /** The head follows a point that is being dragged; nothing is kept yet. */
  follow(photo: Photo, landmark: number, at: PixelPoint): void {
    this.#wanted = { photo, edits: withPin(photo.edits, landmark, at) };
    if (!this.#following) void this.#followWanted();
  }

  async #followWanted(): Promise<void> {
    this.#following = true;
    const question = ++this.#asked;
    while (this.#wanted !== null && question === this.#asked) {
      const { photo, edits } = this.#wanted;
      this.#wanted = null;
      const fit = await this.#notices.watch(() =>
        this.#transport.call('photo.fit', { photoId: photo.id, edits: { pins: edits.pins }, live: true }),
      );
      if (fit && question === this.#asked) this.fit = fit;
    }
    this.#following = false;
  }

  /** Keeps a point where it was put. The photo comes back by an event, and with it the full fit. */
  async pin(photo: Photo, landmark: number, at: PixelPoint): Promise<void> {
    this.#wanted = null;
    await this.correct(photo, { pins: withPin(photo.edits, landmark, at).pins });
  }

  async unpin(photo: Photo, landmark: number): Promise<void> {
    await this.correct(photo, { pins: photo.edits.pins.filter((pin) => pin.landmark !== landmark) });
  }

  async paint(photo: Photo, stroke: MaskStroke): Promise<void> {
    await this.correct(photo, { maskStrokes: [...photo.edits.maskStrokes, stroke] });
  }

  async reset(photo: Photo): Promise<void> {
    await this.correct(photo, PHOTO_EDITS_DEFAULTS);
  }

  async correct(photo: Photo, edits: Partial<PhotoEdits>): Promise<void> {
    await this.#notices.watch(() => this.#transport.call('photo.correct', { photoId: photo.id, edits }));
  }
}

function withPin(edits: PhotoEdits, landmark: number, at: PixelPoint): PhotoEdits {
  const others = edits.pins.filter((pin) => pin.landmark !== landmark);
  const tenth = (px: number): number => Math.round(px * 10) / 10;
  return { ...edits, pins: [...others, { landmark, xPx: tenth(at.xPx), yPx: tenth(at.yPx) }] };
}
