import { expect, it } from 'vitest';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { rejoinNeck } from '../../../src-main/pipeline/06-head/rejoin-neck.ts';

const RADIUS_M = 0.05;
/** A neck that ends at y = 0 in a shoulder: below this height it grows wider by SLOPE. */
const FLARE_Y_M = 0.03;
const SLOPE = 1;
const SPREAD_M = 0.2;
const SIZE = 81;
const RINGS = 31;
const AROUND = 60;
/** The surface is rounded off at its end, where the skin is told nothing. */
const ROUNDED_M = 0.006;

/** A tube of a template, 10 cm high, in a funnel of a surface. */
it('a levelled neck goes out to where shoulders begin, and keeps its height', () => {
  const radiusAt = (y: number): number => RADIUS_M + SLOPE * Math.max(0, FLARE_Y_M - y);
  const positionsHead = Float32Array.from({ length: RINGS * AROUND * 3 }, (_, i) => {
    const [ring, angle] = [Math.floor(i / 3 / AROUND), ((Math.floor(i / 3) % AROUND) * 2 * Math.PI) / AROUND];
    return [RADIUS_M * Math.sin(angle), (0.1 * ring) / (RINGS - 1), RADIUS_M * Math.cos(angle)][i % 3]!;
  });
  const triangles = Uint32Array.from(
    Array.from({ length: (RINGS - 1) * AROUND }, (_, i) => {
      const [ring, a, b] = [Math.floor(i / AROUND) * AROUND, i % AROUND, (i + 1) % AROUND];
      return [ring + a, ring + b, ring + AROUND + b, ring + a, ring + AROUND + b, ring + AROUND + a];
    }).flat(),
  );
  const spacing = SPREAD_M / (SIZE - 1);
  const values = Float32Array.from({ length: SIZE ** 3 }, (_, i) => {
    const [x, y, z] = [i % SIZE, Math.floor(i / SIZE) % SIZE, Math.floor(i / SIZE ** 2)].map(
      (index, axis) => index * spacing - (axis === 1 ? SPREAD_M / 4 : SPREAD_M / 2),
    ) as [number, number, number];
    const steep = y < FLARE_Y_M ? Math.hypot(1, SLOPE) : 1;
    return (Math.hypot(x, z) - radiusAt(y)) / steep;
  });
  const count = positionsHead.length / 3;
  const out = rejoinNeck(
    {
      positionsHead,
      triangles,
      graph: buildVertexGraph({ positionsHead, triangles }),
      trust: Float32Array.from({ length: count }, (_, v) => (positionsHead[v * 3 + 1]! > ROUNDED_M ? 1 : 0)),
      covered: new Float32Array(count),
      ownOffset: new Float32Array(count),
      sdf: {
        size: [SIZE, SIZE, SIZE],
        originHead: [-SPREAD_M / 2, -SPREAD_M / 4, -SPREAD_M / 2],
        spacing,
        values,
      },
      doubt: 0,
    },
    positionsHead,
    { normalHead: [0, -1, 0], offset: 0 },
  );
  for (let v = 0; v < count; v++) {
    const [x, y, z] = [out[v * 3]!, out[v * 3 + 1]!, out[v * 3 + 2]!];
    expect(y).toBeCloseTo(positionsHead[v * 3 + 1]!, 6);
    const off = Math.abs(Math.hypot(x, z) - radiusAt(y));
    if (y > ROUNDED_M) expect(off, `at ${y}`).toBeLessThan(0.004);
    if (y > 0.06) expect(Math.hypot(x, z)).toBeCloseTo(RADIUS_M, 4);
    // The rim is told nothing and goes as far as what is above it does.
    if (y === 0) expect(Math.hypot(x, z)).toBeGreaterThan(radiusAt(ROUNDED_M) - 0.006);
  }
});
