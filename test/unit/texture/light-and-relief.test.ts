import { describe, expect, it } from 'vitest';
import { createImage } from '../../../src-main/image/image.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { estimateShading } from '../../../src-main/pipeline/07-texture/estimate-shading.ts';
import {
  HAIR_RELIEF,
  paintNormalMap,
  SKIN_RELIEF,
} from '../../../src-main/pipeline/07-texture/maps/paint-normal-map.ts';
import { skinLikeness } from '../../../src-main/render/skin-likeness.ts';

describe('estimateShading', () => {
  const normals = vertexNormals(makeIcosphere(0.1, 4));
  const count = normals.length / 3;
  const light = (i: number): number => 0.6 + 0.3 * normals[i * 3]! + 0.2 * normals[i * 3 + 1]!;
  const lit = (albedo: (i: number) => number): Float32Array =>
    Float32Array.from({ length: count * 3 }, (_, k) => {
      const i = Math.floor(k / 3);
      return (albedo(i) * light(i)) ** (1 / 2.2);
    });
  const front = Float32Array.from({ length: count }, (_, i) => (normals[i * 3 + 2]! > 0.2 ? 1 : 0));

  it('finds a known light, up to its strength, though a tenth of the skin is spotted', () => {
    const shading = estimateShading(
      normals,
      lit((i) => (i % 10 === 0 ? 0.2 : 0.7)),
      front,
    );
    const seen = [...front.keys()].filter((i) => front[i] === 1);
    const differences = seen.map((i) => shading[i]! - Math.log(light(i)));
    const mean = differences.reduce((a, b) => a + b) / seen.length;
    for (const difference of differences) expect(Math.abs(difference - mean)).toBeLessThan(0.12);
  });

  it('even light is no light, and too little skin says nothing', () => {
    const even = estimateShading(normals, new Float32Array(count * 3).fill(0.5), front);
    for (let i = 0; i < count; i++) if (front[i] === 1) expect(Math.abs(even[i]!)).toBeLessThan(1e-3);
    expect(
      Math.max(
        ...estimateShading(
          normals,
          lit(() => 0.7),
          front.map((_, i) => (i < 20 ? 1 : 0)),
        ),
      ),
    ).toBe(0);
  });
});

describe('paintNormalMap', () => {
  const side = 64;
  /** A dark vertical furrow in the middle, one texel 0.5 mm. */
  const baseColour = createImage(side, side);
  for (let i = 0; i < side * side; i++) {
    const across = (i % side) - side / 2 + 0.5;
    const grey = 180 - 80 * Math.exp(-((across / 1.5) ** 2));
    baseColour.rgbaSrgb.set([grey, grey, grey, 255], i * 4);
  }
  const paint = (source: number, relief = SKIN_RELIEF): Uint8ClampedArray =>
    paintNormalMap({
      baseColour,
      sourceMap: new Uint8Array(side * side).fill(source),
      texelsPerM: 2000,
      sizePx: side,
      relief,
    }).rgbaSrgb;

  it('a dark line is a furrow: its left flank faces right, its right flank left', () => {
    const map = paint(1);
    const red = (x: number): number => map[((side / 2) * side + x) * 4]!;
    expect(red(side / 2 - 2)).toBeGreaterThan(132);
    expect(red(side / 2 + 1)).toBeLessThan(123);
    expect(map[((side / 2) * side + side / 2) * 4 + 1]).toBeCloseTo(128, -0.5);
  });

  it('is flat where the photo shows nothing', () => {
    const map = paint(2);
    for (let i = 0; i < map.length; i += 4) expect([...map.slice(i, i + 3)]).toEqual([128, 128, 255]);
  });

  it('gives hair relief wherever its map has colour, steeper than skin', () => {
    const red = (map: Uint8ClampedArray): number => map[((side / 2) * side + side / 2 - 2) * 4]!;
    expect(red(paint(2, HAIR_RELIEF))).toBeGreaterThan(red(paint(1)) + 10);
  });
});

describe('skinLikeness', () => {
  it('knows skin in light and shade from hair, cloth and what nobody saw', () => {
    const skin = Array.from({ length: 80 }, (_, i) => [0.8, 0.6, 0.5].map((c) => c * (0.7 + 0.005 * i)));
    const others = [
      [0.1, 0.08, 0.07],
      [0.5, 0.6, 0.9],
      [0.8, 0.6, 0.5],
    ];
    const colours = Float32Array.from([...skin, ...others].flat());
    const seen = new Float32Array(83).fill(1);
    seen[82] = 0;
    const likeness = skinLikeness(colours, seen, [...skin.keys()]);
    for (let i = 0; i < 80; i++) expect(likeness[i]).toBeGreaterThan(0.8);
    expect([...likeness.slice(80)]).toEqual([0, 0, 0]);
    expect(Math.max(...skinLikeness(colours, seen, [0, 1, 2]))).toBe(0);
  });
});
