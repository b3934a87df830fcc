import type { Photo, PixelPoint } from '../../../src-main/contract/entities.ts';
import type { PhotoEditor } from '../../state/photo-editor.svelte.ts';

/** A point that is moved by keys: the head follows while they are held, one correction is kept when they are let go. */
export class KeyedPoint {
  readonly #editor: Pick<PhotoEditor, 'pinsOf' | 'follow' | 'pin'>;
  #held: { photo: Photo; landmark: number; at: PixelPoint } | null = null;

  constructor(editor: Pick<PhotoEditor, 'pinsOf' | 'follow' | 'pin'>) {
    this.#editor = editor;
  }

  /** `fitted`: where the point is if it was not put anywhere yet. */
  move(photo: Photo, landmark: number, fitted: PixelPoint, byX: number, byY: number): void {
    if (this.#held?.landmark !== landmark) this.end();
    const pin = this.#editor.pinsOf(photo).find((kept) => kept.landmark === landmark);
    const { xPx, yPx } = this.#held?.at ?? pin ?? fitted;
    const at = { xPx: xPx + byX, yPx: yPx + byY };
    this.#held = { photo, landmark, at };
    this.#editor.follow(photo, landmark, at);
  }

  end(): void {
    if (this.#held) void this.#editor.pin(this.#held.photo, this.#held.landmark, this.#held.at);
    this.#held = null;
  }
}
