import { describe, expect, test } from 'vitest';
import type { ViewScores, ViewState, ViewTake } from '../../src-main/contract/views.ts';
import { MaskHistory, type MaskStroke } from '../../src-renderer/steps/views/mask-history.ts';
import { createMaskPainter } from '../../src-renderer/steps/views/mask-painter.ts';
import { stepOf } from '../../src-renderer/steps/views/step-key.ts';
import { choicesOf, staleViews } from '../../src-renderer/steps/views/stale-views.ts';
import { fitCamera, panCamera, toPicture, zoomCamera } from '../../src-renderer/steps/views/stage-camera.ts';
import { describeScores, worstFirst, worstScore } from '../../src-renderer/steps/views/view-scores.ts';

const scores = (change: Partial<ViewScores> = {}): ViewScores => ({
  identityDistance: 0.3,
  neighbourDifferencePercent: 1,
  maskIou: 1,
  normalDeg: 1,
  ...change,
});
const take = (id: string, view: number): ViewTake => ({
  id,
  view,
  origin: { kind: 'generated' },
  image: '',
  data: null,
  scores: null,
  createdAt: '',
});
const view = (index: number, takeId: string, locked = false): ViewState => ({
  azimuthDeg: 0,
  elevationDeg: 0,
  takes: [take(`${index}a`, index), take(`${index}b`, index)],
  takeId,
  locked,
});
const made = (takeId: string | null) => ({ azimuthDeg: 0, elevationDeg: 0, takeId, scores: scores() });

describe('a head is older than its views', () => {
  test('where another take is in use than it was made from', () => {
    const set = { views: [view(0, '0a'), view(1, '1b'), view(2, '2b'), view(3, '3a')] };
    const head = { views: [made(null), made(null), made('2b'), made('3b')] };
    expect(staleViews(head, set)).toEqual([1, 3]);
    expect(choicesOf(head, set)).toEqual([
      { view: 1, takeId: '1a' },
      { view: 3, takeId: '3b' },
    ]);
  });

  test('a head that knows nothing of takes was made from the first ones; locked views are left alone', () => {
    const set = { views: [view(0, '0a'), view(1, '1b', true)] };
    expect(staleViews({ views: [] }, set)).toEqual([1]);
    expect(choicesOf({ views: [] }, set)).toEqual([]);
  });
});

test('there is no way back to a take that was undone', () => {
  const set = { views: [view(0, '0a'), view(1, '1b')] };
  const head = { views: [made('0c'), made('1a')] };
  expect(staleViews(head, set)).toEqual([0, 1]);
  expect(choicesOf(head, set)).toEqual([{ view: 1, takeId: '1a' }]);
});

describe('scores', () => {
  test('the worst aspect stands for a view', () => {
    expect(worstScore(scores({ identityDistance: 0.59 }))).toMatchObject({
      aspect: 'identity',
      level: 'fair',
    });
    expect(worstScore(scores({ maskIou: 0.8 }))).toMatchObject({
      aspect: 'outline',
      text: '80.0 %',
      level: 'poor',
    });
    expect(worstScore(null)).toBeNull();
  });

  test('what was not measured is not listed', () => {
    const listed = describeScores(scores({ identityDistance: null, normalDeg: null }));
    expect(listed.map(({ aspect }) => aspect)).toEqual(['neighbours', 'outline']);
  });

  test('the worst come first, the unknown last', () => {
    const list = [scores(), null, scores({ normalDeg: 40 }), scores({ normalDeg: 20 }), scores()];
    expect(worstFirst(list)).toEqual([2, 3, 0, 4, 1]);
  });
});

