import { expect, it } from 'vitest';
import { selectLower } from '../../../src-main/mesh/select-lower.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

it.each([1, 2, 3, 4, 5, 6])('halves a range as sorting it would (seed %i)', (seed) => {
  const random = createSeededRandom(Uint32Array.of(seed, 41, 43, 47));
  for (let round = 0; round < 40; round++) {
    const count = 1 + Math.floor(random() * 60);
    // Few different places, so that ties are common.
    const boxes = Float64Array.from({ length: count * 6 }, () => Math.floor(random() * 8));
    const axis = Math.floor(random() * 3);
    const from = Math.floor(random() * count);
    const to = from + 1 + Math.floor(random() * (count - from));
    const middle = (from + to) >> 1;
    const order = Uint32Array.from({ length: count }, (_, i) => (i * 7 + seed) % count);
    const wanted = Array.from(new Set(order)).length === count ? order : order.map((_, i) => i);
    const halved = wanted.slice();
    selectLower(halved, boxes, axis, from, middle, to);
    const centre = (box: number): number => boxes[box * 6 + axis]! + boxes[box * 6 + 3 + axis]!;
    const sorted = Array.from(wanted.subarray(from, to)).sort((a, b) => centre(a) - centre(b) || a - b);
    const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);
    expect(ascending(halved.subarray(from, middle))).toEqual(ascending(sorted.slice(0, middle - from)));
    expect(ascending(halved.subarray(middle, to))).toEqual(ascending(sorted.slice(middle - from)));
    expect(halved.subarray(0, from)).toEqual(wanted.subarray(0, from));
    expect(halved.subarray(to)).toEqual(wanted.subarray(to));
  }
});
