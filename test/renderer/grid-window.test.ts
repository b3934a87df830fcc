import { expect, test } from 'vitest';
import { gridWindow } from '../../src-renderer/ui/grid-window.ts';

const measures = { count: 5000, widthPx: 1000, minCellPx: 180, gapPx: 16, footPx: 52, seenPx: 800 };

test('of 5,000 cards some dozens are in the page, and always those in sight', () => {
  const { rows, rowPx, columns } = gridWindow({ ...measures, scrolledPx: 0 });
  expect(columns).toBe(5);
  expect(rows).toBe(1000);
  for (let scrolledPx = 0; scrolledPx < rows * rowPx; scrolledPx += 997) {
    const { from, to, rowsBefore } = gridWindow({ ...measures, scrolledPx });
    expect(from).toBe(rowsBefore * columns);
    expect(from).toBeLessThanOrEqual(Math.floor(scrolledPx / rowPx) * columns);
    const lastSeen = Math.min(measures.count, Math.ceil((scrolledPx + measures.seenPx) / rowPx) * columns);
    expect(to).toBeGreaterThanOrEqual(lastSeen);
    expect(to - from).toBeLessThan(100);
  }
});

test('few cards, none, a window narrower than a card, a place behind the end', () => {
  expect(gridWindow({ ...measures, count: 3, scrolledPx: 0 })).toMatchObject({ from: 0, to: 3, rows: 1 });
  expect(gridWindow({ ...measures, count: 0, scrolledPx: 0 })).toMatchObject({ from: 0, to: 0, rows: 0 });
  expect(gridWindow({ ...measures, widthPx: 100, scrolledPx: 0 }).columns).toBe(1);
  const beyond = gridWindow({ ...measures, count: 10, scrolledPx: 1e6 });
  expect(beyond.from).toBeLessThanOrEqual(beyond.to);
  expect(beyond.to).toBeLessThanOrEqual(10);
});