describe('the large view', () => {
  const stage = { width: 600, height: 400 };
  test('shows all of the picture, in the middle', () => {
    const camera = fitCamera(stage, 512);
    expect(toPicture(camera, 300, 200)).toEqual([256, 256]);
    expect(512 * camera.scale).toBeLessThanOrEqual(400);
  });

  test('zooms around a point and never loses the picture', () => {
    const fitted = fitCamera(stage, 512);
    const near = zoomCamera(fitted, 4, 320, 180, stage, 512);
    toPicture(near, 320, 180).forEach((value, axis) =>
      expect(value).toBeCloseTo(toPicture(fitted, 320, 180)[axis]!, 6),
    );
    expect(zoomCamera(near, 1e-6, 0, 0, stage, 512)).toEqual(fitted);
    const far = panCamera(near, 1e6, -1e6, stage, 512);
    expect(far.x).toBe(0);
    expect(far.y + 512 * far.scale).toBeCloseTo(stage.height, 6);
  });
});

describe('a painted mask', () => {
  const at = (x: number, erase = false): MaskStroke => ({ from: [x, 0], to: [x, 0], radiusPx: 4, erase });

  test('is taken back press by press, and brought back; a new stroke ends what could be brought back', () => {
    const history = new MaskHistory();
    expect([history.canUndo, history.canRedo]).toEqual([false, false]);
    history.begin();
    history.add(at(1));
    history.add(at(2));
    history.begin();
    history.add(at(3, true));
    history.clear();
    history.undo();
    history.undo();
    expect(history.steps).toEqual([[at(1), at(2)]]);
    history.redo();
    expect(history.steps).toEqual([[at(1), at(2)], [at(3, true)]]);
    history.undo();
    history.begin();
    history.add(at(4));
    expect(history.canRedo).toBe(false);
    history.undo();
    history.undo();
    expect([history.canUndo, history.steps]).toEqual([false, []]);
  });

  test('a stroke that goes on after an undo is a step of its own', () => {
    const history = new MaskHistory();
    history.add(at(1));
    history.begin();
    history.add(at(2));
    history.undo();
    history.add(at(3));
    expect(history.steps).toEqual([[at(1)], [at(3)]]);
  });

  test('what a take is made with stays: from then on the take is what can be undone', () => {
    const history = new MaskHistory();
    history.add(at(1));
    history.settle();
    expect(history.canUndo).toBe(false);
    history.add(at(2));
    history.undo();
    history.undo();
    expect(history.steps).toEqual([[at(1)]]);
  });

  test('is drawn again as it was', () => {
    let drawn: number[] = [];
    const context = {
      clearRect: () => (drawn = []),
      beginPath: () => undefined,
      moveTo: (x: number) => drawn.push(x),
      lineTo: () => undefined,
      stroke: () => undefined,
    };
    const canvas = { width: 8, height: 8, getContext: () => context } as unknown as HTMLCanvasElement;
    const painter = createMaskPainter(canvas);
    for (const x of [1, 2]) {
      painter.begin();
      painter.stroke(at(x));
    }
    painter.clear();
    painter.begin();
    painter.stroke(at(3));
    expect(drawn).toEqual([3]);
    painter.undo();
    painter.undo();
    expect(drawn).toEqual([1, 2]);
    painter.undo();
    expect(drawn).toEqual([1]);
    painter.redo();
    painter.redo();
    painter.redo();
    expect(drawn).toEqual([3]);
  });
});

describe('arrow keys', () => {
  const press = (key: string, change = {}) => ({
    key,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    defaultPrevented: false,
    ...change,
  });
  test('step through the views by themselves', () => {
    expect(stepOf(press('ArrowLeft'), false)).toBe(-1);
    expect(stepOf(press('ArrowRight'), false)).toBe(1);
    expect(stepOf(press('ArrowUp'), false)).toBe(0);
  });
  test('but not below a dialog, with another key held, or where something has used them', () => {
    expect(stepOf(press('ArrowRight'), true)).toBe(0);
    for (const held of ['altKey', 'ctrlKey', 'metaKey', 'shiftKey', 'defaultPrevented'])
      expect(stepOf(press('ArrowLeft', { [held]: true }), false)).toBe(0);
  });
});
