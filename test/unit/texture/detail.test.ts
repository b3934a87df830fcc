import { describe, expect, it } from 'vitest';
import { createRaster } from '../../../src-main/image/image.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { growDetail } from '../../../src-main/pipeline/07-texture/grow-detail.ts';
import {
  detailDeviation,
  type DetailPicture,
  HAIR_DETAIL,
  learnDetail,
  SKIN_DETAIL,
} from '../../../src-main/pipeline/07-texture/learn-detail.ts';
import { fallDirection } from '../../../src-main/render/hair-grain.ts';
import { ellipsoidTemplate } from '../../support/sphere-template.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';

const SIDE = 120;
const RADIUS_M = 0.09;

/** A wave every 8 mm whose ln brightness is ±contrast; its crests run at `directionRad` from +x towards +y (down). */
function stripes(contrast: number, directionRad = Math.PI / 2): DetailPicture {
  const colour = createRaster(SIDE, SIDE, 3);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const across = (i % SIDE) * Math.sin(directionRad) - Math.floor(i / SIDE) * Math.cos(directionRad);
    colour.values.fill(0.4 * Math.exp(contrast * Math.sin((2 * Math.PI * across) / 8)), i * 3, i * 3 + 3);
  }
  return { colour, isOwn: new Uint8Array(SIDE * SIDE).fill(1), pxPerM: 1000 };
}

describe('learnDetail', () => {
  it.each([20, 75, 90, 150])('finds the direction of strands at %d°', (degrees) => {
    const example = learnDetail(stripes(0.1, (degrees * Math.PI) / 180), HAIR_DETAIL)!;
    expect(example.spots.length).toBeGreaterThan(20);
    for (const { directionRad, coherence } of example.spots) {
      // Differences of neighbours are a little too flat where the wave is steep.
      expect(Math.abs((directionRad * 180) / Math.PI - degrees)).toBeLessThan(2);
      expect(coherence).toBeGreaterThan(0.95);
    }
  });

  it('has no direction where two cross', () => {
    const [a, b] = [stripes(0.1, 0), stripes(0.1)];
    a.colour.values.forEach((value, i) => (a.colour.values[i] = (value * b.colour.values[i]!) / 0.4));
    for (const { coherence } of learnDetail(a, HAIR_DETAIL)!.spots) expect(coherence).toBeLessThan(0.2);
  });

  it('learns only where all around is of the kind, with smaller spots where there is little', () => {
    const picture = stripes(0.1);
    picture.isOwn.forEach((_, i) => (picture.isOwn[i] = i % SIDE < 24 ? 1 : 0));
    const example = learnDetail(picture, HAIR_DETAIL)!;
    expect(example.radiusM).toBeLessThan(learnDetail(stripes(0.1), HAIR_DETAIL)!.radiusM);
    for (const { x } of example.spots) expect(x + 1000 * example.radiusM).toBeLessThan(27);
    expect(learnDetail({ ...picture, isOwn: new Uint8Array(SIDE * SIDE) }, HAIR_DETAIL)).toBeNull();
  });

  it('leaves out the rougher half of skin', () => {
    const picture = stripes(0.01);
    const rough = stripes(0.2);
    const isRough = (i: number): boolean => Math.floor(i / SIDE) < 50;
    picture.colour.values.forEach((_, k) => {
      if (isRough(Math.floor(k / 3))) picture.colour.values[k] = rough.colour.values[k]!;
    });
    for (const { y } of learnDetail(picture, SKIN_DETAIL)!.spots) expect(y).toBeGreaterThan(50);
  });
});

describe('detailDeviation', () => {
  it('grows with the contrast, and is 0 on an even colour', () => {
    const of = (contrast: number): number => detailDeviation([stripes(contrast)], HAIR_DETAIL)!;
    expect(of(0)).toBeCloseTo(0, 6);
    expect(of(0.1) / of(0.05)).toBeCloseTo(2, 1);
  });

  it('says nothing about a few pixels', () => {
    expect(
      detailDeviation([{ ...stripes(0.1), isOwn: new Uint8Array(SIDE * SIDE) }], HAIR_DETAIL),
    ).toBeNull();
  });
});

describe('growDetail', () => {
  const ball = ellipsoidTemplate(
    [{ name: 'skin', centre: [0, 0, 0], radii: [RADIUS_M, RADIUS_M, RADIUS_M] }],
    60,
    90,
  );
  const { triangles } = triangulateTopology(ball.topology);
  const normals = vertexNormals({ positionsHead: ball.positionsHead, triangles });
  const vertices = [...new Set(triangles)];
  const grow = (picture: DetailPicture): ReturnType<typeof growDetail> =>
    growDetail(learnDetail(picture, HAIR_DETAIL)!, ball.positionsHead, normals, vertices);
  /** Places at the ball's sides. */
  const places = Array.from({ length: 3000 }, (_, k) => {
    const [height, turn] = [0.03 * Math.sin(k * 7.3), 0.4 * Math.sin(k * 3.1)];
    const ring = Math.hypot(RADIUS_M ** 2 - height ** 2) ** 0.5;
    return [ring * Math.cos(turn), height, ring * Math.sin(turn)] as const;
  });
  const deviation = (values: number[]): number =>
    Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

  it('keeps the contrast of the example', () => {
    const detail = grow(stripes(0.1));
    // A sine's standard deviation is its height over √2; what lies around takes a few per cent off.
    const found = deviation(places.map((place) => detail(...place))) / (0.1 / Math.SQRT2);
    expect(found).toBeGreaterThan(0.75);
    expect(found).toBeLessThan(1.15);
  });

  it.each([0, 50, 90])('lets strands fall, however they run in the photo (%d°)', (degrees) => {
    const detail = grow(stripes(0.1, (degrees * Math.PI) / 180));
    const step = 0.001;
    const change = (turn: 'along' | 'across'): number =>
      deviation(
        places.map(([x, y, z]) => {
          const normal = [x / RADIUS_M, y / RADIUS_M, z / RADIUS_M] as const;
          const [a, b, c] = fallDirection([x, y, z], normal);
          const [nx, ny, nz] = normal;
          const way = turn === 'along' ? [a, b, c] : [ny * c - nz * b, nz * a - nx * c, nx * b - ny * a];
          return detail(x + step * way[0]!, y + step * way[1]!, z + step * way[2]!) - detail(x, y, z);
        }),
      );
    expect(change('across')).toBeGreaterThan(5 * change('along'));
  });

  it('has no seams, and is nothing away from its vertices', () => {
    const detail = grow(stripes(0.1));
    const step = 0.00005;
    const steepest = Math.max(
      ...places.map(([x, y, z]) => Math.abs(detail(x, y, z + step) - detail(x, y, z)) / step),
    );
    // The steepest slope of the wave is 2π · 0.1 / 8 mm; overlapping ones may add up.
    expect(steepest).toBeLessThan((3 * 2 * Math.PI * 0.1) / 0.008);
    expect(detail(0, 0, 0)).toBe(0);
  });

  it('comes out the same again', () => {
    const [a, b] = [grow(stripes(0.1)), grow(stripes(0.1))];
    expect(places.map((place) => a(...place))).toEqual(places.map((place) => b(...place)));
  });
});
