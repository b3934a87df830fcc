import { describe, expect, test } from 'vitest';
import type { ViewScores, ViewState, ViewTake } from '../../src-main/contract/views.ts';
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
