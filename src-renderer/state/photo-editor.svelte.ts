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
import type { Library } from './library.svelte.ts';
import type { Notices } from './notices.svelte.ts';

export type PhotoTool = 'points' | 'mask' | 'frame';
/** What of the mask is seen: nothing, the background tinted, or the person alone. */
export type MaskView = 'photo' | 'tint' | 'cut-out';

/** What a correction makes of those that are kept by the time it is sent. */
type Change = (edits: PhotoEdits) => Partial<PhotoEdits>;

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
  readonly #library: Pick<Library, 'photos'>;
  /** Corrections on their way, the oldest first; each is sent when the one before is answered. */
  #changes: { photoId: string; change: Change }[] = [];
  #sent: Promise<void> = Promise.resolve();
  /** A full fit is on its way; the newest photo waits for its answer. */
  #fitting = false;
  #toFit: Photo | null = null;
  /** The newest question; answers to older ones are late. */
  #asked = 0;
  /** A live question is on its way; the next position waits for its answer. */
  #following = false;
  #wanted: { photo: Photo; pins: PhotoEdits['pins'] } | null = null;

  constructor(transport: Transport, notices: Notices, library: Pick<Library, 'photos'>) {
    this.#transport = transport;
    this.#notices = notices;
    this.#library = library;
  }

  /** What the studio sees in the photo as it is corrected now. */
  async refresh(photo: Photo): Promise<void> {
    this.#toFit = photo;
    this.busy = true;
    if (!this.#fitting) await this.#fitNewest();
  }

  /** A fit takes a second: of the corrections that come meanwhile only the last is asked about. */
  async #fitNewest(): Promise<void> {
    this.#fitting = true;
    while (this.#toFit !== null) {
      const photo = this.#toFit;
      this.#toFit = null;
      const question = ++this.#asked;
      try {
        const fit = await this.#transport.call('photo.fit', { photoId: photo.id });
        if (question !== this.#asked) continue;
        this.fit = fit;
        this.problem = null;
        const [face] = fit.faces;
        this.brushRadiusPx ??= Math.max(2, Math.round((face?.widthPx ?? photo.widthPx / 4) / 12));
      } catch (error) {
        if (question !== this.#asked) continue;
        this.fit = null;
        this.problem = toErrorInfo(error);
      }
    }
    this.#fitting = false;
    this.busy = false;
  }

  /** Another photo, or none: what is on its way is not wanted any more. */
  forget(): void {
    this.#asked++;
    this.#wanted = null;
    this.#toFit = null;
    this.fit = null;
    this.problem = null;
    this.busy = false;
    this.brushRadiusPx = null;
  }

  /** The head follows a point that is being dragged; nothing is kept yet. */
  follow(photo: Photo, landmark: number, at: PixelPoint): void {
    this.#wanted = { photo, pins: withPin(this.pinsOf(photo), landmark, at) };
    if (!this.#following) void this.#followWanted();
  }

  async #followWanted(): Promise<void> {
    this.#following = true;
    const question = ++this.#asked;
    while (this.#wanted !== null && question === this.#asked) {
      const { photo, pins } = this.#wanted;
      this.#wanted = null;
      const fit = await this.#notices.watch(() =>
        this.#transport.call('photo.fit', { photoId: photo.id, edits: { pins }, live: true }),
      );
      if (fit && question === this.#asked) this.fit = fit;
    }
    this.#following = false;
  }

  /** As they will be when all corrections that are on their way are kept. */
  pinsOf(photo: Photo): PhotoEdits['pins'] {
    return this.#changes
      .filter(({ photoId }) => photoId === photo.id)
      .reduce((edits, { change }) => ({ ...edits, ...change(edits) }), this.#kept(photo)).pins;
  }

  /** Keeps a point where it was put. The photo comes back by an event, and with it the full fit. */
  async pin(photo: Photo, landmark: number, at: PixelPoint): Promise<void> {
    this.#wanted = null;
    await this.#next(photo, ({ pins }) => ({ pins: withPin(pins, landmark, at) }));
  }

  async unpin(photo: Photo, landmark: number): Promise<void> {
    await this.#next(photo, ({ pins }) => ({ pins: pins.filter((pin) => pin.landmark !== landmark) }));
  }

  async paint(photo: Photo, stroke: MaskStroke): Promise<void> {
    await this.#next(photo, ({ maskStrokes }) => ({ maskStrokes: [...maskStrokes, stroke] }));
  }

  async reset(photo: Photo): Promise<void> {
    await this.correct(photo, PHOTO_EDITS_DEFAULTS);
  }

  async correct(photo: Photo, edits: Partial<PhotoEdits>): Promise<void> {
    await this.#next(photo, () => edits);
  }

  /** Whoever holds a photo holds it as it was: the library has what is kept by now. */
  #kept(photo: Photo): PhotoEdits {
    return (this.#library.photos.get(photo.id) ?? photo).edits;
  }

  /** One after the other: points and strokes are sent as whole lists, and a list without the one before would drop it. */
  #next(photo: Photo, change: Change): Promise<void> {
    const waiting = { photoId: photo.id, change };
    this.#changes.push(waiting);
    this.#sent = this.#sent.then(async () => {
      await this.#notices.watch(async () => {
        const edits = change(this.#kept(photo));
        const kept = await this.#transport.call('photo.correct', { photoId: photo.id, edits });
        // Its event may come later than the answer.
        if (this.#library.photos.has(photo.id)) this.#library.photos.set(photo.id, kept);
      });
      this.#changes.splice(this.#changes.indexOf(waiting), 1);
    });
    return this.#sent;
  }
}

function withPin(pins: PhotoEdits['pins'], landmark: number, at: PixelPoint): PhotoEdits['pins'] {
  const others = pins.filter((pin) => pin.landmark !== landmark);
  const tenth = (px: number): number => Math.round(px * 10) / 10;
  return [...others, { landmark, xPx: tenth(at.xPx), yPx: tenth(at.yPx) }];
}
