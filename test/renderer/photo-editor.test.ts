/** Corrections that come quicker than the studio answers. */
import { describe, expect, test } from 'vitest';
import type { ApiArgs } from '../../src-main/contract/api.ts';
import {
  type MaskStroke,
  PHOTO_EDITS_DEFAULTS,
  type Photo,
  type PhotoFit,
} from '../../src-main/contract/entities.ts';
import type { Transport } from '../../src-renderer/api/transport.ts';
import { Notices } from '../../src-renderer/state/notices.svelte.ts';
import { PhotoEditor } from '../../src-renderer/state/photo-editor.svelte.ts';
import { KeyedPoint } from '../../src-renderer/steps/photo/keyed-point.ts';

const photo: Photo = {
  id: 'f',
  projectId: 'p',
  name: 'f.jpg',
  blob: 'b',
  thumbnail: 't',
  widthPx: 100,
  heightPx: 100,
  currentHeadId: null,
  headCount: 0,
  edits: PHOTO_EDITS_DEFAULTS,
  createdAt: '2026-01-01',
};
const stroke = (x: number): MaskStroke => ({ keep: true, radiusPx: 3, pointsPx: [[x, 0]] });
const fit = (landmarkErrorPercent: number): PhotoFit => ({ faces: [], landmarkErrorPercent }) as never;
/** Lets everything run that does not wait for the studio. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

/** A studio that answers when the test lets it, and keeps corrections as the real one does. */
function startEditor() {
  const photos = new Map([[photo.id, photo]]);
  const waiting: (() => void)[] = [];
  const corrections: ApiArgs<'photo.correct'>[] = [];
  const fits: ApiArgs<'photo.fit'>[] = [];
  let kept = photo;
  let refused = false;
  const call = (method: string, args: never): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (method === 'photo.fit') {
        const number = fits.push(args);
        waiting.push(() => resolve(fit(number)));
        return;
      }
      corrections.push(args);
      waiting.push(() => {
        if (refused) return reject(new Error('the disk is full'));
        kept = { ...kept, edits: { ...kept.edits, ...corrections.at(-1)!.edits } };
        resolve(kept);
      });
    });
  const notices = new Notices();
  const editor = new PhotoEditor({ call } as unknown as Transport, notices, { photos: photos as never });
  const answer = async (): Promise<void> => {
    waiting.shift()?.();
    await settle();
  };
  return { editor, photos, corrections, fits, answer, notices, refuse: (on: boolean) => (refused = on) };
}

describe('corrections', () => {
  test('build on each other, though all were begun on the same photo', async () => {
    const { editor, corrections, answer, photos } = startEditor();
    void editor.paint(photo, stroke(1));
    void editor.paint(photo, stroke(2));
    void editor.pin(photo, 5, { xPx: 1, yPx: 2 });
    void editor.pin(photo, 6, { xPx: 3, yPx: 4 });
    void editor.unpin(photo, 5);
    await settle();
    expect(corrections).toHaveLength(1);
    expect(editor.pinsOf(photo).map(({ landmark }) => landmark)).toEqual([6]);
    for (let i = 0; i < 5; i++) await answer();
    expect(photos.get('f')!.edits).toMatchObject({
      maskStrokes: [stroke(1), stroke(2)],
      pins: [{ landmark: 6, xPx: 3, yPx: 4 }],
    });
  });

  test('that are refused hold up nothing behind them', async () => {
    const { editor, answer, photos, notices, refuse } = startEditor();
    void editor.paint(photo, stroke(1));
    void editor.paint(photo, stroke(2));
    await settle();
    refuse(true);
    await answer();
    refuse(false);
    await answer();
    expect(notices.list).toHaveLength(1);
    expect(photos.get('f')!.edits.maskStrokes).toEqual([stroke(2)]);
  });
});

describe('what the studio sees', () => {
  test('is asked for once more, however many corrections came while it looked', async () => {
    const { editor, fits, answer } = startEditor();
    for (let i = 0; i < 6; i++) void editor.refresh(photo);
    expect(fits).toHaveLength(1);
    await answer();
    expect(editor.fit).toEqual(fit(1));
    expect(editor.busy).toBe(true);
    await answer();
    expect(fits).toHaveLength(2);
    expect(editor.fit).toEqual(fit(2));
    expect(editor.busy).toBe(false);
  });

  test('of a photo that was left is dropped', async () => {
    const { editor, fits, answer } = startEditor();
    void editor.refresh(photo);
    void editor.refresh(photo);
    editor.forget();
    await answer();
    expect([fits.length, editor.fit, editor.busy]).toEqual([1, null, false]);
  });
});

test('a key that is held moves the point by live fits and keeps one correction; the next press goes on from there', async () => {
  const { editor, corrections, fits, answer } = startEditor();
  const keyed = new KeyedPoint(editor);
  for (let i = 0; i < 30; i++) keyed.move(photo, 5, { xPx: 10, yPx: 10 }, 1, 0);
  expect(fits.every(({ live }) => live)).toBe(true);
  expect(corrections).toHaveLength(0);
  keyed.end();
  keyed.end();
  // Nothing is answered yet.
  keyed.move(photo, 5, { xPx: 10, yPx: 10 }, 0, 1);
  keyed.end();
  for (let i = 0; i < 4; i++) await answer();
  expect(corrections.map(({ edits }) => edits.pins)).toEqual([
    [{ landmark: 5, xPx: 40, yPx: 10 }],
    [{ landmark: 5, xPx: 40, yPx: 11 }],
  ]);
});
